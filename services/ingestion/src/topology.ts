import type { Topology } from '@hilo/streaming';

/** Read this first: what ingestion's stage reads and writes. The HTTP door writes to the same topic that it reads. */
export const TOPOLOGY = {
  stage: 'ingestion',
  sources: ['events.received'],
  sinks: ['events.accepted', 'events.rejected'],
  deadLetter: 'ingestion.dead-letter',
  replay: 'ingestion.replay',
  // The door's time of receipt, which a record written straight to Kafka lacks. When it happened is for the verdict to say.
  eventTimes: { 'events.received': { happened: 'received_at', received: 'received_at' } },
} as const satisfies Topology;
