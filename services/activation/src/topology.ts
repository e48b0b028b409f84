import type { Topology } from '@hilo/streaming';

/** Membership changes, and retries of what failed, become deliveries; how each delivery ended is told to everyone. */
export const TOPOLOGY = {
  stage: 'activation',
  sources: ['segments.membership', 'activation.retries'],
  sinks: ['activation.deliveries'],
  deadLetter: 'activation.dead-letter',
  replay: 'activation.replay',
  time: { kind: 'wall' },
  eventTimes: { 'segments.membership': { happened: 'event_time' } },
} as const satisfies Topology;
