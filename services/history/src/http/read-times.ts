import { problem } from '@hilo/service';
import type { QueryOf } from '@hilo/service/contract';
import { MOST_POINTS, pointsIn, type SizeWindow } from '../domain/segment-sizes.ts';
import type { Api } from './contract.ts';

const DAY_MS = 86_400_000;
/** The beginning of a day is at most this long ago, wherever one is. */
const TODAY_MS = 2 * DAY_MS;
/** And this far ahead, just after midnight by a clock that is fast. */
const FAST_MS = 3_600_000;
/** Sizes of the last thirty days, unless the caller asks for others. */
const WINDOW_MS = 30 * DAY_MS;

/** Reads `?since=`: a moment of the last two days; midnight (UTC) if it is absent. */
export function readSince({ since }: QueryOf<Api, 'getToday'>, nowMs: number): number {
  if (since === undefined) return nowMs - (nowMs % DAY_MS);
  const since_ms = Date.parse(since);
  if (since_ms > nowMs + FAST_MS || since_ms < nowMs - TODAY_MS)
    throw problem('invalid_request', 'since must be within the last two days.', { field: 'since' });
  return since_ms;
}

/** Reads `?from=&to=&step_s=`: two times, and seconds between points of which there may be 500. */
export function readWindow({ from, to, step_s }: QueryOf<Api, 'getSegmentSizes', 'read'>, nowMs: number): SizeWindow {
  const to_ms = to === undefined ? nowMs : Date.parse(to);
  const from_ms = from === undefined ? to_ms - WINDOW_MS : Date.parse(from);
  if (from_ms > to_ms) throw problem('invalid_request', 'from must not be after to.', { field: 'from' });
  const window = { from_ms, to_ms, step_ms: step_s * 1000 };
  if (pointsIn(window) > MOST_POINTS)
    throw problem('invalid_request', `There may be ${MOST_POINTS} points; take a longer step.`, {
      field: 'step_s',
    });
  return window;
}
