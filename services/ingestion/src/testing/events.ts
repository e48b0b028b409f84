import type { EventReceived } from '@hilo/schemas';

/** A good event as a Kafka producer writes it: a track call of user u. */
export function receivedEvent(changes: Partial<EventReceived> = {}): EventReceived {
  return {
    ...{ source: 'web', message_id: null, type: 'track', event: 'Seen', name: null, category: null, user_id: 'u' },
    ...{ anonymous_id: null, group_id: null, previous_id: null, properties: null, traits: null, context: null },
    ...{ integrations: null, extra: null, original_timestamp: null, sent_at: null, received_at: null, via: 'kafka' },
    ...{ timestamp_unreadable: false, faults: [], original: null, request_position: 0, first_received_at: null },
    ...changes,
  };
}
