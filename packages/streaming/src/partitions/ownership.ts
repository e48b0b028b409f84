import type { Topology } from '../language/topology.ts';
import { type Clock, readClock } from '../ports/clock.ts';
import { type LogConsumer, type LogProducer, LogTruncatedError, type NotStarted, type Polled } from '../ports/log.ts';
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

/** Pause before a record that could not be decoded is read again, in milliseconds. */
const READ_AGAIN_MS = 5_000;
/** Pause before a fenced instance takes over a partition that is still assigned to it, in milliseconds. */
const REACQUIRE_AFTER_MS = 4_000;
/** How often an instance tries to start a partition that needs a repair, in milliseconds. */
const NOT_STARTED_AGAIN_MS = 10_000;

/** What `Ownership` works with. */
export interface OwnershipDependencies {
  readonly topology: Topology;
  readonly metrics: Pick<StageMetrics, 'notStarted'>;
  readonly store: StageStore;
  readonly consumer: LogConsumer;
  readonly producer: LogProducer;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The partitions that one instance owns: it takes them over, opens them, sends their outputs and lets them go. */
export class Ownership {
  readonly owned = new Map<number, OwnedPartition>();
  readonly #dependencies: OwnershipDependencies;
  readonly #leases: Leases;
  readonly #waits: LeaseWaits;
  readonly #notStarted: NotStartedPartitions;
  #assigned: ReadonlySet<number> | null = null;
  /** The earliest time to take over a partition, by the monotonic clock. */
  readonly #retryAtMs = new Map<number, number>();

  constructor(dependencies: OwnershipDependencies) {
    this.#dependencies = dependencies;
    this.#leases = new Leases(dependencies);
    this.#waits = new LeaseWaits(dependencies);
    this.#notStarted = new NotStartedPartitions(dependencies);
  }

  /** True once an assignment has arrived and every partition of it is open, except those that need a repair. */
  get settled(): boolean {
    const assigned = this.#assigned;
    if (assigned === null || this.unopened().length > 0) return false;
    return [...assigned].every((partition) => this.owned.has(partition) || this.#notStarted.has(partition));
  }

  /** How far each assigned partition is. `inHand`: the partitions whose records are being processed. */
  progress(inHand: ReadonlySet<number>): readonly PartitionProgress[] {
    return [...(this.#assigned ?? [])].map((partition) => {
      const owned = this.owned.get(partition);
      const isRead = owned !== undefined && (owned.open || owned.held !== null);
      const offsets = isRead ? Object.values(owned.checkpoint.offsets) : null;
      return {
        partition,
        committed: offsets?.reduce((sum, offset) => sum + offset, 0) ?? null,
        hasInput: inHand.has(partition) || (owned?.held ?? null) !== null,
      };
    });
  }

  /** True if this instance owns all partitions of the stage (`partitions` is their number) and all leases are valid. */
  holdsAll(partitions: number): boolean {
    return this.owned.size === partitions && this.#leases.areValid(this.owned.values());
  }

  /** Partitions that are taken over and not open yet. */
  unopened(): OwnedPartition[] {
    return [...this.owned.values()].filter(({ open, isLeaving }) => !open && !isLeaving);
  }

  /** How long a poll may wait: short while this instance waits for a lease, else `mostMs`. */
  patience(mostMs: number): number {
    return this.#waits.patience(mostMs);
  }

  /**
   * Follows a new assignment. Returns the partitions that this instance no longer owns, to be released. It keeps a busy
   * partition until its effects have ended, but reads no more of it.
   */
  assign(partitions: readonly number[], isBusy: (partition: number) => boolean = () => false): readonly number[] {
    const next = new Set(partitions);
    const lost: number[] = [];
    for (const owned of this.owned.values()) {
      // A partition that returns before it was let go is read again from its checkpoint.
      if (next.has(owned.partition)) owned.isLeaving = false;
      else if (isBusy(owned.partition)) this.leave(owned);
      else lost.push(owned.partition);
    }
    for (const partition of lost) this.lose(partition);
    this.#notStarted.keep(next);
    this.#assigned = next;
    this.#retryAtMs.clear();
    this.#waits.clear();
    return lost;
  }

  /** Holds a partition at a record that cannot be decoded, and schedules another try. */
  holdAtUnreadable(owned: OwnedPartition, where: string): void {
    owned.held = where;
    owned.retryAtMs = this.#dependencies.clock.monotonicMs() + READ_AGAIN_MS;
    this.#dependencies.consumer.shut(owned.partition);
  }

  /** Reads partitions that are held at an undecodable record again from their checkpoints, once it is time. */
  readHeldAgain(): void {
    for (const owned of this.owned.values()) {
      if (owned.retryAtMs === null || owned.retryAtMs > this.#dependencies.clock.monotonicMs()) continue;
      owned.retryAtMs = null;
      owned.held = null;
      owned.open = false;
    }
  }

  /** Stops reading a partition, and keeps it until its effects have ended. */
  leave(owned: OwnedPartition): void {
    if (owned.isLeaving) return;
    owned.isLeaving = true;
    owned.open = false;
    this.#dependencies.consumer.shut(owned.partition);
  }

  /** Partitions that are kept only until their effects have ended. */
  leaving(): OwnedPartition[] {
    return [...this.owned.values()].filter(({ isLeaving }) => isLeaving);
  }

  /** Renews the leases that are about to end. Returns the partitions that have a new owner. */
  async keepLeases(partitions: readonly OwnedPartition[]): Promise<readonly number[]> {
    return this.#leases.renew(partitions, LEASE_MS / 2);
  }

  /** Releases the leases of these partitions, so that the next owner need not wait. */
  async release(partitions: readonly number[]): Promise<void> {
    if (partitions.length > 0) await this.#dependencies.store.release(partitions);
  }

  /** Returns the partitions that the store no longer holds as this instance left them (`Leases.confirm`). */
  async confirm(aheadMs: number = LEASE_MS / 2): Promise<readonly number[]> {
    return this.#leases.confirm(this.owned.values(), aheadMs);
  }

  /** Takes over the assigned partitions that it does not own yet. Throws `TransientFaultError` while a store is unavailable. */
  async acquireMissing(): Promise<void> {
    const { store, consumer, topology, clock } = this.#dependencies;
    const begun = readClock(clock);
    const nowMs = begun.monotonicMs;
    const missing = [...(this.#assigned ?? [])]
      .filter((partition) => !this.owned.has(partition) && (this.#retryAtMs.get(partition) ?? -Infinity) <= nowMs)
      .sort((a, b) => a - b);
    const free = await this.#waits.freeOf(missing, nowMs, (partition, at_ms) => this.#retryAtMs.set(partition, at_ms));
    if (free.length === 0) return;
    const acquired = await store.acquire(free);
    await this.#waits.waitOut(acquired);
    const lostCommits = await findLostCommits(consumer, topology, acquired);
    for (const found of acquired) {
      const lost = lostCommits.get(found.partition);
      if (lost !== undefined) {
        // Another owner may have taken over meanwhile, committed and sent.
        if ((await store.renew([found])).length > 0) this.lose(found.partition);
        else this.holdBack(found.partition, 'store_went_back', lost);
        continue;
      }
      this.owned.set(found.partition, takenOver(found, begun));
      this.#retryAtMs.delete(found.partition);
      this.#waits.forget(found.partition);
    }
  }

  /**
   * Starts to read a partition from its checkpoint. A topic that is new to the checkpoint is read from the start of its log;
   * the checkpoint records that offset, so that a later deletion of unread records is noticed. Returns false if the log does
   * not reach back to the checkpoint (the partition then waits for a repair), or if the partition has a new owner.
   */
  async open(owned: OwnedPartition): Promise<boolean> {
    const { consumer } = this.#dependencies;
    const { partition, checkpoint } = owned;
    let from: Readonly<Record<string, number>>;
    try {
      from = await consumer.open(partition, checkpoint.offsets);
    } catch (error) {
      if (!(error instanceof LogTruncatedError)) throw error;
      this.holdBack(partition, 'log_truncated', error.message);
      return false;
    }
    const first = Object.keys(from).filter((topic) => !Object.hasOwn(checkpoint.offsets, topic));
    owned.checkpoint = { ...checkpoint, offsets: { ...from, ...checkpoint.offsets } };
    // A partition without any commit starts at the beginning of its logs, whenever it starts.
    if (first.length > 0 && checkpoint.revision > 0 && !(await this.#commitStart(owned, first))) return false;
    owned.open = true;
    consumer.commit(partition, owned.checkpoint, owned.knownMs);
    this.#notStarted.delete(partition);
    return true;
  }

  /** Holds back the partitions whose logs no longer have the next record, and returns them. */
  holdTruncated({ truncated = [] }: Polled): readonly number[] {
    for (const { partition, message } of truncated) this.holdBack(partition, 'log_truncated', message);
    return truncated.map(({ partition }) => partition);
  }

  /** Gives up a partition until it is repaired, and tries again from time to time. Other partitions continue. */
  holdBack(partition: number, reason: NotStarted, where: string): void {
    this.lose(partition, NOT_STARTED_AGAIN_MS);
    this.#notStarted.add(partition, reason, where);
  }

  /** Forgets a partition that another instance owns, or will own. */
  lose(partition: number, againAfterMs: number = REACQUIRE_AFTER_MS): void {
    const { consumer, clock } = this.#dependencies;
    this.owned.delete(partition);
    this.#waits.forget(partition);
    consumer.shut(partition);
    this.#retryAtMs.set(partition, clock.monotonicMs() + againAfterMs);
  }

  /** Sends the unacknowledged outputs of all partitions, in order. Returns the partitions that have a new owner. */
  async sendUnsent(): Promise<readonly number[]> {
    return sendUnsent([...this.owned.values()], this.#leases, this.#dependencies.producer);
  }

  /** Deletes the acknowledged outbox rows of partitions that this instance lets go. */
  async deleteSent(partitions: readonly OwnedPartition[]): Promise<void> {
    const sent = partitions.filter(({ acknowledged }) => acknowledged.length > 0);
    const commits = sent.map((owned) => commitOf(owned, owned.checkpoint));
    if (commits.length > 0) await this.#dependencies.store.commit(commits, []);
  }

  /** Commits the first offsets of topics that are new to a partition, before it reads anything of them. */
  async #commitStart(owned: OwnedPartition, topics: readonly string[]): Promise<boolean> {
    const { store, logger, topology } = this.#dependencies;
    const { partition, checkpoint } = owned;
    const result = await store.commit([commitOf(owned, checkpoint)], []);
    if (result.kind !== 'committed') {
      this.lose(partition, 0);
      return false;
    }
    owned.checkpoint = { ...checkpoint, revision: checkpoint.revision + 1 };
    owned.acknowledged = [];
    const offsets = topics.map((topic) => `${topic}: ${checkpoint.offsets[topic]}`).join(', ');
    logger.info(
      { stage: topology.stage, partition, offsets },
      'the partition reads these topics for the first time, from these offsets',
    );
    return true;
  }
}
