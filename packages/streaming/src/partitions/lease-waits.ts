import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { Acquired, StageStore } from '../ports/store.ts';
import { LEASE_MS, LEAVE_MS } from './owned-partition.ts';

/** How long an instance leaves a partition to an owner before it that is alive: until that one may be done with it. */
const PATIENCE_MS = LEASE_MS + LEAVE_MS;
/** How often a lease of the owner before is looked at. */
const LEASE_POLL_MS = 50;

/** Waiting for the owners before: they may still send, or commit what effects of theirs bring back. */
export class LeaseWaits {
  readonly #parts: { store: StageStore; clock: Clock; logger: Logger };
  /** Since when the lease of an owner before is waited for. */
  readonly #since_ms = new Map<number, number>();

  constructor(parts: { store: StageStore; clock: Clock; logger: Logger }) {
    this.#parts = parts;
  }

  /** How soon to look again at a partition that another instance may still work on; `most_ms`: there is none. */
  patience(most_ms: number): number {
    return this.#since_ms.size > 0 ? Math.min(most_ms, LEASE_POLL_MS) : most_ms;
  }

  forget(partition: number): void {
    this.#since_ms.delete(partition);
  }

  clear(): void {
    this.#since_ms.clear();
  }

  /**
   * Those of the partitions whose owner before let go, or has had its time. The others are left to it for a while, and what is
   * owned already goes on: `again` says when to ask for them again.
   */
  async freeOf(
    missing: readonly number[],
    now_ms: number,
    again: (partition: number, at_ms: number) => void,
  ): Promise<readonly number[]> {
    const { store, logger } = this.#parts;
    if (missing.length === 0) return [];
    const left_ms = await store.leasesLeft(missing);
    return missing.filter((partition) => {
      const left = left_ms.get(partition);
      if (left === undefined) return true;
      const since_ms = this.#since_ms.get(partition);
      if (since_ms === undefined) {
        logger.info({ partition, left_ms: left }, 'waiting for the lease of the owner before');
        this.#since_ms.set(partition, now_ms);
      }
      const is_over = since_ms !== undefined && now_ms - since_ms >= PATIENCE_MS;
      if (!is_over) again(partition, now_ms + Math.min(left, LEASE_POLL_MS));
      return is_over;
    });
  }

  /** Waits until the owners before may send no more. Their epochs are raised, so they renew no lease. */
  async waitOut(acquired: readonly Acquired[]): Promise<void> {
    await Promise.all(acquired.map(({ partition, lease_left_ms }) => this.#waitOutOne(partition, lease_left_ms)));
  }

  async #waitOutOne(partition: number, left_ms: number): Promise<void> {
    const { store, clock } = this.#parts;
    for (let left = left_ms; left > 0; left = (await store.leasesLeft([partition])).get(partition) ?? 0)
      await clock.sleep(Math.min(left, LEASE_POLL_MS));
  }
}
