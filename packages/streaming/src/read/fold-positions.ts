import type { Checkpoint } from '../ports/checkpoint.ts';
import type { AnyRecord } from './batch-input.ts';
import type { Slot } from './intake.ts';

/** `positionsAt` for the records of a batch. */
export function positionsIn(
  slots: readonly Slot[],
  before: ReadonlyMap<number, Checkpoint>,
): (record: AnyRecord) => Readonly<Record<string, number>> {
  return (record) => positionsAt(record, slots, before.get(record.partition));
}

/**
 * By topic, the offset below which everything of the record's partition is folded once the record is, and from which on
 * nothing is. Replayed dead letters have old positions, and move nothing.
 */
function positionsAt(
  record: AnyRecord,
  slots: readonly Slot[],
  before: Checkpoint | undefined,
): Readonly<Record<string, number>> {
  const positions: Record<string, number> = { ...before?.offsets };
  for (const { raw, input } of slots) {
    if (raw !== null && raw.partition === record.partition && raw.replayOf === undefined)
      positions[raw.topic] = Math.max(raw.offset + 1, positions[raw.topic] ?? 0);
    if (input === record) break;
  }
  return positions;
}
