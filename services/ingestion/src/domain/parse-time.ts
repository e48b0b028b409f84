import { daysOf, monthNamed, weekdayNamed, zoneNamed } from './time-words.ts';

/** Earliest time of an event: every later store can hold it, with room for a clock correction. */
export const EARLIEST_MS = Date.UTC(1901, 0, 1);
/** Latest time that every later store can hold: ClickHouse's times end with 2299. */
export const LATEST_MS = Date.UTC(2299, 11, 31, 23, 59, 59, 999);

/** Longest text that can be a time: JavaScript's format, with the longest name of a zone. */
const LONGEST = 100;

const DATE = /^([+\-\u2212]?\d{4,6})([-/])(\d{1,2})\2(\d{1,2})/;
/**
 * After a date: hours and minutes, seconds, their fraction. Some broken formats write a stray colon before the zone.
 */
const CLOCK = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,30})|:(\d{3}))?)?:?(?!\d)/;
const BASIC = /^(\d{4})(\d{2})(\d{2})[Tt](\d{2})(\d{2})(?:(\d{2})(?:[.,](\d{1,30}))?)?(?!\d)/;
const OFFSET = /^([+\-\u2212])(\d{2})(?::?(\d{2}))?(?!\d)/;
/**
 * What Go (a zone's name, its monotonic clock) and Java (a zone in brackets) write after the offset, which is enough.
 */
const AFTER_OFFSET = /^(?: [A-Z]{2,5}| [+-]\d{2}(?:\d{2})?| ?\([^()]*\)|\[[^[\]]*\])?(?: m=[+-]\d+\.\d+)?$/;
const EPOCH = /^(-?\d{1,20})(?:\.(\d{1,30}))?$/;
/** RFC 1123 and 2822 (`Mon, 30 Nov 2026`), RFC 850 (`Monday, 30-Nov-26`). */
const DAY_FIRST = /^(?:([A-Za-z]{3,9}), ?)?(\d{1,2})([ -])([A-Za-z]{3})\3(\d{4}|\d{2}) (.+)$/;
/** C's asctime (`Mon Nov 30 10:00:00 2026`), date(1) with the zone before the year, JavaScript's `Date.toString`. */
const WEEKDAY_FIRST =
  /^([A-Za-z]{3}) ([A-Za-z]{3}) {1,2}(\d{1,2}) (?:(\d{4}) )?(\d{2}:\d{2}:\d{2})(?: ([A-Z]{1,4}))?(?: (\d{4}))?(.*)$/;

/**
 * The moment that a text names, in milliseconds; finer digits are cut. Reads ISO 8601 (extended, and basic with a
 * time), the notations of RFC 1123, 2822 and 850, those of C, Go, Java and JavaScript, and counts of seconds,
 * milliseconds, microseconds or nanoseconds since 1970, distinguished by their size. A missing zone means UTC. Null for
 * anything with two readings or none: other notations, dates that do not exist, weekdays that do not match, times
 * outside 1901 to 2299. Never throws; takes time linear in the text.
 */
export function parseTime(text: string): number | null {
  const usualMs = usualTime(text);
  if (usualMs !== null) return within(usualMs);
  if (text.length > LONGEST) return null;
  const trimmed = text.trim();
  return within(
    isoTime(trimmed) ?? basicTime(trimmed) ?? epochTime(trimmed) ?? dayFirst(trimmed) ?? weekdayFirst(trimmed),
  );
}

/** Whether a number of milliseconds is a valid time of an event. */
export function isTime(timeMs: number): boolean {
  return timeMs >= EARLIEST_MS && timeMs <= LATEST_MS;
}

function within(timeMs: number | null): number | null {
  return timeMs !== null && isTime(timeMs) ? timeMs : null;
}

/** `2026-11-30T10:00:27.029Z`, which nearly every SDK writes, without a regular expression. Null: look closer. */
function usualTime(text: string): number | null {
  if (text.length !== 24) return null;
  const letter = (at: number): number => text.charCodeAt(at);
  if (letter(4) !== 45 || letter(7) !== 45 || letter(10) !== 84 || letter(13) !== 58) return null;
  if (letter(16) !== 58 || letter(19) !== 46 || letter(23) !== 90) return null;
  const [year, month, day] = [digits(text, 0, 4), digits(text, 5, 7), digits(text, 8, 10)];
  const [hour, minute, second] = [digits(text, 11, 13), digits(text, 14, 16), digits(text, 17, 19)];
  const milli = digits(text, 20, 23);
  if (year < 100 || month < 1 || month > 12 || day < 1 || day > daysOf(year, month) || hour < 0 || hour > 23)
    return null;
  if (minute < 0 || minute > 59 || second < 0 || second > 59 || milli < 0) return null;
  return Date.UTC(year, month - 1, day, hour, minute, second, milli);
}

/** The number that these digits write; negative if one of them is not a digit. */
function digits(text: string, from: number, to: number): number {
  let number = 0;
  for (let at = from; at < to; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return -1;
    number = number * 10 + digit;
  }
  return number;
}

function isoTime(text: string): number | null {
  const date = DATE.exec(text);
  if (date === null) return null;
  const [whole, year = '', , month, day] = date;
  // More than four digits need a sign, as in the extended years of ISO 8601.
  const signed = /^[+\-\u2212]/.test(year);
  if (signed ? year.length !== 7 : year.length !== 4) return null;
  const midnight = midnightOf(numberOf(year), Number(month), Number(day));
  const rest = text.slice(whole.length);
  if (midnight === null || rest === '') return midnight;
  const clock = /^(?:[Tt_]| {1,2})/.exec(rest);
  return clock === null ? null : zonedTime(midnight, rest.slice(clock[0].length));
}

/** A clock and its zone, on a day that begins at `midnight`. */
function zonedTime(midnight: number, text: string): number | null {
  const clock = CLOCK.exec(text);
  if (clock === null) return null;
  const [whole, hour, minute, second, fraction, milliseconds] = clock;
  return inZone(midnight, clockOf(hour, minute, second, fraction ?? milliseconds), text.slice(whole.length));
}

function basicTime(text: string): number | null {
  const parts = BASIC.exec(text);
  if (parts === null) return null;
  const [whole, year, month, day, hour, minute, second, fraction] = parts;
  const midnight = midnightOf(Number(year), Number(month), Number(day));
  return inZone(midnight, clockOf(hour, minute, second, fraction), text.slice(whole.length));
}

/**
 * Seconds, milliseconds, microseconds or nanoseconds since 1970. A value within three years of 1970 in seconds may be a
 * year, a date of eight digits or a duration: only 0 is the same moment in every unit.
 */
function epochTime(text: string): number | null {
  const parts = EPOCH.exec(text);
  if (parts === null) return null;
  const [, whole = '', fraction = ''] = parts;
  const count = BigInt(whole);
  const size = count < 0n ? -count : count;
  if (size === 0n) return /^0*$/.test(fraction) ? 0 : null;
  if (size < 100_000_000n) return null;
  if (size < 100_000_000_000n) {
    const partMs = Number(fraction.slice(0, 3).padEnd(3, '0'));
    return Number(count) * 1000 + (count < 0n ? -partMs : partMs);
  }
  if (size < 100_000_000_000_000n) return Number(count);
  if (size < 100_000_000_000_000_000n) return Number(floorOf(count, 1000n));
  return size < 100_000_000_000_000_000_000n ? Number(floorOf(count, 1_000_000n)) : null;
}

function floorOf(count: bigint, unit: bigint): bigint {
  const whole = count / unit;
  return count < 0n && whole * unit !== count ? whole - 1n : whole;
}

function dayFirst(text: string): number | null {
  const parts = DAY_FIRST.exec(text);
  if (parts === null) return null;
  const [, weekday, day, , month, year = '', rest = ''] = parts;
  const monthNumber = monthNamed(month ?? '');
  if (monthNumber === null) return null;
  // The weekday reveals the century of a two-digit year: a date falls on different weekdays in 1901 to 2099.
  const years =
    year.length === 4 ? [Number(year)] : weekday === undefined ? [] : [2000 + Number(year), 1900 + Number(year)];
  for (const candidate of years) {
    const midnight = midnightOf(candidate, monthNumber, Number(day));
    if (midnight !== null && (weekday === undefined || fitsWeekday(midnight, weekday)))
      return zonedTime(midnight, rest);
  }
  return null;
}

function weekdayFirst(text: string): number | null {
  const parts = WEEKDAY_FIRST.exec(text);
  if (parts === null) return null;
  const [, weekday = '', month = '', day, yearBefore, clock = '', zoneBefore, yearAfter, rest = ''] = parts;
  const monthNumber = monthNamed(month);
  if (monthNumber === null || (yearBefore === undefined) === (yearAfter === undefined)) return null;
  if (zoneBefore !== undefined && yearAfter === undefined && rest.startsWith(' ')) return null;
  const midnight = midnightOf(Number(yearBefore ?? yearAfter), monthNumber, Number(day));
  if (midnight === null || !fitsWeekday(midnight, weekday)) return null;
  return zonedTime(midnight, `${clock}${zoneBefore === undefined ? '' : ` ${zoneBefore}`}${rest}`);
}

function fitsWeekday(midnight: number, name: string): boolean {
  return weekdayNamed(name) === new Date(midnight).getUTCDay();
}

/** The first moment of a day; null if it does not exist. `Date.UTC` takes the years 0 to 99 for 1900 to 1999. */
function midnightOf(year: number, month: number, day: number): number | null {
  if (month < 1 || month > 12 || day < 1 || day > daysOf(year, month)) return null;
  return new Date(0).setUTCFullYear(year, month - 1, day);
}

/**
 * Milliseconds since midnight; null if no clock shows it. 24:00 ends the day; 60 is a leap second, the moment after it.
 */
function clockOf(hour = '0', minute = '0', second = '0', fraction = ''): number | null {
  const [hours, minutes, seconds] = [Number(hour), Number(minute), Number(second)];
  const milli = Number(fraction.slice(0, 3).padEnd(3, '0'));
  if (hours > 24 || minutes > 59 || seconds > 60) return null;
  if (hours === 24 && (minutes > 0 || seconds > 0 || /[1-9]/.test(fraction))) return null;
  return ((hours * 60 + minutes) * 60 + seconds) * 1000 + milli;
}

function inZone(midnight: number | null, clockMs: number | null, zone: string): number | null {
  if (midnight === null || clockMs === null) return null;
  const zoneMinutes = minutesOf(zone);
  return zoneMinutes === null ? null : midnight + clockMs - zoneMinutes * 60_000;
}

/** Minutes east of Greenwich of a zone; null for an unknown zone, or one that has several offsets. */
function minutesOf(zone: string): number | null {
  const said = zone.trimStart().replace(/^(?:GMT|UTC)(?=[+-]\d)/, '');
  const named = zoneNamed(said);
  if (named !== null) return named;
  const offset = OFFSET.exec(said);
  if (offset === null) return null;
  const [whole, sign, hour, minute = '0'] = offset;
  const minutes = Number(hour) * 60 + Number(minute);
  if (minutes > 24 * 60 || Number(minute) > 59 || !AFTER_OFFSET.test(said.slice(whole.length))) return null;
  return sign === '+' ? minutes : -minutes;
}

function numberOf(year: string): number {
  return Number(year.replace('\u2212', '-'));
}
