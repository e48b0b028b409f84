import type { Checkpoint } from '../ports/checkpoint.ts';
import { unpackOutputs } from '../commit/outbox.ts';
import type { PartitionProgress } from './progress-watch.ts';
import type { StageMetrics } from '../ports/metrics.ts';
import type { Logger } from '../ports/logger.ts';
import type { Clock } from '../ports/clock.ts';
import type { StageStore } from '../ports/store.ts';
import {
  type LogConsumer,
  type LogProducer,
  LogTruncated,
  type NotStarted,
  type OutRecord,
  type Polled,
} from '../ports/log.ts';
import type { Topology } from '../language/topology.ts';
import { findLostCommits } from './lost-commits.ts';

/** A partition this instance owns. */
export interface OwnedPartition {
  readonly partition: number;
  readonly epoch: number;
  checkpoint: Checkpoint;
  /** Committed outputs that the log has not acknowledged, oldest first. */
  unsent: { readonly ids: readonly number[]; readonly records: readonly OutRecord[] }[];
  /** Outbox rows acknowledged since the last commit, to be deleted with the next. */
  acknowledged: number[];
  /** Until when this instance may produce, by its monotonic clock. */
  lease_until_ms: number;
  /** Until when the instance goes by what it knows of the partition, by its monotonic clock. */
  sure_until_ms: number;
  /** Set while it goes to another instance, or to none: nothing of it is read any more, only what is under way ends. */
  is_leaving: boolean;
  /** Set while the partition is held: a record before the next one is missing, or the next one can't be read. */
  held: string | null;
  /** When a record that can't be read is tried again, by the monotonic clock; null: none holds the partition. */
  retry_at_ms: number | null;
  /** True once it is read: what was committed before is sent, and the consumer stands at the checkpoint. */
  open: boolean;
}

/** How long after a commit an instance may produce, in milliseconds. A successor after an unclean end waits it out. */
export const LEASE_MS = 5_000;
/** How long an instance that lets a partition go waits for the effects of it that are under way, in milliseconds. */
export const LEAVE_MS = 12_000;
/** How long an instance leaves a partition to an owner before it that is alive: until that one may be done with it. */
const PATIENCE_MS = LEASE_MS + LEAVE_MS;
/** How long an owner goes by what it knows, without a look at the store: no standby comes sooner in the place of a server. */
const SURE_MS = LEASE_MS;
/** How soon a record that could not be read is tried again, in milliseconds. */
const READ_AGAIN_MS = 5_000;
/** How long an instance that was fenced leaves a partition alone that is still assigned to it, in milliseconds. */
const REACQUIRE_AFTER_MS = 4_000;
/** How often a partition that is not started is looked at again: it may have been repaired. */
const NOT_STARTED_AGAIN_MS = 10_000;
/** How often a lease of the owner before is looked at. */
const LEASE_POLL_MS = 50;

/** The partitions of one instance: taking over, letting go, sending what was committed. */
export class Ownership {
  readonly owned = new Map<number, OwnedPartition>();
  #assigned: ReadonlySet<number> | null = null;
  readonly #retry_at_ms = new Map<number, number>();
  /** Since when the lease of an owner before is waited for. */
  readonly #waits_since_ms = new Map<number, number>();
  readonly #not_started = new Map<number, { readonly reason: NotStarted; readonly where: string }>();
  readonly #topology: Topology;
  readonly #metrics: Pick<StageMetrics, 'notStarted'>;
  readonly #store: StageStore;
  readonly #consumer: LogConsumer;
  readonly #producer: LogProducer;
  readonly #clock: Clock;
  readonly #logger: Logger;

  constructor(options: {
    topology: Topology;
    metrics: Pick<StageMetrics, 'notStarted'>;
    store: StageStore;
    consumer: LogConsumer;
    producer: LogProducer;
    clock: Clock;
    logger: Logger;
  }) {
    this.#topology = options.topology;
    this.#metrics = options.metrics;
    this.#store = options.store;
    this.#consumer = options.consumer;
    this.#producer = options.producer;
    this.#clock = options.clock;
    this.#logger = options.logger;
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
    const now_ms = this.#clock.monotonic_ms();
    return this.owned.size === partitions && [...this.owned.values()].every((one) => one.lease_until_ms > now_ms);
  }

  /** Partitions taken over and not read yet. */
  unopened(): OwnedPartition[] {
    return [...this.owned.values()].filter(({ open, is_leaving }) => !open && !is_leaving);
  }

  /** How soon to look again at a partition that another instance may still work on; `most_ms`: there is none. */
  patience(most_ms: number): number {
    return this.#waits_since_ms.size > 0 ? Math.min(most_ms, LEASE_POLL_MS) : most_ms;
  }

  /**
   * Follows a new assignment. Hands back the partitions that are no longer owned, to be released. Those with something under
   * way are owned until that is over, and only read no more.
   */
  assign(partitions: readonly number[], isBusy: (partition: number) => boolean = () => false): readonly number[] {
    const next = new Set(partitions);
    const lost: number[] = [];
    for (const owned of this.owned.values()) {
      if (next.has(owned.partition)) stay(owned);
      else if (isBusy(owned.partition)) this.leave(owned);
      else lost.push(owned.partition);
    }
    for (const partition of lost) this.lose(partition);
    for (const partition of this.#not_started.keys()) if (!next.has(partition)) this.#started(partition);
    this.#assigned = next;
    this.#retry_at_ms.clear();
    this.#waits_since_ms.clear();
    return lost;
  }

  /** Holds a partition at a record that can't be read, and tries again after a while. */
  holdAtUnreadable(owned: OwnedPartition, where: string): void {
    owned.held = where;
    owned.retry_at_ms = this.#clock.monotonic_ms() + READ_AGAIN_MS;
    this.#consumer.shut(owned.partition);
  }

  /** Partitions held at a record that can't be read are read again from their checkpoint on, once it is time. */
  readHeldAgain(): void {
    for (const owned of this.owned.values()) {
      if (owned.retry_at_ms === null || owned.retry_at_ms > this.#clock.monotonic_ms()) continue;
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
    this.#consumer.shut(owned.partition);
  }

  /** Partitions that are only kept until what is under way is over. */
  leaving(): OwnedPartition[] {
    return [...this.owned.values()].filter(({ is_leaving }) => is_leaving);
  }

  /** Makes leases valid again that would run out. Hands back partitions found to have a new owner. */
  async keepLeases(partitions: readonly OwnedPartition[]): Promise<readonly number[]> {
    return this.#renewLeases(partitions, LEASE_MS / 2);
  }

  /** Spares the next owner of these partitions the wait for the lease. */
  async release(partitions: readonly number[]): Promise<void> {
    if (partitions.length > 0) await this.#store.release(partitions);
  }

  /**
   * Makes sure that partitions are as this instance left them, where that is sure for no longer than so many milliseconds. Hands
   * back those that are to be taken over again: they have a new owner, or the store lost commits of theirs. An instance that was
   * frozen can't tell by the store alone: an owner may have come and gone that a store which went back knows nothing of.
   */
  async confirm(ahead_ms: number = SURE_MS / 2): Promise<readonly number[]> {
    const now_ms = this.#clock.monotonic_ms();
    const stale = [...this.owned.values()].filter(({ sure_until_ms }) => sure_until_ms <= now_ms + ahead_ms);
    if (stale.length === 0) return [];
    const changed = await this.#store.changed(stale);
    const same = stale.filter(({ partition }) => !changed.includes(partition));
    const lapsed = same.filter(({ sure_until_ms }) => sure_until_ms <= now_ms);
    const lost =
      lapsed.length === 0 ? new Map<number, string>() : await findLostCommits(this.#consumer, this.#topology, lapsed);
    for (const owned of same) if (!lost.has(owned.partition)) owned.sure_until_ms = now_ms + SURE_MS;
    return [...changed, ...lost.keys()];
  }

  /** Takes over what is assigned and not owned yet. Throws `TransientFault` while a store is away. */
  async acquireMissing(): Promise<void> {
    const now_ms = this.#clock.monotonic_ms();
    const missing = [...(this.#assigned ?? [])]
      .filter((partition) => !this.owned.has(partition) && (this.#retry_at_ms.get(partition) ?? -Infinity) <= now_ms)
      .sort((a, b) => a - b);
    const free = await this.#freeOf(missing, now_ms);
    if (free.length === 0) return;
    const acquired = await this.#store.acquire(free);
    await Promise.all(acquired.map((found) => this.#waitOutLease(found.partition, found.lease_left_ms)));
    const lost_commits = await findLostCommits(this.#consumer, this.#topology, acquired);
    for (const found of acquired) {
      const lost = lost_commits.get(found.partition);
      if (lost !== undefined) {
        // Another owner since may have committed and sent what we know nothing of.
        if ((await this.#store.renew([found])).length > 0) this.lose(found.partition);
        else this.holdBack(found.partition, 'store_went_back', lost);
        continue;
      }
      const unsent = found.outbox.map((row) => ({ ids: [row.id], records: unpackOutputs(row.body) }));
      this.owned.set(found.partition, {
        partition: found.partition,
        epoch: found.epoch,
        checkpoint: found.checkpoint,
        unsent,
        acknowledged: [],
        lease_until_ms: -Infinity,
        sure_until_ms: now_ms + SURE_MS,
        held: null,
        retry_at_ms: null,
        open: false,
        is_leaving: false,
      });
      this.#retry_at_ms.delete(found.partition);
      this.#waits_since_ms.delete(found.partition);
    }
  }

  /**
   * Begins to read a partition where its checkpoint stands; a topic that it was never read of begins with what its log has,
   * which is noted in the checkpoint, so that nothing can be deleted unread later and not be missed. False: the log does not
   * reach to the checkpoint, and the partition is held back, or it has a new owner.
   */
  async open(owned: OwnedPartition): Promise<boolean> {
    const { partition, checkpoint } = owned;
    let from: Readonly<Record<string, number>>;
    try {
      from = await this.#consumer.open(partition, checkpoint.offsets);
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
    this.#consumer.commit(partition, owned.checkpoint);
    this.#started(partition);
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
    const before = this.#not_started.get(partition);
    if (before?.reason === reason && before.where === where) return;
    if (before !== undefined) this.#started(partition);
    this.#not_started.set(partition, { reason, where });
    this.#metrics.notStarted(partition, reason, true);
    const runbook = 'docs/operating.md#a-partition-is-not-started';
    this.#logger.error(
      { stage: this.#topology.stage, partition, reason, where, runbook },
      'the partition is not started before it is repaired',
    );
  }

  /** Forgets a partition that another instance has, or will have. */
  lose(partition: number, again_after_ms: number = REACQUIRE_AFTER_MS): void {
    this.owned.delete(partition);
    this.#waits_since_ms.delete(partition);
    this.#consumer.shut(partition);
    this.#retry_at_ms.set(partition, this.#clock.monotonic_ms() + again_after_ms);
  }

  /** Sends everything committed and not acknowledged, in order. Hands back partitions found to have a new owner. */
  async sendUnsent(): Promise<readonly number[]> {
    const waiting = [...this.owned.values()].filter((partition) => partition.unsent.length > 0);
    if (waiting.length === 0) return [];
    const lost = await this.#renewLeases(waiting, 0);
    const records = waiting
      .filter((partition) => !lost.includes(partition.partition))
      .flatMap((partition) => partition.unsent.flatMap((row) => row.records));
    if (records.length > 0) {
      try {
        await this.#producer.send(records);
      } catch (error) {
        await this.#producer.reset();
        throw error;
      }
    }
    for (const partition of waiting) {
      for (const row of partition.unsent) partition.acknowledged.push(...row.ids);
      partition.unsent = [];
    }
    return lost;
  }

  /** Commits where topics begin that a partition is read of for the first time, before anything of them is. */
  async #commitStart(owned: OwnedPartition, topics: readonly string[]): Promise<boolean> {
    const { partition, epoch, checkpoint } = owned;
    const acknowledged = [...owned.acknowledged];
    const result = await this.#store.commit([{ partition, epoch, checkpoint, outbox: [], acknowledged }], []);
    if (result.kind !== 'committed') {
      this.lose(partition, 0);
      return false;
    }
    owned.checkpoint = { ...checkpoint, revision: checkpoint.revision + 1 };
    owned.acknowledged = [];
    const offsets = topics.map((topic) => `${topic}: ${checkpoint.offsets[topic]}`).join(', ');
    this.#logger.info(
      { stage: this.#topology.stage, partition, offsets },
      'topics are read for the first time, from here on',
    );
    return true;
  }

  #started(partition: number): void {
    const before = this.#not_started.get(partition);
    if (before !== undefined) this.#metrics.notStarted(partition, before.reason, false);
    this.#not_started.delete(partition);
  }

  async #renewLeases(waiting: readonly OwnedPartition[], ahead_ms: number): Promise<readonly number[]> {
    const now_ms = this.#clock.monotonic_ms();
    const stale = waiting.filter((partition) => partition.lease_until_ms <= now_ms + ahead_ms);
    if (stale.length === 0) return [];
    const lost = await this.#store.renew(stale);
    // Those lost stay without a lease: should the send fail now, they must be found lost again.
    const kept = stale.filter(({ partition }) => !lost.includes(partition));
    for (const partition of kept) partition.lease_until_ms = now_ms + LEASE_MS;
    return lost;
  }

  /**
   * Those of the partitions whose owner before let go, or may send no more. The others are left to it for a while, and what is
   * owned already goes on: an owner that lets go may wait for effects, and commits what they bring.
   */
  async #freeOf(missing: readonly number[], now_ms: number): Promise<readonly number[]> {
    if (missing.length === 0) return [];
    const left_ms = await this.#store.leasesLeft(missing);
    return missing.filter((partition) => {
      const left = left_ms.get(partition);
      if (left === undefined) return true;
      const since_ms = this.#waits_since_ms.get(partition);
      if (since_ms === undefined) {
        this.#logger.info({ partition, left_ms: left }, 'waiting for the lease of the previous owner');
        this.#waits_since_ms.set(partition, now_ms);
      }
      const is_over = since_ms !== undefined && now_ms - since_ms >= PATIENCE_MS;
      if (!is_over) this.#retry_at_ms.set(partition, now_ms + Math.min(left, LEASE_POLL_MS));
      return is_over;
    });
  }

  /** The epoch is raised: the owner before renews its lease no more. */
  async #waitOutLease(partition: number, left_ms: number): Promise<void> {
    for (let left = left_ms; left > 0; left = (await this.#store.leasesLeft([partition])).get(partition) ?? 0) {
      await this.#clock.sleep(Math.min(left, LEASE_POLL_MS));
    }
  }
}

/** The instance has committed the partition, in a batch that began then: the store's lease runs from the commit at the latest. */
export function noteCommit(owned: OwnedPartition, checkpoint: Checkpoint, begun_ms: number): void {
  owned.checkpoint = { ...checkpoint, revision: checkpoint.revision + 1 };
  owned.acknowledged = [];
  owned.lease_until_ms = begun_ms + LEASE_MS / 2;
  owned.sure_until_ms = begun_ms + SURE_MS;
}

/** A partition that came back before it was let go is read again from its checkpoint on. */
function stay(owned: OwnedPartition): void {
  owned.is_leaving = false;
}
