import { type Topology, topicsRead } from '../language/topology.ts';
import type { ClockReading } from '../ports/clock.ts';
import type { LogConsumer, OutRecord, Polled } from '../ports/log.ts';
import type { StageMetrics } from '../ports/metrics.ts';
import { Hold } from '../ports/retry.ts';
import type { PartitionCommit } from '../ports/store.ts';
import type { Unreadable } from '../read/intake.ts';
import { noteCommit, type OwnedPartition } from './owned-partition.ts';
import { Ownership, type OwnershipDependencies } from './ownership.ts';

/** What `PartitionLife` works with. */
export interface PartitionLifeDependencies extends OwnershipDependencies {
  readonly topology: Topology;
  readonly consumer: LogConsumer;
  readonly metrics: StageMetrics;
}

/** The steps of a partition's life that differ between a stage and a loader. */
export interface PartitionUser {
  /** Follows an assignment. Returns the partitions that this instance no longer owns. */
  assign(partitions: readonly number[]): readonly number[];
  /** Loads what the runtime must know before it reads these partitions. It is called again after a fault. */
  prepare(taken: readonly OwnedPartition[]): Promise<void>;
  /** The partition is read from now on. */
  opened(owned: OwnedPartition): void;
  /** Forgets a partition that this instance lost, or is about to take over again. */
  forget(partition: number): void;
}

/** A commit of an owned partition, with the outputs in its outbox rows. */
export interface OwnCommit {
  readonly owned: OwnedPartition;
  readonly commit: PartitionCommit;
  readonly records: readonly OutRecord[];
}

/** The life of the partitions of a stage or a loader: taken over, opened, held, sent, lost, released. */
export class PartitionLife {
  readonly ownership: Ownership;
  readonly hold: Hold;
  readonly #dependencies: PartitionLifeDependencies;
  readonly #user: PartitionUser;
  #stopping = false;

  constructor(dependencies: PartitionLifeDependencies, user: PartitionUser) {
    this.#dependencies = dependencies;
    this.#user = user;
    this.ownership = new Ownership(dependencies);
    this.hold = new Hold({ ...dependencies, stage: dependencies.topology.stage }, () => this.#stopping);
  }

  get owned(): ReadonlyMap<number, OwnedPartition> {
    return this.ownership.owned;
  }

  get isStopping(): boolean {
    return this.#stopping;
  }

  /** Asks the runtime to end after the current batch. */
  stop(): void {
    this.#stopping = true;
    this.#dependencies.consumer.wakeUp();
  }

  /** Call it before a poll. It loses the partitions that the store no longer holds as this instance left them. */
  async confirm(): Promise<void> {
    this.lose(await this.hold.until('acquire', () => this.ownership.confirm()), 0);
  }

  /** Call it after a poll. It follows a new assignment and opens every partition that it can. */
  async follow(polled: Polled): Promise<void> {
    if (polled.assignment !== undefined) await this.release(this.#user.assign(polled.assignment));
    this.ownership.readHeldAgain();
    for (const partition of this.ownership.holdTruncated(polled)) this.#forget(partition);
    await this.hold.until('acquire', () => this.#acquire());
  }

  /** Releases the leases of partitions that this instance no longer owns, so that the next owner need not wait. */
  async release(partitions: readonly number[]): Promise<void> {
    for (const partition of partitions) this.#forget(partition);
    await this.hold.until('release', () => this.ownership.release(partitions));
  }

  /** Another instance owns these partitions. If they are still assigned to this one, it takes them over again later. */
  lose(partitions: readonly number[], againAfterMs?: number): void {
    const { logger, topology } = this.#dependencies;
    for (const partition of partitions) {
      logger.warn({ stage: topology.stage, partition }, 'partition lost');
      this.ownership.lose(partition, againAfterMs);
      this.#forget(partition);
    }
  }

  /** The commit is durable: notes its outputs as unsent and its offsets for Kafka. `begun`: when the batch began. */
  committed({ owned, commit, records }: OwnCommit, begun: ClockReading): void {
    noteCommit(owned, commit, records, begun);
    this.#dependencies.consumer.commit(owned.partition, owned.checkpoint, owned.knownMs);
  }

  /** Sends the outputs that are committed and not yet acknowledged, in order. */
  async send(): Promise<void> {
    if (![...this.owned.values()].some(({ unsent }) => unsent.length > 0)) return;
    const begun = performance.now();
    this.lose(await this.ownership.sendUnsent());
    this.#dependencies.metrics.step('produce', (performance.now() - begun) / 1_000);
  }

  /** Holds a partition at a record that cannot be decoded. The record is read again from time to time. */
  holdAtUnreadable({ raw, reason }: Unreadable): void {
    const { logger, metrics, topology } = this.#dependencies;
    const { partition } = raw;
    const owned = this.owned.get(partition);
    if (owned === undefined) return;
    const where = `${raw.topic} at offset ${raw.offset}`;
    this.ownership.holdAtUnreadable(owned, where);
    metrics.unreadable(partition, true);
    logger.warn(
      { stage: topology.stage, partition, where, reason },
      'the partition is held: a record cannot be decoded',
    );
  }

  /** Holds a partition at a gap: a record is missing before the next one. */
  holdAtGap(partition: number, where: string): void {
    const { logger, metrics, topology } = this.#dependencies;
    const owned = this.owned.get(partition);
    if (owned === undefined) return;
    owned.held = where;
    metrics.gap(partition);
    logger.error({ stage: topology.stage, partition, where }, 'the partition is held: a record is missing');
  }

  /** Deletes the acknowledged outbox rows, releases the leases and disconnects. */
  async close(): Promise<void> {
    const { consumer, producer, store, logger } = this.#dependencies;
    const owned = [...this.owned.values()];
    try {
      await this.ownership.deleteSent(owned);
      await store.release(owned.map(({ partition }) => partition));
    } catch (error) {
      // The next owner sends these outputs again and waits for the lease. Both are harmless.
      logger.warn({ err: error }, 'the outbox could not be cleaned up, or the leases not released');
    }
    await consumer.close();
    await producer.close();
    await store.close();
  }

  /** A fault may interrupt it anywhere. The next call continues with the partitions that are owned and not open. */
  async #acquire(): Promise<void> {
    const { logger, topology } = this.#dependencies;
    await this.ownership.acquireMissing();
    if (this.ownership.unopened().length === 0) return;
    await this.send();
    const taken = this.ownership.unopened();
    await this.#user.prepare(taken);
    for (const owned of taken)
      if (await this.ownership.open(owned)) this.#user.opened(owned);
      else this.#forget(owned.partition);
    const partitions = taken.map(({ partition }) => partition).filter((partition) => this.owned.has(partition));
    logger.info({ stage: topology.stage, partitions }, 'partitions acquired');
  }

  #forget(partition: number): void {
    this.#dependencies.metrics.letGo(partition, topicsRead(this.#dependencies.topology));
    this.#user.forget(partition);
  }
}
