import { Counter } from 'prom-client';
import type { IngestEndpointMetrics } from './ports.ts';

/**
 * Counts what the ingest endpoint does, in prom-client's default registry. Never by source: there may be any number of
 * them.
 */
export function ingestEndpointMetrics(): IngestEndpointMetrics {
  const events = new Counter({
    name: 'hilo_ingestion_door_events_total',
    help: 'Events that the ingest endpoint wrote to Kafka: taken, or faulty (they end as rejected).',
    labelNames: ['outcome'],
  });
  const refused = new Counter({
    name: 'hilo_ingestion_refused_requests_total',
    help: 'Requests of which the ingest endpoint took nothing, by reason.',
    labelNames: ['reason'],
  });
  return {
    events: (outcome, count) => events.inc({ outcome }, count),
    refused: (reason) => refused.inc({ reason }),
  };
}

/** Counts how events end, each once. */
export interface StageMetrics {
  ended(state: 'accepted' | 'duplicate' | 'rejected', reason: string, count: number): void;
}

/** Counts the ends in prom-client's default registry. */
export function stageMetrics(): StageMetrics {
  const ended = new Counter({
    name: 'hilo_ingestion_ended_events_total',
    help: 'Events that ended in a terminal state, by state and reason, each counted once.',
    labelNames: ['state', 'reason'],
  });
  ended.inc({ state: 'accepted', reason: 'none' }, 0);
  return { ended: (state, reason, count) => ended.inc({ state, reason }, count) };
}
