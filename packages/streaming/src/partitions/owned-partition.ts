import { unpackOutputs } from '../commit/outbox.ts';
import type { Checkpoint } from '../ports/checkpoint.ts';
import type { OutRecord } from '../ports/log.ts';
import type { Acquired, OutboxRow, PartitionCommit } from '../ports/store.ts';

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
/** How long an owner goes by what it knows, without a look at the store: no standby comes sooner in the place of a server. */
const SURE_MS = LEASE_MS;

/** Until when an owner goes by what it knew of its partition at this time, by the monotonic clock. */
export function sureUntil(known_ms: number): number {
  return known_ms + SURE_MS;
}

/** A partition just taken over, as the store had it: nothing of it is read yet. `now_ms`: by the monotonic clock. */
export function takenOver({ partition, epoch, checkpoint, outbox }: Acquired, now_ms: number): OwnedPartition {
  return {
    ...{ partition, epoch, checkpoint },
    unsent: outbox.map(({ id, body }) => ({ ids: [id], records: unpackOutputs(body) })),
    acknowledged: [],
    lease_until_ms: -Infinity,
    sure_until_ms: sureUntil(now_ms),
    held: null,
    retry_at_ms: null,
    open: false,
    is_leaving: false,
  };
}

/** The share of an owned partition in a commit; what the log has acknowledged is deleted with it. */
export function commitOf(
  { partition, epoch, acknowledged }: OwnedPartition,
  checkpoint: Checkpoint,
  outbox: readonly OutboxRow[] = [],
): PartitionCommit {
  return { partition, epoch, checkpoint, outbox, acknowledged: [...acknowledged] };
}

/** The instance has committed the partition, in a batch that began then: the store's lease runs from the commit at the latest. */
export function noteCommit(
  owned: OwnedPartition,
  { checkpoint, outbox }: PartitionCommit,
  records: readonly OutRecord[],
  begun_ms: number,
): void {
  owned.checkpoint = { ...checkpoint, revision: checkpoint.revision + 1 };
  owned.acknowledged = [];
  owned.lease_until_ms = begun_ms + LEASE_MS / 2;
  owned.sure_until_ms = sureUntil(begun_ms);
  if (outbox.length > 0) owned.unsent.push({ ids: outbox.map(({ id }) => id), records });
}
