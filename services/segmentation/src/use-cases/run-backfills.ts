import { setTimeout as sleep } from 'node:timers/promises';
import type { Runnable } from '@hilo/service';
import type { Logger } from '@hilo/streaming';
import type { Backfills, PublishSoon } from '../ports.ts';
import { advanceBackfills, type Advanced, type Around } from './advance-backfills.ts';

const IDLE_MS = 500;
const WAITING_MS = 50;
const AFTER_FAULT_MS = 1_000;

/**
 * Advances backfills, step by step. Runs in every instance: a lock lets one advance at a time, and each step is committed whole, so
 * another instance goes on from there when one ends. A step that is done again changes nothing.
 */
export class BackfillRunner implements Runnable {
  readonly #backfills: Backfills;
  readonly #publisher: PublishSoon;
  readonly #around: Around;
  readonly #logger: Logger;
  readonly #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(options: {
    readonly backfills: Backfills;
    readonly publisher: PublishSoon;
    readonly around: Omit<Around, 'pace' | 'nowMs'>;
    /** Records that a backfill writes at most in a second. */
    readonly recordsPerSecond: number;
    readonly logger: Logger;
  }) {
    this.#backfills = options.backfills;
    this.#publisher = options.publisher;
    this.#logger = options.logger;
    const pace = (records: number) => this.#pause((records * 1_000) / options.recordsPerSecond);
    this.#around = { ...options.around, pace, nowMs: () => Date.now() };
  }

  async start(): Promise<void> {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    await this.#around.log.stop();
    await this.#around.past.stop();
  }

  /** It makes nobody wait. */
  ready(): boolean {
    return true;
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) await this.#pause(await this.#step());
  }

  /** Does a step; returns how long to wait for the next one. */
  async #step(): Promise<number> {
    try {
      const advanced = await this.#backfills.underLock((steps) => advanceBackfills(steps, this.#around));
      if (advanced === 'moved') await this.#publisher.publishSoon();
      return advanced === null ? IDLE_MS : PAUSES[advanced];
    } catch (error) {
      this.#logger.warn({ err: error }, 'Backfills could not go on; trying again');
      return AFTER_FAULT_MS;
    }
  }

  async #pause(timeMs: number): Promise<void> {
    if (timeMs > 0) await sleep(timeMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
  }
}

const PAUSES: Readonly<Record<Advanced, number>> = { nothing: IDLE_MS, waits: WAITING_MS, moved: 0 };
