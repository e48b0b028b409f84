import type { Topology } from '@hilo/streaming';

/**
 * Folds identified events into traits; hands a merged profile's state to its survivor; keeps memberships for the API.
 */
export const TOPOLOGY = {
  stage: 'profile',
  sources: ['events.identified', 'identity.merges', 'segments.membership', 'profile.handover'],
  sinks: ['profiles.changed', 'profiles.current', 'profile.handover'],
  deadLetter: 'profile.dead-letter',
  replay: 'profile.replay',
  // Memberships serve the API alone: they carry no time, or time would run in a circle.
  time: {
    kind: 'upstream',
    upstream: [{ stage: 'identity', topics: ['events.identified', 'identity.merges'], spreads: true }],
    further: ['ingestion'],
  },
  eventTimes: { 'events.identified': { happened: 'timestamp', received: 'received_at' } },
} as const satisfies Topology;
