import type { Topology } from '@hilo/streaming';

/**
 * Reads events, profile changes and definitions; publishes membership changes. Merged profiles hand their counts over
 * on `segmentation.handover`, so it is both a source and a sink. A backfill brings the past of profiles.
 */
export const TOPOLOGY = {
  stage: 'segmentation',
  sources: [
    'events.identified',
    'profiles.changed',
    'identity.merges',
    'segments.definitions',
    'segmentation.handover',
    'segmentation.backfill',
  ],
  sinks: ['segments.membership', 'segments.members', 'segmentation.handover'],
  deadLetter: 'segmentation.dead-letter',
  replay: 'segmentation.replay',
  time: {
    kind: 'upstream',
    upstream: [
      { stage: 'identity', topics: ['events.identified', 'identity.merges'], spreads: true },
      { stage: 'profile', topics: ['profiles.changed'], spreads: false },
    ],
    further: ['ingestion'],
  },
  eventTimes: { 'events.identified': { happened: 'timestamp', received: 'received_at' } },
} as const satisfies Topology;
