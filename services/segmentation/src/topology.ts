import type { EventIdentified, Handover, ProfileChanged, ProfilesMerged, SegmentDefined } from '@hilo/schemas';
import type { Topology } from '@hilo/streaming';

/**
 * Events, profile changes and definitions in; membership changes out. Merged profiles hand their counts over through
 * `segmentation.handover`, which is why it is a source and a sink.
 */
export const TOPOLOGY: Topology = {
  stage: 'segmentation',
  sources: [
    'events.identified',
    'profiles.changed',
    'identity.merges',
    'segments.definitions',
    'segmentation.handover',
  ],
  sinks: ['segments.membership', 'segmentation.handover'],
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
};

/** Topic of the stage's output. */
export const MEMBERSHIP_TOPIC = 'segments.membership';

/** Topic on which the states of merged profiles travel. */
export const HANDOVER_TOPIC = 'segmentation.handover';

/** Topic of the definitions, each record of which stands in every partition. */
export const DEFINITIONS_TOPIC = 'segments.definitions';

/** Records that the stage reads, by topic. A type and not an interface, so that it can be indexed by any topic name. */
export type Records = {
  'events.identified': EventIdentified;
  'profiles.changed': ProfileChanged;
  'identity.merges': ProfilesMerged;
  'segments.definitions': SegmentDefined;
  'segmentation.handover': Handover;
};
