import { type Topology, topicsRead } from '../language/topology.ts';
import type { LogConsumer, OutRecord, Polled } from '../ports/log.ts';
import type { StageMetrics } from '../ports/metrics.ts';
import { Hold } from '../ports/retry.ts';
import type { PartitionCommit } from '../ports/store.ts';
import type { Unreadable } from '../read/intake.ts';
import { noteCommit, type OwnedPartition } from './owned-partition.ts';
import { Ownership, type OwnershipParts } from './ownership.ts';

/** What the life of partitions takes place on. */
export interface PartitionLifeParts extends OwnershipParts {
  readonly topology: Topology;
  readonly consumer: LogConsumer;
  readonly metrics: StageMetrics;
}

/** What a stage and a loader do differently when partitions come and go. */
export interface PartitionUser {
  /** Follows an assignment. Hands back the partitions that are owned no more. */
  assign(partitions: readonly number[]): readonly number[];
  /** Learns what must be known of partitions before they are read. After a fault it is asked again. */
  prepare(taken: readonly OwnedPartition[]): Promise<void>;
  /** The partition is read from here on. */
  opened(owned: OwnedPartition): void;
  /** Forgets a partition that is gone, or that is to be taken over again. */
  forget(partition: number): void;
}

/** A commit of an owned partition, with the outputs in its outbox rows. */
export interface OwnCommit {
  readonly owned: OwnedPartition;
  readonly commit: PartitionCommit;
  readonly records: readonly OutRecord[];
}

/** What becomes of the partitions of a stage or a loader between two batches: taken over, opened, held, sent, lost, released. */
export class PartitionLife {
  readonly ownership: Ownership;
  readonly hold: Hold;
  readonly #parts: PartitionLifeParts;
  readonly #user: PartitionUser;
  #stopping = false;

  constructor(parts: PartitionLifeParts, user: PartitionUser) {
    this.#parts = parts;
    this.#user = user;
    this.ownership = new Ownership(parts);
    this.hold = new Hold({ ...parts, stage: parts.topology.stage }, () => this.#stopping);
  }

  get owned(): ReadonlyMap<number, OwnedPartition> {
    return this.ownership.owned;
  }

  get isStopping(): boolean {
    return this.#stopping;
  }

  /** Asks the loop over batches to end after the one under way. */
  stop(): void {
    this.#stopping = true;
    this.#parts.consumer.wakeUp();
  }

  /** Before a poll: what is not as this instance left it is taken over again. */
  async confirm(): Promise<void> {
    this.lose(await this.hold.until('acquire', () => this.ownership.confirm()), 0);
  }

  /** After a poll: follows a new assignment, and sees that every partition is read that can be. */
  async follow(polled: Polled): Promise<void> {
    if (polled.assignment !== undefined) await this.release(this.#user.assign(polled.assignment));
    this.ownership.readHeldAgain();
    for (const partition of this.ownership.holdTruncated(polled)) this.#forget(partition);
    await this.hold.until('acquire', () => this.#acquire());
  }

  /** Partitions that are owned no more go to the next owner at once. */
  async release(partitions: readonly number[]): Promise<void> {
    for (const partition of partitions) this.#forget(partition);
    await this.hold.until('release', () => this.ownership.release(partitions));
  }

  /** Partitions that another instance has. Those that are still assigned are taken over again, after a while. */
  lose(partitions: readonly number[], again_after_ms?: number): void {
    const { logger, topology } = this.#parts;
    for (const partition of partitions) {
      logger.warn({ stage: topology.stage, partition }, 'partition let go');
      this.ownership.lose(partition, again_after_ms);
      this.#forget(partition);
    }
  }

  /** A commit is durable that began then: its outputs are to be sent, and Kafka hears how far the partition is read. */
  committed({ owned, commit, records }: OwnCommit, begun_ms: number): void {
    noteCommit(owned, commit, records, begun_ms);
    this.#parts.consumer.commit(owned.partition, owned.checkpoint);
  }

  /** Sends what is committed and not acknowledged, in order. */
  async send(): Promise<void> {
    if (![...this.owned.values()].some(({ unsent }) => unsent.length > 0)) return;
    const begun = performance.now();
    this.lose(await this.ownership.sendUnsent());
    this.#parts.metrics.step('produce', (performance.now() - begun) / 1_000);
  }

  /** Holds a partition before a record that can't be read; it is tried again by and by. */
  holdAtUnreadable({ raw, reason }: Unreadable): void {
    const { logger, metrics, topology } = this.#parts;
    const { partition } = raw;
    const owned = this.owned.get(partition);
    if (owned === undefined) return;
    const where = `${raw.topic} at offset ${raw.offset}`;
    this.ownership.holdAtUnreadable(owned, where);
    metrics.unreadable(partition, true);
    logger.warn({ stage: topology.stage, partition, where, reason }, 'a record can not be read: held');
  }

  /** Holds a partition where a record is missing. */
  holdAtGap(partition: number, where: string): void {
    const { logger, metrics, topology } = this.#parts;
    const owned = this.owned.get(partition);
    if (owned === undefined) return;
    owned.held = where;
    metrics.gap(partition);
    logger.error({ stage: topology.stage, partition, where }, 'a record is missing: held');
  }

  /** Deletes what was acknowledged, lets go of the leases and disconnects. */
  async close(): Promise<void> {
    const { consumer, producer, store, logger } = this.#parts;
    const owned = [...this.owned.values()];
    try {
      await this.ownership.deleteSent(owned);
      await store.release(owned.map(({ partition }) => partition));
    } catch (error) {
      // The successor sends these outputs again and waits for the lease: both are harmless.
      logger.warn({ err: error }, 'the partitions could not be tidied up');
    }
    await consumer.close();
    await producer.close();
    await store.close();
  }

  /** A fault may end it anywhere: the next call goes on with what is owned and not read yet. */
  async #acquire(): Promise<void> {
    const { logger, topology } = this.#parts;
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
    this.#parts.metrics.letGo(partition, topicsRead(this.#parts.topology));
    this.#user.forget(partition);
  }
}
