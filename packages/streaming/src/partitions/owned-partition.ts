import { unpackOutputs } from '../commit/outbox.ts';
import type { Checkpoint } from '../ports/checkpoint.ts';
import type { ClockReading } from '../ports/clock.ts';
import type { OutRecord } from '../ports/log.ts';
import type { Acquired, OutboxRow, PartitionCommit } from '../ports/store.ts';

/** A partition that this instance owns. */
export interface OwnedPartition {
  readonly partition: number;
  readonly epoch: number;
  checkpoint: Checkpoint;
  /** Committed outputs that the log has not acknowledged, oldest first. */
  unsent: { readonly ids: readonly number[]; readonly records: readonly OutRecord[] }[];
  /** Outbox rows acknowledged since the last commit, to be deleted with the next. */
  acknowledged: number[];
  /** Until when this instance may send outputs, by its monotonic clock. */
  leaseUntilMs: number;
  /** Until when the instance relies on what it knows of the partition, by its monotonic clock. */
  sureUntilMs: number;
  /** When the instance last knew that its checkpoint is the partition's last one, by the wall clock. */
  knownMs: number;
  /** True while it goes to another instance, or to none: it is no longer read, and waits for its effects in flight. */
  isLeaving: boolean;
  /** Where the partition is held, because a record is missing or cannot be decoded; null if it is not held. */
  held: string | null;
  /** When to read an undecodable record again, by the monotonic clock; null if none holds the partition. */
  retryAtMs: number | null;
  /** True once it is read: earlier outputs are sent, and the consumer is at the checkpoint. */
  open: boolean;
}

/** How long after a commit an instance may send outputs, in milliseconds. After a crash, the next owner waits that long. */
export const LEASE_MS = 5_000;
/** How long an instance that lets go of a partition waits for its effects in flight, in milliseconds. */
export const LEAVE_MS = 12_000;
/** How long an owner relies on what it knows without asking the store. No standby takes over from a server sooner. */
const SURE_MS = LEASE_MS;

/** The owner knew its partition at that moment: the store had it as the owner left it. */
export function noteKnown(owned: OwnedPartition, { nowMs, monotonicMs }: ClockReading): void {
  owned.knownMs = nowMs;
  owned.sureUntilMs = monotonicMs + SURE_MS;
}

/** A partition that is not read yet. `known`: before it was taken over. */
export function takenOver({ partition, epoch, checkpoint, outbox }: Acquired, known: ClockReading): OwnedPartition {
  return {
    ...{ partition, epoch, checkpoint },
    unsent: outbox.map(({ id, body }) => ({ ids: [id], records: unpackOutputs(body) })),
    acknowledged: [],
    leaseUntilMs: -Infinity,
    sureUntilMs: known.monotonicMs + SURE_MS,
    knownMs: known.nowMs,
    held: null,
    retryAtMs: null,
    open: false,
    isLeaving: false,
  };
}

/** A partition's share of a commit, which also deletes its acknowledged outbox rows. */
export function commitOf(
  { partition, epoch, acknowledged }: OwnedPartition,
  checkpoint: Checkpoint,
  outbox: readonly OutboxRow[] = [],
): PartitionCommit {
  return { partition, epoch, checkpoint, outbox, acknowledged: [...acknowledged] };
}

/** Updates a partition after its commit. Its lease in the store began no earlier than `begun`, when the batch began. */
export function noteCommit(
  owned: OwnedPartition,
  { checkpoint, outbox }: PartitionCommit,
  records: readonly OutRecord[],
  begun: ClockReading,
): void {
  owned.checkpoint = { ...checkpoint, revision: checkpoint.revision + 1 };
  owned.acknowledged = [];
  owned.leaseUntilMs = begun.monotonicMs + LEASE_MS / 2;
  noteKnown(owned, begun);
  if (outbox.length > 0) owned.unsent.push({ ids: outbox.map(({ id }) => id), records });
}
