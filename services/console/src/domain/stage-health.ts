import { growthOf, quantileOf, type Rounds } from './readings.ts';

/** Faults of a stage: each is counted where it happens, and none of them loses anything. */
export type StageError = 'dead_letters' | 'retries' | 'rejected' | 'failed' | 'http';

/** A stage's speed and faults, over the last minute. */
export interface StageHealth {
  /** From the receipt of an event to the commit of the stage; null if nothing arrived, or it is not known yet. */
  readonly latency_p50_s: number | null;
  readonly latency_p99_s: number | null;
  /** The count; null until known. */
  readonly errors: readonly { readonly what: StageError; readonly count: number }[] | null;
}

const ERRORS: readonly {
  readonly what: StageError;
  readonly metric: string;
  readonly counts: (labels: Readonly<Record<string, string>>) => boolean;
}[] = [
  { what: 'dead_letters', metric: 'hilo_stage_dead_letters_total', counts: () => true },
  // A conflict is normal: two instances wanted the same rows, and one goes first.
  { what: 'retries', metric: 'hilo_stage_retries_total', counts: ({ reason }) => reason !== 'conflict' },
  { what: 'rejected', metric: 'hilo_ingestion_ended_events_total', counts: ({ state }) => state === 'rejected' },
  { what: 'failed', metric: 'hilo_activation_deliveries_total', counts: ({ status }) => status === 'failed' },
  { what: 'http', metric: 'hilo_http_requests_total', counts: ({ status }) => status?.startsWith('5') === true },
];

const LATENCY = 'hilo_stage_latency_seconds_bucket';

/** Metrics that the health of stages uses. */
export const HEALTH_METRICS: readonly string[] = [LATENCY, ...ERRORS.map(({ metric }) => metric)];

/** A stage's health over the rounds. */
export function healthOf(stage: string, rounds: Rounds): StageHealth {
  const own = rounds.map((round) => round.filter(({ service }) => service === stage));
  const latency = growthOf(LATENCY, own);
  const errors = ERRORS.map(({ what, metric, counts }) => ({
    what,
    count: growthOf(metric, own).reduce((sum, { labels, value }) => sum + (counts(labels) ? value : 0), 0),
  }));
  return {
    latency_p50_s: quantileOf(0.5, latency),
    latency_p99_s: quantileOf(0.99, latency),
    errors: isReadTwice(own) ? errors.filter(({ count }) => count > 0) : null,
  };
}

function isReadTwice(rounds: Rounds): boolean {
  return rounds.filter((round) => round.some(({ samples }) => samples.length > 0)).length > 1;
}
