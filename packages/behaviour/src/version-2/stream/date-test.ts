import { type Duration, lengthOf, longestMs } from '../../language/duration.ts';
import { type DateRange, type DateValue, rangeOf, readDate } from '../../time/date.ts';
import { firstWhere } from '../../time/first-where.ts';
import { type Window, windowOf } from '../../time/window.ts';
import type { Zone } from '../../time/zone.ts';
import type { ValueTest } from '../condition.ts';

/** A test of a date against the moment of the question: whether it holds then, and until when that answer stands. */
export type RelativeDateTest = (value: unknown, nowMs: number) => DateAnswer;

/** `untilMs`: infinity if time changes nothing. */
export interface DateAnswer {
  readonly holds: boolean;
  readonly untilMs: number;
}

type Anniversary = Extract<ValueTest, { readonly anniversary: unknown }>['anniversary'];

/** The times from `fromMs` up to but not including `toMs`, during which a test holds. */
interface Interval {
  readonly fromMs: number;
  readonly toMs: number;
}

type IntervalOf = (range: DateRange) => Interval;

const NEVER: DateAnswer = { holds: false, untilMs: Number.POSITIVE_INFINITY };
const DAY_MS = 86_400_000;

/** The test of a date relative to now; null if the operator is another. */
export function relativeDateTest(test: ValueTest, zone: Zone): RelativeDateTest | null {
  if ('withinLast' in test) return testOfInterval(withinLast(lengthOf(test.withinLast), zone), zone);
  if ('withinNext' in test) return testOfInterval(withinNext(lengthOf(test.withinNext), zone), zone);
  return 'anniversary' in test ? testOfAnniversary(test.anniversary, zone) : null;
}

/** The date that a value is by its form; null for every other value. */
export function dateOf(value: unknown): DateValue | null {
  return typeof value === 'string' ? readDate(value) : null;
}

function withinLast(duration: Duration, zone: Zone): IntervalOf {
  const window = windowOf(duration, zone);
  return ({ startMs, endMs }) => ({ fromMs: startMs, toMs: window.leavesAt(endMs - 1) });
}

function withinNext(duration: Duration, zone: Zone): IntervalOf {
  const window = windowOf(duration, zone);
  return ({ startMs, endMs }) => ({ fromMs: firstReaching(window, duration, startMs), toMs: endMs });
}

/** The first moment whose window reaches beyond the given one. */
function firstReaching(window: Window, duration: Duration, targetMs: number): number {
  const low = targetMs - longestMs(duration) - 3 * DAY_MS;
  return firstWhere(low, targetMs, (timeMs) => window.leavesAt(timeMs) > targetMs);
}

function testOfInterval(intervalOf: IntervalOf, zone: Zone): RelativeDateTest {
  return (value, nowMs) => {
    const date = dateOf(value);
    return date === null ? NEVER : answer([intervalOf(rangeOf(date, zone))], nowMs);
  };
}

/** Holds in any of the intervals: until the last of those that contain the moment ends, or else the next begins. */
function answer(intervals: readonly Interval[], nowMs: number): DateAnswer {
  let endsMs = Number.NEGATIVE_INFINITY;
  let beginsMs = Number.POSITIVE_INFINITY;
  for (const { fromMs, toMs } of intervals) {
    if (fromMs >= toMs || toMs <= nowMs) continue;
    if (fromMs <= nowMs) endsMs = Math.max(endsMs, toMs);
    else beginsMs = Math.min(beginsMs, fromMs);
  }
  const holds = endsMs > nowMs;
  return { holds, untilMs: holds ? endsMs : beginsMs };
}

function testOfAnniversary(anniversary: Anniversary, zone: Zone): RelativeDateTest {
  const { intervalOf, yearsBack, yearsAhead } = shapeOf(anniversary, zone);
  return (value, nowMs) => {
    const date = dateOf(value);
    if (date === null) return NEVER;
    const { year, month, day } = dayOf(date, zone);
    const thisYear = new Date(zone.localOf(nowMs)).getUTCFullYear();
    const from = Math.max(year, thisYear - yearsBack);
    const to = Math.max(year, thisYear + yearsAhead);
    const intervals: Interval[] = [];
    for (let one = from; one <= to; one += 1) intervals.push(intervalOf(rangeOf(returning(one, month, day), zone)));
    return answer(intervals, nowMs);
  };
}

/** How an anniversary's day becomes an interval, and the anniversaries of which years can be near. */
function shapeOf(
  anniversary: Anniversary,
  zone: Zone,
): { readonly intervalOf: IntervalOf; readonly yearsBack: number; readonly yearsAhead: number } {
  if (anniversary === 'today') {
    return { intervalOf: ({ startMs, endMs }) => ({ fromMs: startMs, toMs: endMs }), yearsBack: 1, yearsAhead: 1 };
  }
  if ('withinLast' in anniversary) {
    const duration = lengthOf(anniversary.withinLast);
    return { intervalOf: withinLast(duration, zone), yearsBack: 1 + yearsOf(duration), yearsAhead: 1 };
  }
  const duration = lengthOf(anniversary.withinNext);
  return { intervalOf: withinNext(duration, zone), yearsBack: 1, yearsAhead: 2 + yearsOf(duration) };
}

function yearsOf(duration: Duration): number {
  return Math.ceil(longestMs(duration) / (365 * DAY_MS));
}

function dayOf(date: DateValue, zone: Zone): { readonly year: number; readonly month: number; readonly day: number } {
  if (date.kind === 'day') return date;
  const local = new Date(zone.localOf(date.ms));
  return { year: local.getUTCFullYear(), month: local.getUTCMonth() + 1, day: local.getUTCDate() };
}

/** The day in that year; 29 February is 1 March in a common year. */
function returning(year: number, month: number, day: number): DateValue {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  if (month === 2 && day === 29 && !isLeap) return { kind: 'day', year, month: 3, day: 1 };
  return { kind: 'day', year, month, day };
}
