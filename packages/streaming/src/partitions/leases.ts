import type { Topology } from '../language/topology.ts';
import { type Clock, readClock } from '../ports/clock.ts';
import type { LogConsumer } from '../ports/log.ts';
import type { StageStore } from '../ports/store.ts';
import { findLostCommits } from './lost-commits.ts';
import { LEASE_MS, noteKnown, type OwnedPartition } from './owned-partition.ts';

/** Two limits in time on what an owner may do: until when it may send, and until when it relies on what it knows. */
export class Leases {
  readonly #dependencies: { topology: Topology; store: StageStore; consumer: LogConsumer; clock: Clock };

  constructor(dependencies: { topology: Topology; store: StageStore; consumer: LogConsumer; clock: Clock }) {
    this.#dependencies = dependencies;
  }

  /**
   * Renews the leases that end within `aheadMs`, so that the partitions may send. Returns the partitions that have a new
   * owner.
   */
  async renew(partitions: readonly OwnedPartition[], aheadMs: number): Promise<readonly number[]> {
    const { store, clock } = this.#dependencies;
    const nowMs = clock.monotonicMs();
    const stale = partitions.filter(({ leaseUntilMs }) => leaseUntilMs <= nowMs + aheadMs);
    if (stale.length === 0) return [];
    const lost = await store.renew(stale);
    // A lost partition stays without a lease: if the send fails, the next attempt must find it lost again.
    const kept = stale.filter(({ partition }) => !lost.includes(partition));
    for (const partition of kept) partition.leaseUntilMs = nowMs + LEASE_MS;
    return lost;
  }

  /**
   * Checks that the store holds the partitions as this instance left them, if it has not been sure of that for longer than
   * `aheadMs` from now. Returns the partitions to take over again: they have a new owner, or the store lost their commits.
   * After a freeze the store alone is no proof: if it was restored to an earlier state, it does not know of an owner in
   * between. So the instance then also asks Kafka.
   */
  async confirm(owned: Iterable<OwnedPartition>, aheadMs: number): Promise<readonly number[]> {
    const { topology, store, consumer, clock } = this.#dependencies;
    const now = readClock(clock);
    const stale = [...owned].filter(({ sureUntilMs }) => sureUntilMs <= now.monotonicMs + aheadMs);
    if (stale.length === 0) return [];
    const changed = await store.changed(stale);
    const same = stale.filter(({ partition }) => !changed.includes(partition));
    const lapsed = same.filter(({ sureUntilMs }) => sureUntilMs <= now.monotonicMs);
    const lost = lapsed.length === 0 ? new Map<number, string>() : await findLostCommits(consumer, topology, lapsed);
    for (const one of same.filter(({ partition }) => !lost.has(partition))) {
      noteKnown(one, now);
      if (one.open) consumer.commit(one.partition, one.checkpoint, one.knownMs);
    }
    return [...changed, ...lost.keys()];
  }

  /** True while all of these leases are valid. */
  areValid(owned: Iterable<OwnedPartition>): boolean {
    const nowMs = this.#dependencies.clock.monotonicMs();
    for (const { leaseUntilMs } of owned) if (leaseUntilMs <= nowMs) return false;
    return true;
  }
}
