import type { EventAccepted } from '@hilo/schemas';

/** An accepted event for tests: a track call at a fixed time, with these fields instead. */
export function eventOf(fields: Partial<EventAccepted>): EventAccepted {
  return {
    source: 'web',
    message_id: 'm1',
    type: 'track',
    event: 'Order Completed',
    name: null,
    category: null,
    user_id: null,
    anonymous_id: null,
    group_id: null,
    previous_id: null,
    properties: null,
    traits: null,
    context: null,
    integrations: null,
    extra: null,
    timestamp: 1_000,
    original_timestamp: null,
    sent_at: null,
    received_at: 1_000,
    timestamp_clamped: false,
    request_position: 0,
    timestamp_unreadable: false,
    via: 'http',
    ...fields,
  };
}
