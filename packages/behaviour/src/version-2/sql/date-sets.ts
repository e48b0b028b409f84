import type { ValueTest } from '../condition.ts';
import { firstWhere } from '../../time/first-where.ts';
import type { Cuts } from './cuts.ts';

/** The test of a date. */
export type DateTest = Extract<
  ValueTest,
  | { readonly before: unknown }
  | { readonly after: unknown }
  | { readonly withinLast: unknown }
  | { readonly withinNext: unknown }
  | { readonly anniversary: unknown }
>;

/**
 * The dates that pass a test, in ascending spans [from, to) that do not touch: days as their numbers since 1 January 1970, and
 * instants in milliseconds.
 */
export interface DateSet {
  readonly days: readonly (readonly [from: number, to: number])[];
  readonly instants: readonly (readonly [from: number, to: number])[];
}

const DAY_MS = 86_400_000;
/** The days that a date can name: 0000-01-01 to 9999-12-31. */
const FIRST_DAY = new Date('0000-01-01T00:00:00Z').getTime() / DAY_MS;
const AFTER_DAYS = new Date('9999-12-31T00:00:00Z').getTime() / DAY_MS + 1;
const FURTHEST_MS = 8_640_000_000_000_000;
/** No length reaches further. */
const MOST_YEARS = 101;

/** The dates that pass the test at the moment. */
export function dateSet(test: DateTest, cuts: Cuts): DateSet {
  if ('anniversary' in test) return anniversaries(test.anniversary, cuts);
  const { momentMs } = cuts;
  if ('before' in test) {
    const { fromMs } = cuts.rangeOf(test.before);
    return { days: [[FIRST_DAY, firstDay((day) => endOf(cuts, day) > fromMs)]], instants: [[-FURTHEST_MS, fromMs]] };
  }
  if ('after' in test) {
    const { toMs } = cuts.rangeOf(test.after);
    return { days: [[firstDay((day) => cuts.dayStart(day) >= toMs), AFTER_DAYS]], instants: [[toMs, FURTHEST_MS]] };
  }
  return 'withinLast' in test
    ? { days: [lastDays(test.withinLast, cuts)], instants: [[cuts.cut(test.withinLast), momentMs + 1]] }
    : { days: [nextDays(test.withinNext, cuts)], instants: [[momentMs, cuts.ahead(test.withinNext)]] };
}

function firstDay(holds: (day: number) => boolean): number {
  return firstWhere(FIRST_DAY, AFTER_DAYS, holds);
}

function endOf(cuts: Cuts, day: number): number {
  return cuts.dayStart(day + 1);
}

/** The days that have begun and whose last instant is still in a length that ends now. */
function lastDays(length: string, cuts: Cuts): readonly [number, number] {
  const cut = cuts.cut(length);
  return [firstDay((day) => endOf(cuts, day) - 1 >= cut), firstDay((day) => cuts.dayStart(day) > cuts.momentMs)];
}

/** The days that are not over and begin before a length from now is over. */
function nextDays(length: string, cuts: Cuts): readonly [number, number] {
  const ahead = cuts.ahead(length);
  return [firstDay((day) => endOf(cuts, day) > cuts.momentMs), firstDay((day) => cuts.dayStart(day) >= ahead)];
}

type Anniversary = Extract<DateTest, { readonly anniversary: unknown }>['anniversary'];

function anniversaryDays(test: Anniversary, cuts: Cuts): readonly [number, number] {
  if (typeof test === 'string') {
    return [firstDay((day) => endOf(cuts, day) > cuts.momentMs), firstDay((day) => cuts.dayStart(day) > cuts.momentMs)];
  }
  return 'withinNext' in test ? nextDays(test.withinNext, cuts) : lastDays(test.withinLast, cuts);
}

/** For each day of a year, the last year in which it returns in time: a date of a later year never did. */
function anniversaries(test: Anniversary, cuts: Cuts): DateSet {
  const [from, to] = anniversaryDays(test, cuts);
  const thisYear = new Date(cuts.zone.localOf(cuts.momentMs)).getUTCFullYear();
  const lastYears = new Map<number, number>();
  for (let number = from; number < to; number += 1) {
    const date = new Date(number * DAY_MS);
    const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
    if (Math.abs(year - thisYear) > MOST_YEARS) continue;
    lastYears.set(month * 31 + day, year);
    if (month === 2 && day === 1 && !isLeapYear(year)) lastYears.set(31 + 29, year);
  }
  const days = spansOf(lastYears);
  return { days, instants: days.map(([first, after]) => [cuts.dayStart(first), cuts.dayStart(after)] as const) };
}

function spansOf(lastYears: ReadonlyMap<number, number>): readonly (readonly [number, number])[] {
  const latest = Math.max(-1, ...lastYears.values());
  const end = new Date(0).setUTCFullYear(latest + 1, 0, 1) / DAY_MS;
  const spans: [number, number][] = [];
  for (let number = FIRST_DAY; number < end; number += 1) {
    const date = new Date(number * DAY_MS);
    const last = lastYears.get(date.getUTCMonth() * 31 + date.getUTCDate());
    if (last === undefined || date.getUTCFullYear() > last) continue;
    const span = spans.at(-1);
    if (span?.[1] === number) span[1] = number + 1;
    else spans.push([number, number + 1]);
  }
  return spans;
}

function isLeapYear(year: number): boolean {
  return new Date(new Date(0).setUTCFullYear(year, 1, 29)).getUTCMonth() === 1;
}
