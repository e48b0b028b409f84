import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { Acquired, StageStore } from '../ports/store.ts';
import { LEASE_MS, LEAVE_MS } from './owned-partition.ts';

/** How long an instance waits for a previous owner that is alive, in milliseconds: that one may still end its effects. */
const PATIENCE_MS = LEASE_MS + LEAVE_MS;
/** How often an instance looks at the lease of a previous owner, in milliseconds. */
const LEASE_POLL_MS = 50;

/** Waits for previous owners: they may still send outputs, or commit the results of their effects. */
export class LeaseWaits {
  readonly #dependencies: { store: StageStore; clock: Clock; logger: Logger };
  /** Since when this instance waits for a previous owner, by partition. */
  readonly #since_ms = new Map<number, number>();

  constructor(dependencies: { store: StageStore; clock: Clock; logger: Logger }) {
    this.#dependencies = dependencies;
  }

  /** How soon to look again while it waits for a previous owner, else `mostMs`. */
  patience(mostMs: number): number {
    return this.#since_ms.size > 0 ? Math.min(mostMs, LEASE_POLL_MS) : mostMs;
  }

  forget(partition: number): void {
    this.#since_ms.delete(partition);
  }

  clear(): void {
    this.#since_ms.clear();
  }

  /**
   * Returns the partitions whose previous owner let go, or has had its time. For each of the others, `again` receives the
   * time to ask again.
   */
  async freeOf(
    missing: readonly number[],
    nowMs: number,
    again: (partition: number, at_ms: number) => void,
  ): Promise<readonly number[]> {
    const { store, logger } = this.#dependencies;
    if (missing.length === 0) return [];
    const left_ms = await store.leasesLeft(missing);
    return missing.filter((partition) => {
      const left = left_ms.get(partition);
      if (left === undefined) return true;
      const since_ms = this.#since_ms.get(partition);
      if (since_ms === undefined) {
        logger.info({ partition, left_ms: left }, 'waiting for the lease of the previous owner');
        this.#since_ms.set(partition, nowMs);
      }
      const isOver = since_ms !== undefined && nowMs - since_ms >= PATIENCE_MS;
      if (!isOver) again(partition, nowMs + Math.min(left, LEASE_POLL_MS));
      return isOver;
    });
  }

  /** Waits until the leases of previous owners have ended. Their epochs are outdated, so they cannot renew them. */
  async waitOut(acquired: readonly Acquired[]): Promise<void> {
    await Promise.all(acquired.map(({ partition, leaseLeftMs }) => this.#waitOutOne(partition, leaseLeftMs)));
  }

  async #waitOutOne(partition: number, left_ms: number): Promise<void> {
    const { store, clock } = this.#dependencies;
    for (let left = left_ms; left > 0; left = (await store.leasesLeft([partition])).get(partition) ?? 0)
      await clock.sleep(Math.min(left, LEASE_POLL_MS));
  }
}
