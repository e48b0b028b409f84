import { createHash } from 'node:crypto';
import type { OwnedPartition } from '../partitions/owned-partition.ts';
import type { Checkpoint, OffsetRange } from '../ports/checkpoint.ts';
import type { Intent } from './gathered-records.ts';

/** The ranges of offsets between two checkpoints, by topic. */
export function rangesOf(before: Checkpoint, after: Checkpoint): Record<string, OffsetRange> {
  const ranges: Record<string, OffsetRange> = {};
  for (const [topic, to] of Object.entries(after.offsets)) {
    const from = before.offsets[topic] ?? 0;
    if (to > from) ranges[topic] = { from, to };
  }
  return ranges;
}

/**
 * The name of exactly these ranges of a partition. Includes the incarnation, so that a checkpoint after a repair never
 * meets old tokens.
 */
export function tokenOf(owned: OwnedPartition, intent: Intent): string {
  const ranges = Object.keys(intent)
    .sort()
    .map((topic) => `${topic}:${intent[topic]?.from}-${intent[topic]?.to}`)
    .join(',');
  const text = `${owned.checkpoint.incarnation}/${owned.partition}/${ranges}`;
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/**
 * A checkpoint without an intent that has nothing left to read: all its ranges lie below the offsets, which a repair
 * moved past what the log lost. If something is left, the intent is completed with that, under its own token, so that
 * the sink still drops what was inserted before.
 */
export function withIntentLeft(checkpoint: Checkpoint, topics: readonly string[]): Checkpoint {
  const { intent, offsets } = checkpoint;
  if (intent === null) return checkpoint;
  const isLeft = topics.some((topic) => (intent[topic]?.to ?? 0) > (offsets[topic] ?? 0));
  return isLeft ? checkpoint : { ...checkpoint, intent: null };
}
