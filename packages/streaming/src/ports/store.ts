import type { Statement } from '../language/logic.ts';
import type { Checkpoint } from './checkpoint.ts';

/** A partition's state when it was acquired. */
export interface Acquired {
  readonly partition: number;
  readonly epoch: number;
  readonly checkpoint: Checkpoint;
  /** Outputs committed but perhaps never sent, in order. */
  readonly outbox: readonly OutboxRow[];
  /** How long the previous owner may still produce. */
  readonly leaseLeftMs: number;
}

/** An owner's knowledge of its partition in the store. */
export interface Standing {
  readonly partition: number;
  readonly epoch: number;
  readonly checkpoint: Pick<Checkpoint, 'revision'>;
}

/** One row of the outbox: outputs packed by `packOutputs`. */
export interface OutboxRow {
  readonly id: number;
  readonly body: Buffer;
}

/** One partition's share of a commit. */
export interface PartitionCommit {
  readonly partition: number;
  readonly epoch: number;
  readonly checkpoint: Checkpoint;
  readonly outbox: readonly OutboxRow[];
  /** Ids of outbox rows that the log has acknowledged. */
  readonly acknowledged: readonly number[];
}

/**
 * `conflict`: another instance changed what was read. `fenced`: some partitions have a new owner (`lost`), or advanced
 * by a commit of this instance whose outcome it did not learn (`outdated`): acquire those again at once.
 */
export type CommitResult =
  | { readonly kind: 'committed' }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'fenced'; readonly lost: readonly number[]; readonly outdated: readonly number[] };

/** A key's row in the state table. */
export interface StateRow {
  readonly partition: number;
  readonly key: string;
  readonly body: Buffer | null;
  readonly due_ms: number | null;
  /** Handover state of the key as JSON text; null for most keys. */
  readonly protocol: string | null;
}

/** Which due times of a partition to look for. */
export interface DueWindow {
  /** No key of the partition is due before this time: dead entries of earlier wake-ups can be skipped. */
  readonly from_ms: number;
  /** Itself included. */
  readonly until_ms: number;
}

/** A key that is due to wake up. */
export interface DueKey {
  readonly partition: number;
  readonly key: string;
  readonly due_ms: number;
}

/** The durable side of a stage: its own PostgreSQL schema. All methods throw `TransientFaultError` if it is unavailable. */
export interface StageStore {
  start(): Promise<void>;
  /**
   * Takes partitions over: raises their epochs, so that the previous owner can no longer commit. Uses the clock if that
   * is more than one beyond, so that no epoch is assigned twice, even if the store forgot it.
   */
  acquire(partitions: readonly number[]): Promise<readonly Acquired[]>;
  /** The checkpoints of all partitions of the stage, whoever owns them. */
  checkpoints(): Promise<readonly { readonly partition: number; readonly checkpoint: Checkpoint }[]>;
  /**
   * How long the owners of these partitions may still produce, in milliseconds; omits those without an owner, or
   * released.
   */
  leasesLeft(partitions: readonly number[]): Promise<ReadonlyMap<number, number>>;
  /** Releases the leases of partitions that this instance no longer owns. */
  release(partitions: readonly number[]): Promise<void>;
  /** Renews the leases of those that are as their owner left them; returns the others. */
  renew(owned: readonly Standing[]): Promise<readonly number[]>;
  /** Those that are not as their owner left them: they have a new owner, or other commits. */
  changed(owned: readonly Standing[]): Promise<readonly number[]>;
  /** One transaction. Repeating it after an unknown outcome is safe. */
  commit(partitions: readonly PartitionCommit[], writes: readonly Statement[]): Promise<CommitResult>;
  rows<Row>(statement: Statement): Promise<Row[]>;
  /** Throws `BatchTooLargeError` if the states of several keys exceed `STATE_BYTES` together. */
  states(keys: readonly { readonly partition: number; readonly key: string }[]): Promise<readonly StateRow[]>;
  /** The statement that writes these rows, for `commit`. */
  writeStates(rows: readonly StateRow[]): Statement;
  /** Keys due within the window of their partition, earliest first; at most `limit` per partition. */
  due(windows: ReadonlyMap<number, DueWindow>, limit: number): Promise<readonly DueKey[]>;
  /** Earliest due time of each partition that has one, after the given time. */
  nextDue(after_ms: ReadonlyMap<number, number>): Promise<ReadonlyMap<number, number>>;
  /** Rows of keys that wait for a handover, or are held because of a bug; at most ten thousand. */
  unsettled(partitions: readonly number[]): Promise<readonly Pick<StateRow, 'partition' | 'key' | 'protocol'>[]>;
  /** Keys of a partition in order, after `after`, without the empty one. */
  keysAfter(partition: number, after: string, limit: number): Promise<readonly string[]>;
  close(): Promise<void>;
}
