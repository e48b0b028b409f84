import type {
  DeliveryEnded,
  EventIdentified,
  EventRejected,
  MembershipChanged,
  ProfileChanged,
  ProfilesMerged,
} from '@hilo/schemas';

/** Records of each topic for tests, whole but for what the test says. */
export function identified(fields: Partial<EventIdentified>): EventIdentified {
  return {
    profile_id: 'p_1',
    identifiers: [],
    linked: [],
    set_aside: [],
    absorbed: [],
    source: 'web',
    message_id: 'm-1',
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
    timestamp: 1_760_000_000_000,
    original_timestamp: null,
    sent_at: null,
    received_at: 1_760_000_000_500,
    timestamp_clamped: false,
    request_position: 0,
    timestamp_unreadable: false,
    via: 'http',
    ...fields,
  };
}

/** A merge. */
export function merged(fields: Partial<ProfilesMerged>): ProfilesMerged {
  return {
    merge_id: 'merge-1',
    absorbed: 'p_1',
    survivor: 'p_2',
    also_absorbed: [],
    version: 1,
    identifiers: [],
    source: 'web',
    message_id: 'm-1',
    rule: 'same_event',
    event_time: 1_760_000_000_000,
    decided_at: 1_760_000_000_500,
    ...fields,
  };
}

/** The traits of a profile. */
export function changed(fields: Partial<ProfileChanged>): ProfileChanged {
  return {
    profile_id: 'p_1',
    version: 1,
    status: 'live',
    survivor: null,
    traits: '{}',
    identifiers: [],
    changes: [],
    reason: 'event',
    message_id: 'm-1',
    event_time: 1_760_000_000_000,
    decided_at: 1_760_000_000_500,
    ...fields,
  };
}

/** A membership change. */
export function membership(fields: Partial<MembershipChanged>): MembershipChanged {
  return {
    segment: 'buyers',
    segment_version: 1,
    profile_id: 'p_1',
    version: 1,
    status: 'entered',
    reason: 'event',
    message_id: 'm-1',
    event_time: 1_760_000_000_000,
    decided_at: 1_760_000_000_500,
    identifiers: [],
    told_at: null,
    unproven: false,
    traits: '{}',
    ...fields,
  };
}

/** The end of a delivery. */
export function delivered(fields: Partial<DeliveryEnded>): DeliveryEnded {
  return {
    delivery_id: 'd-1',
    destination: 'crm',
    profile_id: 'p_1',
    segment: 'buyers',
    membership_version: 1,
    membership_status: 'entered',
    status: 'delivered',
    reason: '',
    attempts: 1,
    response_status: 200,
    response_body: 'ok',
    message_id: 'm-1',
    created_at: 1_760_000_000_500,
    ended_at: 1_760_000_000_600,
    retry_of: null,
    idempotency_key: null,
    ...fields,
  };
}

/** A refused event. */
export function rejected(fields: Partial<EventRejected>): EventRejected {
  return {
    state: 'rejected',
    source: 'web',
    message_id: 'm-1',
    reason: 'missing_event',
    field: 'event',
    message: 'A track call needs an event.',
    type: 'track',
    original: null,
    received_at: 1_760_000_000_500,
    via: 'http',
    rejection_id: '0-1',
    request_position: 0,
    sent_at: null,
    ...fields,
  };
}
