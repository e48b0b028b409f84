import { ProblemError } from '@hilo/service';
import { Counter, Gauge, Histogram } from 'prom-client';

/** How a statement ended; docs/metrics.md explains each outcome. */
const STATEMENT_OUTCOMES = [
  ...['ok', 'cut', 'gone', 'cancelled', 'syntax', 'unknown_name', 'not_allowed', 'missing_parameter', 'refused'],
  ...['too_slow', 'too_much_memory', 'too_many_queries', 'already_running', 'unavailable', 'error'],
] as const;

const ended = new Counter({
  name: 'hilo_history_statements_total',
  help: "People's statements that ended, by outcome. Excludes those refused for their text before they reached ClickHouse.",
  labelNames: ['outcome'],
});
const underWay = new Gauge({
  name: 'hilo_history_statements_under_way',
  help: "People's statements now: running, and waiting for their turn.",
  labelNames: ['state'],
});
const duration = new Histogram({
  name: 'hilo_history_statement_duration_seconds',
  help: "Time of a person's statement, from its turn to its last row.",
  buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
});

for (const outcome of STATEMENT_OUTCOMES) ended.inc({ outcome }, 0);
for (const state of ['running', 'waiting']) underWay.set({ state }, 0);

/** The outcome of a statement, as far as it is known where it ends. */
interface StatementEnd {
  /** It ended by itself, and all of it was read. */
  readonly isWhole: boolean;
  readonly isCancelled: boolean;
  /** The caller left or waited too long, or the service stops. */
  readonly isGone: boolean;
  /** The error reported to the caller; null: none. */
  readonly error: Error | null;
}

/** Counts one statement while it waits, while it runs, and once when it ends. */
export class CountedStatement {
  #state: 'waiting' | 'running' = 'waiting';
  #stopTimer = (): unknown => undefined;

  constructor() {
    underWay.inc({ state: this.#state });
  }

  /** Its turn has come. */
  begin(): void {
    underWay.dec({ state: this.#state });
    this.#state = 'running';
    underWay.inc({ state: this.#state });
    this.#stopTimer = duration.startTimer();
  }

  /** Call it once. */
  end(end: StatementEnd): void {
    underWay.dec({ state: this.#state });
    this.#stopTimer();
    countStatement(outcomeOf(end));
  }
}

/** Counts an ended statement. */
export function countStatement(outcome: string): void {
  ended.inc({ outcome });
}

function outcomeOf({ isWhole, isCancelled, isGone, error }: StatementEnd): string {
  if (isWhole && error === null) return 'ok';
  if (isCancelled) return 'cancelled';
  if (isGone) return 'gone';
  if (error === null) return 'cut';
  const code = error instanceof ProblemError ? error.code : 'error';
  return STATEMENT_OUTCOMES.find((outcome) => outcome === code) ?? 'error';
}
