import { lengthOf } from '../../language/duration.ts';
import { type CalendarPeriod, periodStart } from '../../time/calendar.ts';
import { windowOf } from '../../time/window.ts';
import type { Zone } from '../../time/zone.ts';
import type { ConditionWindow } from '../condition.ts';
import { CALENDAR_WINDOWS } from '../limits.ts';

/**
 * A window that moves with time. An event at e is inside at every moment t with `entersAt(e)` ≤ t < `leavesAt(e)`. Both never
 * decrease with the event's time, so that the events inside are neighbours.
 */
export interface MovingWindow {
  /** The same for windows that always contain the same events. */
  readonly id: string;
  /** Null: an event is inside as soon as it is known. */
  readonly entersAt: ((timeMs: number) => number) | null;
  /** Null: events never leave. */
  readonly leavesAt: ((timeMs: number) => number) | null;
}

/** The window that contains every event. */
export const EVERY_EVENT: MovingWindow = { id: 'ever', entersAt: null, leavesAt: null };

/** The window that a condition names; absent: every event. */
export function movingWindow(window: ConditionWindow | undefined, zone: Zone): MovingWindow {
  if (window === undefined) return EVERY_EVENT;
  if (typeof window === 'object') {
    const { from, to } = window;
    return {
      id: `${from}-${to}`,
      entersAt: lengthWindow(to, zone).leavesAt,
      leavesAt: lengthWindow(from, zone).leavesAt,
    };
  }
  return CALENDAR_WINDOWS.some((name) => name === window) ? calendarWindow(window, zone) : lengthWindow(window, zone);
}

/** The window of that length, `times` times, which begins `after` times the length ago. */
export function lengthWindow(length: string, zone: Zone, times = 1, after = 0): MovingWindow {
  const one = lengthOf(length);
  const reach = (count: number) => {
    const window = windowOf({ ...one, length: one.length * count }, zone);
    return (timeMs: number): number => window.leavesAt(timeMs);
  };
  const id = times === 1 && after === 0 ? length : `${length}*${after}-${times}`;
  return { id, entersAt: after === 0 ? null : reach(after), leavesAt: reach(times) };
}

function calendarWindow(window: string, zone: Zone): MovingWindow {
  if (window === 'today') return periodWindow('day', 0, 0, zone);
  if (window === 'yesterday') return periodWindow('day', 1, 1, zone);
  const [which, period] = window.split(' ') as ['this' | 'last', CalendarPeriod];
  return which === 'this' ? periodWindow(period, 0, 0, zone) : periodWindow(period, 1, 1, zone);
}

/** The whole local periods from `oldest` to `newest` periods ago; 0 is the current one, and then also what follows it. */
export function periodWindow(period: CalendarPeriod, newest: number, oldest: number, zone: Zone): MovingWindow {
  return {
    id: `${period}:${newest}-${oldest}`,
    entersAt: newest === 0 ? null : (timeMs) => periodStart(period, timeMs, newest, zone),
    leavesAt: (timeMs) => periodStart(period, timeMs, oldest + 1, zone),
  };
}

/** Neighbouring places in a sorted list: from `from` up to but not including `to`; none if `from` ≥ `to`. */
export interface Inside {
  readonly from: number;
  readonly to: number;
}

/** Which of the sorted times are inside at a moment. */
export function insideAt(timesMs: readonly number[], { entersAt, leavesAt }: MovingWindow, nowMs: number): Inside {
  const { length } = timesMs;
  return {
    from: leavesAt === null ? 0 : firstBeyond(timesMs, leavesAt, nowMs),
    to: entersAt === null ? length : firstBeyond(timesMs, entersAt, nowMs),
  };
}

/** The next moment at which a time enters or leaves; infinity: none does. */
export function nextChange(timesMs: readonly number[], window: MovingWindow, { from, to }: Inside): number {
  const { entersAt, leavesAt } = window;
  const leaves = leavesAt !== null && from < to ? leavesAt(timesMs[from] as number) : Number.POSITIVE_INFINITY;
  const enters = entersAt !== null && to < timesMs.length ? entersAt(timesMs[to] as number) : Number.POSITIVE_INFINITY;
  return Math.min(leaves, enters);
}

/** Index of the first time whose edge lies after the moment; the number of times if there is none. */
function firstBeyond(timesMs: readonly number[], edgeOf: (timeMs: number) => number, nowMs: number): number {
  const { length } = timesMs;
  if (length === 0 || edgeOf(timesMs[0] as number) > nowMs) return 0;
  return firstIndex(length, (index) => edgeOf(timesMs[index] as number) > nowMs);
}

/**
 * The first index for which a monotone test (false, then true) is true; `length` if there is none. As `firstWhere`, for indexes: small
 * whole numbers take half the time, and each event searches.
 */
export function firstIndex(length: number, test: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (test(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
