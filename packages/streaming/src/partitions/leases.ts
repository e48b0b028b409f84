import type { Topology } from '../language/topology.ts';
import type { Clock } from '../ports/clock.ts';
import type { LogConsumer } from '../ports/log.ts';
import type { StageStore } from '../ports/store.ts';
import { findLostCommits } from './lost-commits.ts';
import { LEASE_MS, type OwnedPartition, sureUntil } from './owned-partition.ts';

/** What an instance knows of its partitions by the clock: until when it may send, and until when it is sure that they are its own. */
export class Leases {
  readonly #parts: { topology: Topology; store: StageStore; consumer: LogConsumer; clock: Clock };

  constructor(parts: { topology: Topology; store: StageStore; consumer: LogConsumer; clock: Clock }) {
    this.#parts = parts;
  }

  /**
   * Makes the leases valid again that end within so many milliseconds, so that the partitions may send. Hands back those that
   * turn out to have a new owner.
   */
  async renew(partitions: readonly OwnedPartition[], ahead_ms: number): Promise<readonly number[]> {
    const { store, clock } = this.#parts;
    const now_ms = clock.monotonic_ms();
    const stale = partitions.filter(({ lease_until_ms }) => lease_until_ms <= now_ms + ahead_ms);
    if (stale.length === 0) return [];
    const lost = await store.renew(stale);
    // Those lost stay without a lease: should the send fail now, they must be found lost again.
    const kept = stale.filter(({ partition }) => !lost.includes(partition));
    for (const partition of kept) partition.lease_until_ms = now_ms + LEASE_MS;
    return lost;
  }

  /**
   * Makes sure that partitions are as this instance left them, where that is sure for no longer than so many milliseconds. Hands
   * back those that are to be taken over again: they have a new owner, or the store lost commits of theirs. An instance that was
   * frozen can't tell by the store alone: an owner may have come and gone that a store which went back knows nothing of.
   */
  async confirm(owned: Iterable<OwnedPartition>, ahead_ms: number): Promise<readonly number[]> {
    const { topology, store, consumer, clock } = this.#parts;
    const now_ms = clock.monotonic_ms();
    const stale = [...owned].filter(({ sure_until_ms }) => sure_until_ms <= now_ms + ahead_ms);
    if (stale.length === 0) return [];
    const changed = await store.changed(stale);
    const same = stale.filter(({ partition }) => !changed.includes(partition));
    const lapsed = same.filter(({ sure_until_ms }) => sure_until_ms <= now_ms);
    const lost = lapsed.length === 0 ? new Map<number, string>() : await findLostCommits(consumer, topology, lapsed);
    for (const one of same) if (!lost.has(one.partition)) one.sure_until_ms = sureUntil(now_ms);
    return [...changed, ...lost.keys()];
  }

  /** True while all of these leases are valid. */
  areValid(owned: Iterable<OwnedPartition>): boolean {
    const now_ms = this.#parts.clock.monotonic_ms();
    for (const { lease_until_ms } of owned) if (lease_until_ms <= now_ms) return false;
    return true;
  }
}
