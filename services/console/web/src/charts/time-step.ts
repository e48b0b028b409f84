import type { Zone } from '../language/zone.ts';

/** A length of time between neighbouring buckets or marks; days and longer are those of a calendar. */
export interface TimeStep {
  readonly unit: 'second' | 'day' | 'month';
  readonly count: number;
}

const MINUTE_S = 60;
const HOUR_S = 3_600;
const DAY_S = 86_400;
const seconds = (count: number): TimeStep => ({ unit: 'second', count });
const days = (count: number): TimeStep => ({ unit: 'day', count });
const months = (count: number): TimeStep => ({ unit: 'month', count });

/** Steps that marks may be apart, the shortest first. */
export const MARK_STEPS: readonly TimeStep[] = [
  ...[1, 5, 10, 30].map(seconds),
  ...[1, 5, 10, 30].map((count) => seconds(count * MINUTE_S)),
  ...[1, 2, 3, 6, 12].map((count) => seconds(count * HOUR_S)),
  ...[1, 2, 7, 14].map(days),
  ...[1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200].map(months),
];

/** Steps that data can have a value for each of, the longest first. */
const BUCKETS: readonly TimeStep[] = [
  ...[12, 3, 1].map(months),
  ...[7, 1].map(days),
  ...[HOUR_S, 30 * MINUTE_S, 15 * MINUTE_S, 10 * MINUTE_S, 5 * MINUTE_S, MINUTE_S, 1].map(seconds),
];

/** Buckets by the names that columns have. */
const NAMED: Readonly<Record<string, TimeStep>> = {
  year: months(12),
  quarter: months(3),
  month: months(1),
  week: days(7),
  day: days(1),
  date: days(1),
  hour: seconds(HOUR_S),
  minute: seconds(MINUTE_S),
  second: seconds(1),
};

/** Seconds that a step takes, about. */
export function lengthOf({ unit, count }: TimeStep): number {
  return count * (unit === 'second' ? 1 : unit === 'day' ? DAY_S : 30 * DAY_S);
}

/** The last start of a step at or before a local time. Weeks begin on Mondays. */
export function floorTo(localS: number, { unit, count }: TimeStep): number {
  if (unit === 'second') {
    const midnight = Math.floor(localS / DAY_S) * DAY_S;
    return midnight + Math.floor((localS - midnight) / count) * count;
  }
  if (unit === 'day') {
    // 1 January 1970 was a Thursday.
    const shift = count % 7 === 0 ? 4 : 0;
    return (Math.floor((localS / DAY_S - shift) / count) * count + shift) * DAY_S;
  }
  const date = new Date(localS * 1000);
  const month = date.getUTCFullYear() * 12 + date.getUTCMonth();
  return monthStart(Math.floor(month / count) * count);
}

/** The start of the step after the one that starts at a local time. */
export function following(localS: number, { unit, count }: TimeStep): number {
  if (unit !== 'month') return localS + count * (unit === 'day' ? DAY_S : 1);
  const date = new Date(localS * 1000);
  return monthStart(date.getUTCFullYear() * 12 + date.getUTCMonth() + count);
}

function monthStart(month: number): number {
  return Date.UTC(Math.floor(month / 12), month % 12) / 1000;
}

/**
 * The start of the step after the one that starts at an instant. Steps of less than a day are of time that passes, so that
 * no hour of a day of 25 hours is left out; longer ones are of the zone's calendar.
 */
export function next(instantS: number, step: TimeStep, zone: Zone): number {
  if (step.unit !== 'second') return zone.instantOf(following(floorTo(zone.localOf(instantS), step), step));
  const then = instantS + step.count;
  const local = zone.localOf(then);
  // Where clocks change by half an hour, hours start elsewhere from then on.
  const beyond = local - floorTo(local, step);
  return then - beyond > instantS ? then - beyond : then + step.count - beyond;
}

/**
 * The step that instants are the starts of: the one that their column's name says, if they match, else the longest one.
 * Null if they match none. From a single instant, nothing longer than a day is guessed.
 */
export function bucketOf(instantsS: readonly number[], zone: Zone, name = ''): TimeStep | null {
  if (instantsS.length === 0) return null;
  const fits = (step: TimeStep): boolean =>
    instantsS.every((instant) => {
      const local = zone.localOf(instant);
      const start = floorTo(local, step);
      // A day whose midnight is skipped starts later.
      return start === local || zone.instantOf(start) === instant;
    });
  const named = Object.hasOwn(NAMED, name.toLowerCase()) ? NAMED[name.toLowerCase()] : undefined;
  if (named !== undefined && fits(named)) return named;
  const longest = instantsS.length === 1 ? DAY_S : Number.POSITIVE_INFINITY;
  return BUCKETS.find((step) => lengthOf(step) <= longest && fits(step)) ?? null;
}

/** The starts of all steps from one to another, both included; as many as `most` at most, else null. */
export function stepsBetween(
  fromS: number,
  toS: number,
  step: TimeStep,
  zone: Zone,
  most: number,
): readonly number[] | null {
  if ((toS - fromS) / lengthOf(step) > 1.1 * most) return null;
  const starts: number[] = [];
  for (let at = fromS; at <= toS; at = next(at, step, zone)) if (starts.push(at) > most) return null;
  return starts;
}

/** Midnight of the day that a moment is in, in a zone; the first moment of the day where clocks skip midnight. */
export function startOfDay(moment: Date, zone: Zone): Date {
  const localS = zone.localOf(moment.getTime() / 1000);
  return new Date(zone.instantOf(floorTo(localS, { unit: 'day', count: 1 })) * 1000);
}
