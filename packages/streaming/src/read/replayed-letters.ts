import type { OffsetRange } from '../ports/checkpoint.ts';

/**
 * Ranges kept of one origin: they are written with each commit. Letters that are replayed one after the other make one
 * range, so that only a choice of single ones needs many.
 */
const RANGES_KEPT = 256;

/**
 * The sequences of letters that were replayed, as ranges in order, with one more; null where it is among them already.
 * Beyond the ranges that are kept the two lowest become one: the letters between them count as replayed from then on.
 */
export function withReplayed(ranges: readonly OffsetRange[], sequence: number): readonly OffsetRange[] | null {
  if (ranges.some(({ from, to }) => from <= sequence && sequence < to)) return null;
  const before = ranges.filter(({ to }) => to <= sequence);
  const after = ranges.filter(({ from }) => from > sequence);
  const touching_before = before.at(-1)?.to === sequence ? before.pop() : undefined;
  const touching_after = after[0]?.from === sequence + 1 ? after.shift() : undefined;
  const grown = { from: touching_before?.from ?? sequence, to: touching_after?.to ?? sequence + 1 };
  const all = [...before, grown, ...after];
  const [lowest, next, ...rest] = all;
  if (all.length <= RANGES_KEPT || lowest === undefined || next === undefined) return all;
  return [{ from: lowest.from, to: next.to }, ...rest];
}
