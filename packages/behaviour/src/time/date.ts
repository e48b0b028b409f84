import type { Zone } from './zone.ts';

/** A day of the calendar, or an instant. */
export type DateValue =
  | { readonly kind: 'day'; readonly year: number; readonly month: number; readonly day: number }
  | { readonly kind: 'instant'; readonly ms: number };

/** The time that a date covers: from `startMs` up to but not including `endMs`. An instant covers one millisecond. */
export interface DateRange {
  readonly startMs: number;
  readonly endMs: number;
}

const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;
const INSTANT = /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?([Zz]|[+-]\d{2}:\d{2})$/;
const MINUTE_MS = 60_000;

/**
 * The date that the text is by its form alone: `2026-03-01`, or an instant of RFC 3339 with an offset, whose digits beyond the
 * millisecond are cut. Null for every other text, also for a day that no month has.
 */
export function readDate(text: string): DateValue | null {
  const day = DAY.exec(text);
  if (day !== null) {
    const [year, month, date] = day.slice(1).map(Number) as [number, number, number];
    return isDay(year, month, date) ? { kind: 'day', year, month, day: date } : null;
  }
  const instant = INSTANT.exec(text);
  if (instant === null) return null;
  const [year, month, date, hour, minute, second] = instant.slice(1, 7).map(Number) as [
    ...[number, number, number],
    ...[number, number, number],
  ];
  const offsetMs = readOffset(instant[8] as string);
  if (!isDay(year, month, date) || hour > 23 || minute > 59 || second > 59 || offsetMs === null) return null;
  const fractionMs = Number((instant[7] ?? '').padEnd(3, '0').slice(0, 3));
  return {
    kind: 'instant',
    ms: utcMs(year, month, date) + (hour * 60 + minute) * MINUTE_MS + second * 1_000 + fractionMs - offsetMs,
  };
}

/** The range of a date in a zone. */
export function rangeOf(date: DateValue, zone: Zone): DateRange {
  if (date.kind === 'instant') return { startMs: date.ms, endMs: date.ms + 1 };
  const { year, month, day } = date;
  return { startMs: zone.instantOf(utcMs(year, month, day)), endMs: zone.instantOf(utcMs(year, month, day + 1)) };
}

function isDay(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  return day <= new Date(utcMs(year, month + 1, 0)).getUTCDate();
}

/**
 * The instant at which a day begins in UTC; months count from 1, and a day or month beyond the last goes on in the next. `Date.UTC`
 * takes the years 0 to 99 for those of the twentieth century.
 */
export function utcMs(year: number, month: number, day: number): number {
  const date = new Date(0);
  return date.setUTCFullYear(year, month - 1, day);
}

function readOffset(text: string): number | null {
  if (text === 'Z' || text === 'z') return 0;
  const [hours = 0, minutes = 0] = text.slice(1).split(':').map(Number);
  if (hours > 23 || minutes > 59) return null;
  return (text.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * MINUTE_MS;
}
