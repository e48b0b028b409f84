import { utcMs } from './date.ts';
import type { Zone } from './zone.ts';

/** A period of the local calendar. Weeks begin on Monday. */
export type CalendarPeriod = 'day' | 'week' | 'month' | 'quarter' | 'year';

/** The first instant of the local period that is so many periods after the one of an instant. */
export function periodStart(period: CalendarPeriod, instantMs: number, later: number, zone: Zone): number {
  const local = new Date(zone.localOf(instantMs));
  const year = local.getUTCFullYear();
  const month = local.getUTCMonth() + 1;
  const day = local.getUTCDate();
  switch (period) {
    case 'day':
      return zone.instantOf(utcMs(year, month, day + later));
    case 'week':
      return zone.instantOf(utcMs(year, month, day - ((local.getUTCDay() + 6) % 7) + 7 * later));
    case 'month':
      return zone.instantOf(utcMs(year, month + later, 1));
    case 'quarter':
      return zone.instantOf(utcMs(year, month - ((month - 1) % 3) + 3 * later, 1));
    case 'year':
      return zone.instantOf(utcMs(year + later, 1, 1));
  }
}
