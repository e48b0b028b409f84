import type { Clock } from './clock.ts';
import type { Logger } from './logger.ts';
import type { StageMetrics } from './metrics.ts';

/** Something outside is away for now; try again and hold. */
export class TransientFault extends Error {
  readonly retriable = true;
}

const FIRST_MS = 20;
const LONGEST_MS = 2_000;
/** Attempts a stage makes before it gives up while it is stopping. */
const ATTEMPTS_WHILE_STOPPING = 3;

/** Repeats work while something outside is away, holding everything else. Any other error is a bug and goes up. */
export class Hold {
  readonly #parts: { stage: string; clock: Clock; metrics: StageMetrics; logger: Logger };
  readonly #stopping: () => boolean;

  constructor(parts: { stage: string; clock: Clock; metrics: StageMetrics; logger: Logger }, stopping: () => boolean) {
    this.#parts = parts;
    this.#stopping = stopping;
  }

  /** Attempts wait longer after each failure, up to two seconds. */
  async until<T>(what: string, work: () => Promise<T>): Promise<T> {
    const { clock, metrics, logger, stage } = this.#parts;
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await work();
      } catch (error) {
        if (!isTransient(error) || (this.#stopping() && attempt >= ATTEMPTS_WHILE_STOPPING)) throw error;
        metrics.retry(what);
        const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : undefined;
        logger.warn({ stage, what, attempt, cause }, 'unavailable, trying again');
        await clock.sleep(Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 10)));
      }
    }
  }
}

/** True for errors of something outside that is away for now (they say `retriable`). */
export function isTransient(error: unknown): boolean {
  return error instanceof Error && 'retriable' in error && error.retriable === true;
}
