import type { Api } from '../api/api.ts';
import { type SizeRange, windowOf } from './segment-history.ts';

/** Sizes of segments over the last seven days, oldest first, by key. */
export type ListSizes = ReadonlyMap<string, readonly number[]>;

const HOUR_S = 3_600;

/** A line as small as that has no room for more than four points a day. */
export const LIST_RANGE: SizeRange = { name: 'week', seconds: 7 * 24 * HOUR_S, step_s: 6 * HOUR_S };

/** Who asks in the same minute asks the same, so that the history reads it once for all. */
const SHARED_MS = 60_000;

/** The end of the minute that a time is in. */
export function sharedEnd(nowMs: number): number {
  return Math.ceil(nowMs / SHARED_MS) * SHARED_MS;
}

/** The sizes of all segments of a page of the list, by one request. */
export async function readListSizes(api: Api, keys: readonly string[], signal: AbortSignal): Promise<ListSizes> {
  const { from, to } = windowOf(LIST_RANGE, sharedEnd(Date.now()));
  const query = { keys: keys.join(','), from, to, step_s: LIST_RANGE.step_s };
  const answer = await api.call('GET /api/history/v1/segments/sizes', { query }, { signal });
  return new Map(answer.segments.map(({ segment, sizes }) => [segment, sizes]));
}

/** Sizes that end with the size now: the history is some seconds behind the list beside it. */
export function endingNow(sizes: readonly number[], members: number): readonly number[] {
  return [...sizes.slice(0, -1), members];
}
