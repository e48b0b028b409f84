import { defineStage } from '@hilo/streaming';
import { verdictTables } from './adapters/postgres-verdicts.ts';
import type { StageMetrics } from './metrics.ts';
import type { SourceLookup } from './ports.ts';
import { acceptEvents } from './processors/accept-events.ts';
import { TOPOLOGY } from './topology.ts';

/** Read this first. Each event received ends in exactly one of accepted, duplicate, rejected. */
export function ingestionStage({
  sources,
  metrics,
}: {
  readonly sources: SourceLookup;
  readonly metrics: StageMetrics;
}) {
  return defineStage({
    topology: TOPOLOGY,
    logic: acceptEvents(),
    tables: verdictTables(sources),
    committed: ({ accepted, duplicates, rejected }) => {
      if (accepted.length > 0) metrics.ended('accepted', 'none', accepted.length);
      if (duplicates > 0) metrics.ended('duplicate', 'duplicate', duplicates);
      for (const [reason, events] of Map.groupBy(rejected, (event) => event.reason))
        metrics.ended('rejected', reason, events.length);
    },
  });
}
