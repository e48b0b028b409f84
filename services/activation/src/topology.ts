import type { Topology } from '@hilo/streaming';

/** Turns membership changes and retry requests into deliveries, and publishes how each delivery ended. */
export const TOPOLOGY = {
  stage: 'activation',
  sources: ['segments.membership', 'activation.retries'],
  sinks: ['activation.deliveries'],
  deadLetter: 'activation.dead-letter',
  replay: 'activation.replay',
  time: { kind: 'wall' },
  eventTimes: { 'segments.membership': { happened: 'event_time' } },
} as const satisfies Topology;
