import type { Duration } from './duration.ts';
import { fixedMs } from './duration.ts';
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
  if (fixed !== null) return { leavesAt: (time_ms) => time_ms + fixed };
  const { length, unit } = duration;
  if (unit === 'd' || unit === 'w') {
    const days_ms = length * DAY_MS * (unit === 'w' ? 7 : 1);
    if (zone === UTC) return { leavesAt: (time_ms) => time_ms + days_ms };
    return { leavesAt: (time_ms) => zone.instantOf(zone.localOf(time_ms) + days_ms) };
  }
  const months = unit === 'y' ? length * 12 : length;
  return { leavesAt: (time_ms) => zone.instantOf(monthsLater(zone.localOf(time_ms), months)) };
}

/**
 * The same day and time that many months later; if that month has no such day, the end of that month. (The last day at
 * the same time, as in some libraries, would let the 30th leave before the 29th.)
 */
function monthsLater(local_ms: number, months: number): number {
  const date = new Date(local_ms);
  const month = date.getUTCMonth() + months;
  const midnight = Date.UTC(date.getUTCFullYear(), month, date.getUTCDate());
  const end_of_month = Date.UTC(date.getUTCFullYear(), month + 1, 1);
  if (midnight >= end_of_month) return end_of_month;
  const time_of_day = local_ms - Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate());
  return midnight + time_of_day;
}
