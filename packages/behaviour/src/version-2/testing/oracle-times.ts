import { readDuration } from '../../language/duration.ts';
import { windowOf } from '../../time/window.ts';
import type { Zone } from '../../time/zone.ts';
import type { ConditionWindow } from '../condition.ts';

/** A span of time: from `startMs` up to but not including `endMs`. */
export interface Range {
  readonly startMs: number;
  readonly endMs: number;
}

/** A date in a document: what it covers, and its year, month (0 to 11) and day in the zone. */
export interface DateFound extends Range {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

export type Period = 'day' | 'week' | 'month' | 'quarter' | 'year';

const DAY_MS = 86_400_000;
const DAY = /^(\d{4})-(\d\d)-(\d\d)$/;
const INSTANT = /^(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d)$/;
/** Milliseconds of a step's units: a step has no place in a calendar. */
const STEP_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: DAY_MS, w: 7 * DAY_MS };

/** Answers questions about time at one moment. Each method is one sentence of the language's definition. */
export class TimesOracle {
  readonly zone: Zone;
  readonly momentMs: number;

  constructor(zone: Zone, momentMs: number) {
    this.zone = zone;
    this.momentMs = momentMs;
  }

  /** The moment at which a time becomes as old as `times` such lengths. */
  leavesAt(length: string, timeMs: number, times = 1): number {
    const duration = readDuration(length);
    if (duration === null) throw new RangeError(`${length} is no length of time`);
    return windowOf({ length: duration.length * times, unit: duration.unit }, this.zone).leavesAt(timeMs);
  }

  /** Whether a time is newer than so many lengths ago. */
  isNewer(length: string, timeMs: number, times = 1): boolean {
    return this.leavesAt(length, timeMs, times) > this.momentMs;
  }

  /** Milliseconds of a length in a sequence. */
  stepMs(length: string): number {
    const [, count = '', unit = ''] = /^(\d+)([a-z]+)$/.exec(length) ?? [];
    const unitMs = STEP_MS[unit];
    if (unitMs === undefined) throw new RangeError(`${length} is no length of a step`);
    return Number(count) * unitMs;
  }

  isInWindow(timeMs: number, window: ConditionWindow | undefined): boolean {
    if (window === undefined) return true;
    if (typeof window === 'object') return this.isNewer(window.from, timeMs) && !this.isNewer(window.to, timeMs);
    if (window === 'today') return timeMs >= this.periodStart('day', 0);
    if (window === 'yesterday') return this.isInPeriod(timeMs, 'day', 1);
    const [which, period] = window.split(' ');
    if (which === 'this') return timeMs >= this.periodStart(period as Period, 0);
    if (which === 'last') return this.isInPeriod(timeMs, period as Period, 1);
    return this.isNewer(window, timeMs);
  }

  /** Whether a time lies in the whole local period so many periods ago. */
  isInPeriod(timeMs: number, period: Period, ago: number): boolean {
    return timeMs >= this.periodStart(period, -ago) && timeMs < this.periodStart(period, 1 - ago);
  }

  /** The first instant of the current local period, or of one so many periods later. */
  periodStart(period: Period, later: number): number {
    const local = new Date(this.zone.localOf(this.momentMs));
    const [year, month, day] = [local.getUTCFullYear(), local.getUTCMonth(), local.getUTCDate()];
    switch (period) {
      case 'day':
        return this.localMidnight(year, month, day + later);
      case 'week':
        return this.localMidnight(year, month, day - this.daysIntoWeek(local) + 7 * later);
      case 'month':
        return this.localMidnight(year, month + later, 1);
      case 'quarter':
        return this.localMidnight(year, month - (month % 3) + 3 * later, 1);
      case 'year':
        return this.localMidnight(year + later, 0, 1);
    }
  }

  /** Weeks begin on Monday. */
  daysIntoWeek(local: Date): number {
    return (local.getUTCDay() + 6) % 7;
  }

  localMidnight(year: number, month: number, day: number): number {
    return this.zone.instantOf(new Date(0).setUTCFullYear(year, month, day));
  }

  /** Whether an event's time is at or after `after` and before `before`. */
  isBetween(timeMs: number, after: string | undefined, before: string | undefined): boolean {
    if (after !== undefined && timeMs < this.dateOf(after).startMs) return false;
    return before === undefined || timeMs < this.dateOf(before).startMs;
  }

  /** The date that a definition names. */
  dateOf(text: string): DateFound {
    const date = this.readDate(text);
    if (date === null) throw new RangeError(`${text} is no date`);
    return date;
  }

  /** The date that a text is by its form; null for every other text. */
  readDate(text: string): DateFound | null {
    const day = DAY.exec(text);
    if (day !== null) return this.isDay(text) ? this.dayOf(Number(day[1]), Number(day[2]) - 1, Number(day[3])) : null;
    const instant = INSTANT.exec(text);
    if (instant === null) return null;
    const [, date = '', time = '', fraction = '', offset = ''] = instant;
    const timeMs = Date.parse(`${date}T${time}.${`${fraction}000`.slice(0, 3)}${offset.toUpperCase()}`);
    if (!this.isDay(date) || Number.isNaN(timeMs) || time.startsWith('24')) return null;
    const local = new Date(this.zone.localOf(timeMs));
    return {
      ...{ startMs: timeMs, endMs: timeMs + 1 },
      ...{ year: local.getUTCFullYear(), month: local.getUTCMonth(), day: local.getUTCDate() },
    };
  }

  /** A whole local day. */
  dayOf(year: number, month: number, day: number): DateFound {
    return {
      ...{ startMs: this.localMidnight(year, month, day), endMs: this.localMidnight(year, month, day + 1) },
      ...{ year, month, day },
    };
  }

  isDay(text: string): boolean {
    const date = new Date(`${text}T00:00:00Z`);
    return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
  }

  isBefore(value: Range, bound: Range): boolean {
    return value.endMs <= bound.startMs;
  }

  isAfter(value: Range, bound: Range): boolean {
    return value.startMs >= bound.endMs;
  }

  isWithinLast(value: Range, length: string): boolean {
    return value.startMs <= this.momentMs && this.isNewer(length, value.endMs - 1);
  }

  isWithinNext(value: Range, length: string): boolean {
    return value.endMs > this.momentMs && value.startMs < this.leavesAt(length, this.momentMs);
  }

  isNow(value: Range): boolean {
    return value.startMs <= this.momentMs && this.momentMs < value.endMs;
  }

  /** The days on which a date returns, from its own on, in the years around the moment that a length can reach. */
  anniversaries(date: DateFound, length: string): readonly Range[] {
    const now = new Date(this.zone.localOf(this.momentMs)).getUTCFullYear();
    const reach = 2 + Math.floor((this.leavesAt(length, this.momentMs) - this.momentMs) / (365 * DAY_MS));
    const days: Range[] = [];
    for (let year = Math.max(date.year, now - reach); year <= now + reach; year += 1) {
      days.push(this.anniversary(date, year));
    }
    return days;
  }

  /** The anniversary in a year: that of 29 February is 1 March if the year has no such day. */
  anniversary(date: DateFound, year: number): Range {
    const isLeapYear = new Date(Date.UTC(year, 1, 29)).getUTCMonth() === 1;
    if (date.month === 1 && date.day === 29 && !isLeapYear) return this.dayOf(year, 2, 1);
    return this.dayOf(year, date.month, date.day);
  }
}
