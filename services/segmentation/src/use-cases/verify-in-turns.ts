import { setTimeout as sleep } from 'node:timers/promises';
import type { Runnable } from '@hilo/service';
import type { Logger } from '@hilo/streaming';
import type { Verifications } from '../ports.ts';
import { NOTHING_VERIFIED, type Verified, type VerifyMemberships, withRange } from './verify-memberships.ts';

/** How often an instance looks whether a partition is to be verified. */
const LOOK_EVERY_MS = 5_000;

/**
 * Verifies one partition after the other, each once in an interval, over all instances. Rests as long as it works, so that at most half
 * of one connection to ClickHouse is used.
 */
export class VerifyInTurns implements Runnable {
  readonly #verify: Pick<VerifyMemberships, 'range'>;
  readonly #verifications: Verifications;
  readonly #partitions: number;
  readonly #intervalMs: number;
  readonly #logger: Logger;
  readonly #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();

  /** `intervalMs`: 0 turns it off. */
  constructor(options: {
    readonly verify: Pick<VerifyMemberships, 'range'>;
    readonly verifications: Verifications;
    readonly partitions: number;
    readonly intervalMs: number;
    readonly logger: Logger;
  }) {
    this.#verify = options.verify;
    this.#verifications = options.verifications;
    this.#partitions = options.partitions;
    this.#intervalMs = options.intervalMs;
    this.#logger = options.logger;
  }

  async start(): Promise<void> {
    if (this.#intervalMs > 0) this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  /** It makes nobody wait. */
  ready(): boolean {
    return true;
  }

  /** Verifies the partition whose turn it is; false: none. */
  async next(): Promise<boolean> {
    const nowMs = Date.now();
    const partition = await this.#verifications.claim(this.#partitions, nowMs - this.#intervalMs, nowMs);
    if (partition === null) return false;
    const { checked, undecided, total, differences } = await this.#partition(partition);
    await this.#verifications.done({
      ...{ partition, endedMs: Date.now(), checked, differences: total },
      undecided: [...undecided.values()].reduce((sum, count) => sum + count, 0),
    });
    if (total > 0) {
      const segments = [...new Set(differences.map(({ segment }) => segment))].slice(0, 20);
      this.#logger.warn({ partition, differences: total, segments }, 'Memberships differ from what the history says');
    }
    return true;
  }

  async #partition(partition: number): Promise<Verified> {
    let verified = NOTHING_VERIFIED;
    let after: string | null = '';
    while (after !== null) {
      const begunMs = performance.now();
      const range = await this.#verify.range(partition, after, null, this.#stopping.signal);
      verified = withRange(verified, range);
      after = range.to;
      if (after !== null) await sleep(performance.now() - begunMs, undefined, { signal: this.#stopping.signal });
    }
    return verified;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        await this.next();
      } catch (error) {
        if (!signal.aborted) this.#logger.warn({ err: error }, 'Memberships are verified later');
      }
      await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}
