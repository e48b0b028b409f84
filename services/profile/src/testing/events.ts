import type { EventIdentified, MembershipChanged, ProfilesMerged } from '@hilo/schemas';

/** An identified event for tests: an identify call of profile `p_a`, with these fields instead. */
export function identifiedOf(fields: Partial<EventIdentified>): EventIdentified {
  return {
    profile_id: 'p_a',
    identifiers: [],
    linked: [],
    set_aside: [],
    absorbed: [],
    source: 'web',
    message_id: 'm1',
    type: 'identify',
    event: null,
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

/** The notice that `p_b` was merged into `p_a`, with these fields instead. */
export function mergeOf(fields: Partial<ProfilesMerged>): ProfilesMerged {
  return {
    merge_id: 'm_ab',
    absorbed: 'p_b',
    survivor: 'p_a',
    also_absorbed: [],
    version: 1,
    identifiers: [],
    source: 'web',
    message_id: 'm1',
    rule: 'same_event',
    event_time: 1_000,
    decided_at: 1_000,
    ...fields,
  };
}

/** Profile `p_a` entered the segment `vip`, with these fields instead. */
export function membershipOf(fields: Partial<MembershipChanged>): MembershipChanged {
  return {
    segment: 'vip',
    segment_version: 1,
    profile_id: 'p_a',
    version: 1,
    status: 'entered',
    reason: 'event',
    message_id: null,
    event_time: 5_000,
    decided_at: 6_000,
    identifiers: [],
    told_at: null,
    unproven: false,
    traits: '{}',
    ...fields,
  };
}
