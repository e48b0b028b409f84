import type { Topology } from '@hilo/streaming';

/** Turns every fact of every stage into rows in ClickHouse, once. */
export const TOPOLOGY = {
  stage: 'history',
  sources: [
    'events.identified',
    'events.rejected',
    'identity.merges',
    'profiles.changed',
    'segments.membership',
    'activation.deliveries',
  ],
  sinks: [],
  deadLetter: 'history.dead-letter',
  time: { kind: 'wall' },
  replay: 'history.replay',
  eventTimes: { 'events.identified': { happened: 'timestamp', received: 'received_at' } },
} as const satisfies Topology;
