import type { Topology } from '../language/topology.ts';
import type { Clock } from '../ports/clock.ts';
import { type LogConsumer, type LogProducer, LogTruncated, type NotStarted, type Polled } from '../ports/log.ts';
import type { Logger } from '../ports/logger.ts';
import type { StageMetrics } from '../ports/metrics.ts';
import type { StageStore } from '../ports/store.ts';
import { LeaseWaits } from './lease-waits.ts';
import { Leases } from './leases.ts';
import { findLostCommits } from './lost-commits.ts';
import { NotStartedPartitions } from './not-started.ts';
import { commitOf, LEASE_MS, type OwnedPartition, takenOver } from './owned-partition.ts';
import type { PartitionProgress } from './progress-watch.ts';
import { sendUnsent } from './send-unsent.ts';

/** How soon a record that could not be read is tried again, in milliseconds. */
const READ_AGAIN_MS = 5_000;
/** How long an instance that was fenced leaves a partition alone that is still assigned to it, in milliseconds. */
const REACQUIRE_AFTER_MS = 4_000;
/** How often a partition that is not started is looked at again: it may have been repaired. */
const NOT_STARTED_AGAIN_MS = 10_000;

/** What partitions are owned with. */
export interface OwnershipParts {
  readonly topology: Topology;
  readonly metrics: Pick<StageMetrics, 'notStarted'>;
  readonly store: StageStore;
  readonly consumer: LogConsumer;
  readonly producer: LogProducer;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The partitions of one instance: taking over, letting go, sending what was committed. */
export class Ownership {
  readonly owned = new Map<number, OwnedPartition>();
  readonly #parts: OwnershipParts;
  readonly #leases: Leases;
  readonly #waits: LeaseWaits;
  readonly #not_started: NotStartedPartitions;
  #assigned: ReadonlySet<number> | null = null;
  /** Before when a partition is not taken over, by the monotonic clock. */
  readonly #retry_at_ms = new Map<number, number>();

  constructor(parts: OwnershipParts) {
    this.#parts = parts;
    this.#leases = new Leases(parts);
    this.#waits = new LeaseWaits(parts);
    this.#not_started = new NotStartedPartitions(parts);
  }

  /** True once an assignment came and every partition of it is read that can be. An instance may have none to read. */
  get settled(): boolean {
    const assigned = this.#assigned;
    if (assigned === null || this.unopened().length > 0) return false;
    return [...assigned].every((partition) => this.owned.has(partition) || this.#not_started.has(partition));
  }

  /** Where the partitions stand that are assigned. `inHand`: those of which records are being processed. */
  progress(inHand: ReadonlySet<number>): readonly PartitionProgress[] {
    return [...(this.#assigned ?? [])].map((partition) => {
      const owned = this.owned.get(partition);
      const is_read = owned !== undefined && (owned.open || owned.held !== null);
      const offsets = is_read ? Object.values(owned.checkpoint.offsets) : null;
      return {
        partition,
        committed: offsets?.reduce((sum, offset) => sum + offset, 0) ?? null,
        has_input: inHand.has(partition) || (owned?.held ?? null) !== null,
      };
    });
  }

  /** True where no other instance can have committed anything of the stage, which has so many partitions, since this one did. */
  holdsAll(partitions: number): boolean {
    return this.owned.size === partitions && this.#leases.areValid(this.owned.values());
  }

  /** Partitions taken over and not read yet. */
  unopened(): OwnedPartition[] {
    return [...this.owned.values()].filter(({ open, is_leaving }) => !open && !is_leaving);
  }

  /** How soon to look again at a partition that another instance may still work on; `most_ms`: there is none. */
  patience(most_ms: number): number {
    return this.#waits.patience(most_ms);
  }

  /**
   * Follows a new assignment. Hands back the partitions that are no longer owned, to be released. Those with something under
   * way are owned until that is over, and only read no more.
   */
  assign(partitions: readonly number[], isBusy: (partition: number) => boolean = () => false): readonly number[] {
    const next = new Set(partitions);
    const lost: number[] = [];
    for (const owned of this.owned.values()) {
      // One that came back before it was let go is read again from its checkpoint on.
      if (next.has(owned.partition)) owned.is_leaving = false;
      else if (isBusy(owned.partition)) this.leave(owned);
      else lost.push(owned.partition);
    }
    for (const partition of lost) this.lose(partition);
    this.#not_started.keep(next);
    this.#assigned = next;
    this.#retry_at_ms.clear();
    this.#waits.clear();
    return lost;
  }

  /** Holds a partition at a record that can't be read, and tries again after a while. */
  holdAtUnreadable(owned: OwnedPartition, where: string): void {
    owned.held = where;
    owned.retry_at_ms = this.#parts.clock.monotonic_ms() + READ_AGAIN_MS;
    this.#parts.consumer.shut(owned.partition);
  }

  /** Partitions held at a record that can't be read are read again from their checkpoint on, once it is time. */
  readHeldAgain(): void {
    for (const owned of this.owned.values()) {
      if (owned.retry_at_ms === null || owned.retry_at_ms > this.#parts.clock.monotonic_ms()) continue;
      owned.retry_at_ms = null;
      owned.held = null;
      owned.open = false;
    }
  }

  /** Reads a partition no more, and keeps it until what is under way is over. */
  leave(owned: OwnedPartition): void {
    if (owned.is_leaving) return;
    owned.is_leaving = true;
    owned.open = false;
    this.#parts.consumer.shut(owned.partition);
  }

  /** Partitions that are only kept until what is under way is over. */
  leaving(): OwnedPartition[] {
    return [...this.owned.values()].filter(({ is_leaving }) => is_leaving);
  }

  /** Makes leases valid again that would run out. Hands back partitions found to have a new owner. */
  async keepLeases(partitions: readonly OwnedPartition[]): Promise<readonly number[]> {
    return this.#leases.renew(partitions, LEASE_MS / 2);
  }

  /** Spares the next owner of these partitions the wait for the lease. */
  async release(partitions: readonly number[]): Promise<void> {
    if (partitions.length > 0) await this.#parts.store.release(partitions);
  }

  /** Hands back the partitions that are no more as this instance left them, as `Leases.confirm` does. */
  async confirm(ahead_ms: number = LEASE_MS / 2): Promise<readonly number[]> {
    return this.#leases.confirm(this.owned.values(), ahead_ms);
  }

  /** Takes over what is assigned and not owned yet. Throws `TransientFault` while a store is away. */
  async acquireMissing(): Promise<void> {
    const { store, consumer, topology, clock } = this.#parts;
    const now_ms = clock.monotonic_ms();
    const missing = [...(this.#assigned ?? [])]
      .filter((partition) => !this.owned.has(partition) && (this.#retry_at_ms.get(partition) ?? -Infinity) <= now_ms)
      .sort((a, b) => a - b);
    const free = await this.#waits.freeOf(missing, now_ms, (partition, at_ms) =>
      this.#retry_at_ms.set(partition, at_ms),
    );
    if (free.length === 0) return;
    const acquired = await store.acquire(free);
    await this.#waits.waitOut(acquired);
    const lost_commits = await findLostCommits(consumer, topology, acquired);
    for (const found of acquired) {
      const lost = lost_commits.get(found.partition);
      if (lost !== undefined) {
        // Another owner since may have committed and sent what we know nothing of.
        if ((await store.renew([found])).length > 0) this.lose(found.partition);
        else this.holdBack(found.partition, 'store_went_back', lost);
        continue;
      }
      this.owned.set(found.partition, takenOver(found, now_ms));
      this.#retry_at_ms.delete(found.partition);
      this.#waits.forget(found.partition);
    }
  }

  /**
   * Begins to read a partition where its checkpoint stands; a topic that it was never read of begins with what its log has,
   * which is noted in the checkpoint, so that nothing can be deleted unread later and not be missed. False: the log does not
   * reach to the checkpoint, and the partition is held back, or it has a new owner.
   */
  async open(owned: OwnedPartition): Promise<boolean> {
    const { consumer } = this.#parts;
    const { partition, checkpoint } = owned;
    let from: Readonly<Record<string, number>>;
    try {
      from = await consumer.open(partition, checkpoint.offsets);
    } catch (error) {
      if (!(error instanceof LogTruncated)) throw error;
      this.holdBack(partition, 'log_truncated', error.message);
      return false;
    }
    const first = Object.keys(from).filter((topic) => !Object.hasOwn(checkpoint.offsets, topic));
    owned.checkpoint = { ...checkpoint, offsets: { ...from, ...checkpoint.offsets } };
    // What was never committed at all begins with the beginning, whenever it begins.
    if (first.length > 0 && checkpoint.revision > 0 && !(await this.#commitStart(owned, first))) return false;
    owned.open = true;
    consumer.commit(partition, owned.checkpoint);
    this.#not_started.delete(partition);
    return true;
  }

  /** Holds back the partitions whose logs lost what was to be read next, and hands them back. */
  holdTruncated({ truncated = [] }: Polled): readonly number[] {
    for (const { partition, message } of truncated) this.holdBack(partition, 'log_truncated', message);
    return truncated.map(({ partition }) => partition);
  }

  /** Gives a partition up until it is repaired, which is looked for by and by. The others go on. */
  holdBack(partition: number, reason: NotStarted, where: string): void {
    this.lose(partition, NOT_STARTED_AGAIN_MS);
    this.#not_started.add(partition, reason, where);
  }

  /** Forgets a partition that another instance has, or will have. */
  lose(partition: number, again_after_ms: number = REACQUIRE_AFTER_MS): void {
    const { consumer, clock } = this.#parts;
    this.owned.delete(partition);
    this.#waits.forget(partition);
    consumer.shut(partition);
    this.#retry_at_ms.set(partition, clock.monotonic_ms() + again_after_ms);
  }

  /** Sends everything committed and not acknowledged, in order. Hands back partitions found to have a new owner. */
  async sendUnsent(): Promise<readonly number[]> {
    return sendUnsent([...this.owned.values()], this.#leases, this.#parts.producer);
  }

  /** Deletes what was acknowledged of partitions that are let go. A partition with a new owner is left to that one. */
  async deleteSent(partitions: readonly OwnedPartition[]): Promise<void> {
    const sent = partitions.filter(({ acknowledged }) => acknowledged.length > 0);
    const commits = sent.map((owned) => commitOf(owned, owned.checkpoint));
    if (commits.length > 0) await this.#parts.store.commit(commits, []);
  }

  /** Commits where topics begin that a partition is read of for the first time, before anything of them is. */
  async #commitStart(owned: OwnedPartition, topics: readonly string[]): Promise<boolean> {
    const { store, logger, topology } = this.#parts;
    const { partition, checkpoint } = owned;
    const result = await store.commit([commitOf(owned, checkpoint)], []);
    if (result.kind !== 'committed') {
      this.lose(partition, 0);
      return false;
    }
    owned.checkpoint = { ...checkpoint, revision: checkpoint.revision + 1 };
    owned.acknowledged = [];
    const offsets = topics.map((topic) => `${topic}: ${checkpoint.offsets[topic]}`).join(', ');
    logger.info({ stage: topology.stage, partition, offsets }, 'topics are read for the first time, from here on');
    return true;
  }
}
