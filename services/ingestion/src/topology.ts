import type { Topology } from '@hilo/streaming';

/** What ingestion's stage reads and writes. The ingest endpoint writes to the same topic that the stage reads. */
export const TOPOLOGY = {
  stage: 'ingestion',
  sources: ['events.received'],
  sinks: ['events.accepted', 'events.rejected'],
  deadLetter: 'ingestion.dead-letter',
  replay: 'ingestion.replay',
  // The ingest endpoint's time of receipt, which a record written straight to Kafka lacks. The verdict says when the
  // event happened.
  eventTimes: { 'events.received': { happened: 'received_at', received: 'received_at' } },
} as const satisfies Topology;
