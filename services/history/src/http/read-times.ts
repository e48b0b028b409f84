import { problem } from '@hilo/service';
import { MOST_POINTS, pointsIn, type SizeWindow } from '../domain/segment-sizes.ts';

const DAY_MS = 86_400_000;
/** The beginning of a day is at most this long ago, wherever one is. */
const TODAY_MS = 2 * DAY_MS;
/** And this far ahead, just after midnight by a clock that is fast. */
const FAST_MS = 3_600_000;
const STEP_S = { minimum: 60, maximum: 366 * 86_400 } as const;
/** Sizes of the last thirty days, every six hours, where nobody says otherwise. */
const WINDOW_MS = 30 * DAY_MS;
const DEFAULT_STEP_S = 21_600;

type Query = Readonly<Record<string, unknown>>;

/** Reads `?since=`: a moment of the last two days; midnight (UTC) where it is absent. */
export function readSince({ since }: Query, now_ms: number): number {
  if (since === undefined) return now_ms - (now_ms % DAY_MS);
  const since_ms = timeOf(since, 'since');
  if (since_ms > now_ms + FAST_MS || since_ms < now_ms - TODAY_MS)
    throw problem(400, 'invalid_request', 'since must be within the last two days.', { field: 'since' });
  return since_ms;
}

/** Reads `?from=&to=&step=`: two times, and seconds between points of which there may be 500. */
export function readWindow({ from, to, step }: Query, now_ms: number): SizeWindow {
  const to_ms = to === undefined ? now_ms : timeOf(to, 'to');
  const from_ms = from === undefined ? to_ms - WINDOW_MS : timeOf(from, 'from');
  if (from_ms > to_ms) throw problem(400, 'invalid_request', 'from must not be after to.', { field: 'from' });
  const text = step ?? String(DEFAULT_STEP_S);
  const step_s = typeof text === 'string' && /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (step_s < STEP_S.minimum || step_s > STEP_S.maximum)
    throw problem(400, 'invalid_request', 'step must be from 60 seconds to a year.', { field: 'step' });
  const window = { from_ms, to_ms, step_ms: step_s * 1000 };
  if (pointsIn(window) > MOST_POINTS)
    throw problem(400, 'invalid_request', `There may be ${MOST_POINTS} points; take a longer step.`, { field: 'step' });
  return window;
}

function timeOf(text: unknown, field: string): number {
  const time_ms = typeof text === 'string' && /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time_ms))
    throw problem(400, 'invalid_request', `${field} must be a time such as 2026-05-01T00:00:00Z.`, { field });
  return time_ms;
}
