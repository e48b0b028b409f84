import { CONDITION_LIMITS, WINDOW_PATTERN, type WINDOW_UNITS } from './condition.ts';

/** Units of a duration: seconds, minutes, hours, days, weeks, months, years. */
export type DurationUnit = (typeof WINDOW_UNITS)[number];

/** A length of time as people write it: `90s`, `10m`, `24h`, `30d`, `4w`, `6mo`, `1y`. */
export interface Duration {
  readonly length: number;
  readonly unit: DurationUnit;
}

const SECOND_MS = 1_000;
const DAY_MS = 86_400_000;

/** Largest number of the unit, in milliseconds. */
const LONGEST_MS: Readonly<Record<DurationUnit, number>> = {
  s: SECOND_MS,
  m: 60 * SECOND_MS,
  h: 3_600 * SECOND_MS,
  d: DAY_MS,
  w: 7 * DAY_MS,
  mo: 31 * DAY_MS,
  y: 366 * DAY_MS,
};

const FORM = new RegExp(WINDOW_PATTERN);

/** The duration that the text names; null if it names none, or one above the limit. */
export function readDuration(text: string): Duration | null {
  const parts = FORM.exec(text);
  if (parts === null) return null;
  const length = Number(parts[1]);
  const unit = parts[2] as DurationUnit;
  return longestMs({ length, unit }) > CONDITION_LIMITS.windowYears * LONGEST_MS.y ? null : { length, unit };
}

/** The duration of a text that a reader has taken. Throws a `RangeError` for any other text. */
export function lengthOf(text: string): Duration {
  const duration = readDuration(text);
  if (duration === null) throw new RangeError('no length of time');
  return duration;
}

/** The longest time that the duration can be, in milliseconds: the calendar decides how long days and longer units are. */
export function longestMs({ length, unit }: Duration): number {
  return length * LONGEST_MS[unit];
}

/** Milliseconds between two steps, where a day has 24 hours and a week 7 days. Throws a `RangeError` for months and years. */
export function stepMs(text: string): number {
  const duration = lengthOf(text);
  if (duration.unit === 'mo' || duration.unit === 'y') throw new RangeError('no length between steps');
  return longestMs(duration);
}

/** Milliseconds of a unit of fixed length; null for days and longer, which follow the calendar. */
export function fixedMs(duration: Duration): number | null {
  const { length, unit } = duration;
  return unit === 's' || unit === 'm' || unit === 'h' ? length * LONGEST_MS[unit] : null;
}
