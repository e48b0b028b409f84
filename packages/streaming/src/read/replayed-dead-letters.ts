import type { OffsetRange } from '../ports/checkpoint.ts';

/**
 * Most ranges kept of one origin: they are written with each commit. Dead letters replayed one after the other make one
 * range, so only picking single ones needs many.
 */
const RANGES_KEPT = 256;

/**
 * Adds a sequence to the ranges of replayed dead letters, in order; null if it is among them already. Beyond the limit,
 * the two lowest ranges become one: the dead letters between them count as replayed from then on.
 */
export function withReplayed(ranges: readonly OffsetRange[], sequence: number): readonly OffsetRange[] | null {
  if (ranges.some(({ from, to }) => from <= sequence && sequence < to)) return null;
  const before = ranges.filter(({ to }) => to <= sequence);
  const after = ranges.filter(({ from }) => from > sequence);
  const touchingBefore = before.at(-1)?.to === sequence ? before.pop() : undefined;
  const touchingAfter = after[0]?.from === sequence + 1 ? after.shift() : undefined;
  const grown = { from: touchingBefore?.from ?? sequence, to: touchingAfter?.to ?? sequence + 1 };
  const all = [...before, grown, ...after];
  const [lowest, next, ...rest] = all;
  if (all.length <= RANGES_KEPT || lowest === undefined || next === undefined) return all;
  return [{ from: lowest.from, to: next.to }, ...rest];
}
