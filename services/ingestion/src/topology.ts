import type { Topology } from '@hilo/streaming';

/** Read this first: what ingestion's stage reads and writes. The HTTP door writes to the same topic that it reads. */
export const TOPOLOGY = {
  stage: 'ingestion',
  sources: ['events.received'],
  sinks: ['events.accepted', 'events.rejected'],
  deadLetter: 'ingestion.dead-letter',
} as const satisfies Topology;
