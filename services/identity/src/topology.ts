import type { Topology } from '@hilo/streaming';

/** Assigns events to profiles, and publishes merges to every stage that keeps state by profile. */
export const TOPOLOGY = {
  stage: 'identity',
  sources: ['events.accepted'],
  sinks: ['events.identified', 'identity.merges'],
  deadLetter: 'identity.dead-letter',
  replay: 'identity.replay',
  time: { kind: 'upstream', upstream: [{ stage: 'ingestion', topics: ['events.accepted'], spreads: true }] },
  notices: ['identity.merges'],
  eventTimes: { 'events.accepted': { happened: 'timestamp', received: 'received_at' } },
} as const satisfies Topology;
