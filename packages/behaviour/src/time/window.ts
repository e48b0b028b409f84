import type { Duration } from '../language/duration.ts';
import { fixedMs } from '../language/duration.ts';
import type { Zone } from './zone.ts';
import { UTC } from './zone.ts';

/**
 * A sliding window: an event at e counts from when it is folded, at every moment t < `leavesAt(e)`. For a fixed length
 * W, this is e > t − W.
 */
export interface Window {
  /** The moment at which an event of that time stops counting. Never decreases with the event's time. */
  leavesAt(event_time_ms: number): number;
}

/** The window that contains every event of the past. */
export const EVER: Window = { leavesAt: () => Number.POSITIVE_INFINITY };

const DAY_MS = 86_400_000;

/** The window of that length; days, weeks, months and years follow the zone's calendar. */
export function windowOf(duration: Duration, zone: Zone): Window {
  const fixed = fixedMs(duration);
  if (fixed !== null) return { leavesAt: (timeMs) => timeMs + fixed };
  const { length, unit } = duration;
  if (unit === 'd' || unit === 'w') {
    const daysMs = length * DAY_MS * (unit === 'w' ? 7 : 1);
    if (zone === UTC) return { leavesAt: (timeMs) => timeMs + daysMs };
    return { leavesAt: (timeMs) => zone.instantOf(zone.localOf(timeMs) + daysMs) };
  }
  const months = unit === 'y' ? length * 12 : length;
  return { leavesAt: (timeMs) => zone.instantOf(monthsLater(zone.localOf(timeMs), months)) };
}

/**
 * The same day and time that many months later; if that month has no such day, the end of that month. (The last day at
 * the same time, as in some libraries, would let the 30th leave before the 29th.)
 */
function monthsLater(localMs: number, months: number): number {
  const date = new Date(localMs);
  const month = date.getUTCMonth() + months;
  const midnight = Date.UTC(date.getUTCFullYear(), month, date.getUTCDate());
  const endOfMonth = Date.UTC(date.getUTCFullYear(), month + 1, 1);
  if (midnight >= endOfMonth) return endOfMonth;
  const timeOfDay = localMs - Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate());
  return midnight + timeOfDay;
}
