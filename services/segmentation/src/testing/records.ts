import type { EventIdentified, ProfileChanged, ProfilesMerged } from '@hilo/schemas';

/** A track call with nothing in it. */
export const AN_EVENT: EventIdentified = {
  profile_id: '',
  identifiers: [],
  linked: [],
  set_aside: [],
  absorbed: [],
  source: 'test',
  message_id: '',
  type: 'track',
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
  timestamp: 0,
  original_timestamp: null,
  sent_at: null,
  received_at: 0,
  timestamp_clamped: false,
  request_position: 0,
  timestamp_unreadable: false,
  via: 'http',
};

/** A merge. */
export const A_MERGE: ProfilesMerged = {
  merge_id: '',
  absorbed: '',
  survivor: '',
  also_absorbed: [],
  version: 1,
  identifiers: [],
  source: 'test',
  message_id: 'merging',
  rule: 'same_event',
  event_time: 0,
  decided_at: 0,
};

/** A live profile without traits. */
export const A_PROFILE: ProfileChanged = {
  profile_id: '',
  version: 1,
  status: 'live',
  survivor: null,
  traits: '{}',
  identifiers: [],
  changes: [],
  reason: 'event',
  message_id: null,
  event_time: 0,
  decided_at: 0,
};
