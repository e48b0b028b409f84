import type { Condition, CountTest, DidCondition, Scalar, ValueTest } from '@hilo/behaviour';
import { ExactNumber } from '@hilo/exact-json';

/**
 * Evaluates the segment language the slow and obvious way: it keeps every event and answers every question from
 * scratch. The stream must agree with it (property tests), and it shares no code with the stream. Days have 24 hours
 * here: calendar windows have their own tests.
 */

/** An event as it is remembered here. */
export interface NaiveEvent {
  readonly event: string;
  readonly properties: unknown;
  readonly timeMs: number;
}

/**
 * The answer to a condition at a moment; events after it count, too. `eventsFor` supplies the events that the condition
 * may see.
 */
export function naiveHolds(
  condition: Condition,
  traits: unknown,
  eventsFor: (did: DidCondition) => readonly NaiveEvent[],
  nowMs: number,
): boolean {
  if ('trait' in condition) return naiveTest(reached(traits, condition.trait.split('.')), condition.is);
  if ('not' in condition) return !naiveHolds(condition.not, traits, eventsFor, nowMs);
  if ('all' in condition) return condition.all.every((one) => naiveHolds(one, traits, eventsFor, nowMs));
  if ('any' in condition) return condition.any.some((one) => naiveHolds(one, traits, eventsFor, nowMs));
  const windowMs = condition.within === undefined ? Number.POSITIVE_INFINITY : lengthMs(condition.within);
  const count = eventsFor(condition).filter(
    ({ event, properties, timeMs }) =>
      event === condition.did &&
      timeMs > nowMs - windowMs &&
      (condition.where ?? []).every(({ property, is }) => naiveTest(reached(properties, property.split('.')), is)),
  ).length;
  return naiveCount(condition.count ?? { gte: 1 }, count);
}

/** All values that a path reaches, arrays spread out. */
function reached(value: unknown, path: readonly string[]): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((element: unknown) => reached(element, path));
  const [name, ...rest] = path;
  if (name === undefined) return [value];
  return typeof value === 'object' && !(value instanceof ExactNumber)
    ? reached((value as Record<string, unknown>)[name], rest)
    : [];
}

function naiveTest(values: readonly unknown[], test: ValueTest): boolean {
  if ('exists' in test) return test.exists ? values.length > 0 : values.length === 0;
  return values.some((value) => {
    if ('eq' in test) return same(value, test.eq);
    if ('ne' in test) return !same(value, test.ne);
    if ('oneOf' in test) return test.oneOf.some((one) => same(value, one));
    if (!isNumber(value)) return false;
    if ('gt' in test) return difference(value, test.gt) > 0n;
    if ('gte' in test) return difference(value, test.gte) >= 0n;
    if ('lt' in test) return difference(value, test.lt) < 0n;
    return difference(value, test.lte) <= 0n;
  });
}

function same(value: unknown, wanted: Scalar): boolean {
  return isNumber(value) && isNumber(wanted) ? difference(value, wanted) === 0n : value === wanted;
}

function isNumber(value: unknown): value is number | ExactNumber {
  return typeof value === 'number' || value instanceof ExactNumber;
}

/** Decimal places and exponents that this evaluation can write out. */
const PLACES = 500;

/** The difference of two numbers in units of the last place that it writes out. */
function difference(a: number | ExactNumber, b: number | ExactNumber): bigint {
  return unitsOf(String(a)) - unitsOf(String(b));
}

function unitsOf(numeral: string): bigint {
  const [mantissa = '', exponent = '0'] = numeral.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  return BigInt(whole + fraction) * 10n ** BigInt(PLACES - fraction.length + Number(exponent));
}

function naiveCount(test: CountTest, count: number): boolean {
  if ('eq' in test) return count === test.eq;
  if ('ne' in test) return count !== test.ne;
  if ('gt' in test) return count > test.gt;
  if ('gte' in test) return count >= test.gte;
  if ('lt' in test) return count < test.lt;
  return count <= test.lte;
}

const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** Milliseconds of a length. */
export function lengthMs(text: string): number {
  const unit = UNIT_MS[text.slice(-1)];
  if (unit === undefined) throw new Error(`${text} has no fixed length`);
  return Number(text.slice(0, -1)) * unit;
}
