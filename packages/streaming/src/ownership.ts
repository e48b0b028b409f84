import type { Checkpoint } from './checkpoint.ts';
import { unpackOutputs } from './outbox.ts';
import type { Clock, Logger, LogConsumer, LogProducer, OutRecord, StageStore } from './ports.ts';

/** A partition this instance owns. */
export interface OwnedPartition {
  readonly partition: number;
  readonly epoch: number;
  checkpoint: Checkpoint;
  /** Committed outputs that the log has not acknowledged, oldest first. */
  unsent: { readonly ids: readonly number[]; readonly records: readonly OutRecord[] }[];
  /** Outbox rows acknowledged since the last commit, to be deleted with the next. */
  acknowledged: number[];
  /** Until when this instance may produce, by its own clock. */
  lease_until_ms: number;
  /** Set while the partition is held because a record before the next one is missing. */
  held: string | null;
  /** True once it is read: what was committed before is sent, and the consumer stands at the checkpoint. */
  open: boolean;
}

/** How long after a commit an instance may produce, in milliseconds. A successor after an unclean end waits it out. */
export const LEASE_MS = 5_000;
/** How long an instance that was fenced leaves a partition alone that is still assigned to it, in milliseconds. */
const REACQUIRE_AFTER_MS = 4_000;
/** How often a lease of the owner before is looked at. */
const LEASE_POLL_MS = 50;

/** The partitions of one instance: taking over, letting go, sending what was committed. */
export class Ownership {
  readonly owned = new Map<number, OwnedPartition>();
  #assigned: ReadonlySet<number> | null = null;
  readonly #retry_at_ms = new Map<number, number>();
  readonly #store: StageStore;
  readonly #consumer: LogConsumer;
  readonly #producer: LogProducer;
  readonly #clock: Clock;
  readonly #logger: Logger;

  constructor(options: {
    store: StageStore;
    consumer: LogConsumer;
    producer: LogProducer;
    clock: Clock;
    logger: Logger;
  }) {
    this.#store = options.store;
    this.#consumer = options.consumer;
    this.#producer = options.producer;
    this.#clock = options.clock;
    this.#logger = options.logger;
  }

  /** True once an assignment came and every partition of it is read. An instance may have none to read. */
  get settled(): boolean {
    const assigned = this.#assigned;
    return assigned !== null && assigned.size === this.owned.size && this.unopened().length === 0;
  }

  /** Partitions taken over and not read yet. */
  unopened(): OwnedPartition[] {
    return [...this.owned.values()].filter((partition) => !partition.open);
  }

  /** Follows a new assignment. Hands back the partitions that are no longer owned, to be released. */
  assign(partitions: readonly number[]): readonly number[] {
    const next = new Set(partitions);
    const lost = [...this.owned.keys()].filter((partition) => !next.has(partition));
    for (const partition of lost) this.lose(partition);
    this.#assigned = next;
    this.#retry_at_ms.clear();
    return lost;
  }

  /** Spares the next owner of these partitions the wait for the lease. */
  async release(partitions: readonly number[]): Promise<void> {
    if (partitions.length > 0) await this.#store.release(partitions);
  }

  /** Takes over what is assigned and not owned yet. Throws `TransientFault` while a store is away. */
  async acquireMissing(): Promise<void> {
    const now = this.#clock.now_ms();
    const wanted = [...(this.#assigned ?? [])]
      .filter((partition) => !this.owned.has(partition) && (this.#retry_at_ms.get(partition) ?? 0) <= now)
      .sort((a, b) => a - b);
    if (wanted.length === 0) return;
    const acquired = await this.#store.acquire(wanted);
    for (const found of acquired) {
      await this.#waitOutLease(found.partition, found.lease_left_ms);
      const unsent = found.outbox.map((row) => ({ ids: [row.id], records: unpackOutputs(row.body) }));
      this.owned.set(found.partition, {
        partition: found.partition,
        epoch: found.epoch,
        checkpoint: found.checkpoint,
        unsent,
        acknowledged: [],
        lease_until_ms: 0,
        held: null,
        open: false,
      });
      this.#retry_at_ms.delete(found.partition);
    }
  }

  /** Forgets a partition that another instance has, or will have. */
  lose(partition: number, again_after_ms: number = REACQUIRE_AFTER_MS): void {
    this.owned.delete(partition);
    this.#consumer.shut(partition);
    this.#retry_at_ms.set(partition, this.#clock.now_ms() + again_after_ms);
  }

  /** Sends everything committed and not acknowledged, in order. Hands back partitions found to have a new owner. */
  async sendUnsent(): Promise<readonly number[]> {
    const waiting = [...this.owned.values()].filter((partition) => partition.unsent.length > 0);
    if (waiting.length === 0) return [];
    const lost = await this.#renewLeases(waiting);
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

  async #renewLeases(waiting: readonly OwnedPartition[]): Promise<readonly number[]> {
    const now = this.#clock.now_ms();
    const stale = waiting.filter((partition) => partition.lease_until_ms <= now);
    if (stale.length === 0) return [];
    const lost = await this.#store.renew(stale);
    // Those lost stay without a lease: should the send fail now, they must be found lost again.
    const kept = stale.filter(({ partition }) => !lost.includes(partition));
    for (const partition of kept) partition.lease_until_ms = now + LEASE_MS;
    return lost;
  }

  async #waitOutLease(partition: number, left_ms: number): Promise<void> {
    if (left_ms <= 0) return;
    this.#logger.info({ partition, left_ms }, 'waiting for the lease of the owner before');
    for (let left = left_ms; left > 0; left = await this.#store.leaseLeft(partition)) {
      await this.#clock.sleep(Math.min(left, LEASE_POLL_MS));
    }
  }
}
