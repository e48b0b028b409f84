import type { Clock } from './clock.ts';
import type { Logger } from './logger.ts';
import type { StageMetrics } from './metrics.ts';

/** Something outside is unavailable; hold and retry. */
export class TransientFaultError extends Error {
  readonly retriable = true;
}

const FIRST_MS = 20;
const LONGEST_MS = 2_000;
/** Attempts that a stopping stage makes before it gives up. */
const ATTEMPTS_WHILE_STOPPING = 3;

/**
 * Repeats work while something outside is unavailable, and holds everything else. Any other error is a bug and is
 * thrown.
 */
export class Hold {
  readonly #dependencies: { stage: string; clock: Clock; metrics: StageMetrics; logger: Logger };
  readonly #stopping: () => boolean;

  constructor(
    dependencies: { stage: string; clock: Clock; metrics: StageMetrics; logger: Logger },
    stopping: () => boolean,
  ) {
    this.#dependencies = dependencies;
    this.#stopping = stopping;
  }

  /** Attempts wait longer after each failure, up to two seconds. */
  async until<T>(what: string, work: () => Promise<T>): Promise<T> {
    const { clock, metrics, logger, stage } = this.#dependencies;
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

/** True for errors that say that something outside is unavailable (`retriable`). */
export function isTransient(error: unknown): boolean {
  return error instanceof Error && 'retriable' in error && error.retriable === true;
}
