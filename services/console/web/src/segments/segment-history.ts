import type { Api as HistoryApi } from '@hilo/history/contract';
import type { SchemaOf } from '@hilo/service/contract';
import type { Api } from '../api/api.ts';

/** A segment's size at a time, and who came and went since the point before. */
export type SizePoint = SchemaOf<HistoryApi, 'SizePoint'>;

/** A stretch of time that sizes are shown of. */
export interface SizeRange {
  readonly name: 'day' | 'week' | 'month' | 'year';
  readonly seconds: number;
  readonly step_s: number;
}

const MINUTE_S = 60;
const HOUR_S = 3_600;
const DAY_S = 86_400;

/** The stretches that are offered, each of 100 to 300 points. */
export const SIZE_RANGES: readonly SizeRange[] = [
  { name: 'day', seconds: DAY_S, step_s: 5 * MINUTE_S },
  { name: 'week', seconds: 7 * DAY_S, step_s: HOUR_S },
  { name: 'month', seconds: 30 * DAY_S, step_s: 6 * HOUR_S },
  { name: 'year', seconds: 364 * DAY_S, step_s: 2 * DAY_S },
];

/**
 * The times to ask for, so that the last point is now: the history counts from the first point, and a size that is a step old
 * would be another than the one above it.
 */
export function windowOf(
  { seconds, step_s }: SizeRange,
  nowMs: number,
): { readonly from: string; readonly to: string } {
  const steps = Math.floor(seconds / step_s);
  return { from: new Date(nowMs - steps * step_s * 1000).toISOString(), to: new Date(nowMs).toISOString() };
}

/** What a stretch of sizes comes to. */
export interface SizeSummary {
  readonly first: number;
  readonly last: number;
  readonly highest: number;
  readonly entered: number;
  readonly left: number;
}

/** Sums up sizes; null where there are none. */
export function summaryOf(points: readonly SizePoint[]): SizeSummary | null {
  const [first] = points;
  const last = points.at(-1);
  if (first === undefined || last === undefined) return null;
  return {
    first: first.members,
    last: last.members,
    highest: points.reduce((highest, { members }) => Math.max(highest, members), 0),
    entered: points.reduce((sum, { entered }) => sum + entered, 0),
    left: points.reduce((sum, { left }) => sum + left, 0),
  };
}

/** Sizes of a segment over a stretch of time that ends now. */
export async function readSizes(
  api: Api,
  key: string,
  range: SizeRange,
  signal: AbortSignal,
): Promise<readonly SizePoint[]> {
  const { from, to } = windowOf(range, Date.now());
  const input = { params: { key }, query: { from, to, step_s: range.step_s } };
  return (await api.call('GET /api/history/v1/segments/{key}/sizes', input, { signal })).points;
}
