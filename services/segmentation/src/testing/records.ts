import { sampleOf } from '@hilo/schemas/samples';

const NOBODY = { message_id: '', event_time: 0, decided_at: 0 };

/** A track call without content. */
export const AN_EVENT = sampleOf('events.identified', {
  ...{ profile_id: '', source: 'test', message_id: '', event: null, timestamp: 0, received_at: 0 },
});

/** A merge. */
export const A_MERGE = sampleOf('identity.merges', {
  ...NOBODY,
  ...{ merge_id: '', absorbed: '', survivor: '', source: 'test', message_id: 'merging' },
});

/** A live profile without traits. */
export const A_PROFILE = sampleOf('profiles.changed', { ...NOBODY, profile_id: '', message_id: null });

/** A definition that is in force at once. */
export const A_DEFINITION = sampleOf('segments.definitions', {
  segment: '',
  version: 0,
  name: '',
  definition: null,
  decided_at: 0,
  number: 0,
});
