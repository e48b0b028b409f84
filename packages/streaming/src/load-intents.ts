import { createHash } from 'node:crypto';
import type { Checkpoint, OffsetRange } from './checkpoint.ts';
import type { Intent } from './gathered-records.ts';
import type { OwnedPartition } from './ownership.ts';

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
 * The name of exactly these ranges of a partition. The incarnation is part of it, so that a checkpoint made anew (after a repair)
 * never meets old tokens.
 */
export function tokenOf(owned: OwnedPartition, intent: Intent): string {
  const ranges = Object.keys(intent)
    .sort()
    .map((topic) => `${topic}:${intent[topic]?.from}-${intent[topic]?.to}`)
    .join(',');
  const text = `${owned.checkpoint.incarnation}/${owned.partition}/${ranges}`;
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
