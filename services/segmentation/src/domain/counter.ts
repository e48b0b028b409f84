import { createHash } from 'node:crypto';
import type { CountTest, DidCondition } from './condition.ts';
import type { Window } from './window.ts';

/**
 * What a profile remembers about events of one kind: as many event times as decide every condition that asks for it,
 * sorted, newest last. Times repeat if several events share one.
 */
export interface Counter {
  /**
   * When counting began, in milliseconds. A counter that began at another time than its definition's is out of date.
   */
  readonly since_ms: number;
  readonly times_ms: readonly number[];
}

/** Which events a counter counts. Conditions that ask for the same events share it. */
export interface CounterKind {
  /** Stable name: the same for equal conditions, whatever else their definitions contain. */
  readonly id: string;
  readonly since_ms: number;
  readonly window: Window;
  /** True if events never leave the window. */
  readonly ever: boolean;
  /** How many events decide every question that conditions ask. */
  readonly needed: number;
}

/** A count test reduced to one of two shapes: at least a number, or exactly a number; or its opposite. */
export interface Threshold {
  readonly shape: 'at-least' | 'exactly';
  readonly bound: number;
  readonly negated: boolean;
}

/** The shape of a count test; at least 1 by default. */
export function thresholdOf(count: CountTest = { gte: 1 }): Threshold {
  if ('gte' in count) return { shape: 'at-least', bound: count.gte, negated: false };
  if ('gt' in count) return { shape: 'at-least', bound: count.gt + 1, negated: false };
  if ('lt' in count) return { shape: 'at-least', bound: count.lt, negated: true };
  if ('lte' in count) return { shape: 'at-least', bound: count.lte + 1, negated: true };
  if ('eq' in count) return { shape: 'exactly', bound: count.eq, negated: false };
  return { shape: 'exactly', bound: count.ne, negated: true };
}

/** True if that many events pass the test. */
export function passes(threshold: Threshold, count: number): boolean {
  const { shape, bound, negated } = threshold;
  return (shape === 'at-least' ? count >= bound : count === bound) !== negated;
}

/** How many events to remember so that the test can be answered at any time. */
export function neededFor({ shape, bound }: Threshold): number {
  return shape === 'at-least' ? bound : bound + 1;
}

/** The stable name of the condition's counter. */
export function counterIdOf(condition: DidCondition): string {
  const tests = (condition.where ?? []).map(({ property, is }) => JSON.stringify([property, canonical(is)])).sort();
  const needed = neededFor(thresholdOf(condition.count));
  const text = JSON.stringify([condition.did, tests, condition.within ?? null, needed]);
  return createHash('sha256').update(text).digest('base64url').slice(0, 16);
}

function canonical(test: object): unknown {
  return 'oneOf' in test
    ? { oneOf: [...(test.oneOf as unknown[])].map((value) => JSON.stringify(value)).sort() }
    : test;
}

/**
 * The counter with one more event; the same object if the event cannot matter any longer. An event counts once it is
 * folded, even if it happened after `now_ms`, because the stage's time is slightly behind.
 */
export function withEvent(
  counter: Counter | undefined,
  kind: CounterKind,
  time_ms: number,
  now_ms: number,
): Counter | undefined {
  const { needed, since_ms } = kind;
  if (needed === 0 || kind.window.leavesAt(time_ms) <= now_ms) return counter;
  // A merge can bring a counter of a definition that this partition has not read yet; that counter continues.
  if (counter !== undefined && counter.since_ms > since_ms) return counter;
  const times_ms = counter?.since_ms === since_ms ? counter.times_ms : [];
  const { length } = times_ms;
  if (length >= needed && (kind.ever || time_ms <= (times_ms[length - needed] as number))) return counter;
  const at = upTo(times_ms, time_ms);
  return trimmed({ since_ms, times_ms: times_ms.toSpliced(at, 0, time_ms) }, kind, now_ms);
}

/** The counter without times that no answer at `now_ms` or later needs. */
export function trimmed(counter: Counter, kind: CounterKind, now_ms: number): Counter {
  const { times_ms } = counter;
  if (kind.ever) {
    return times_ms.length <= kind.needed ? counter : { ...counter, times_ms: times_ms.slice(0, kind.needed) };
  }
  const first = Math.max(firstInside(times_ms, kind.window, now_ms), times_ms.length - kind.needed);
  return first <= 0 ? counter : { ...counter, times_ms: times_ms.slice(first) };
}

/** Both counters' events. Commutative and associative; a counter that began later replaces one that began earlier. */
export function union(one: Counter, other: Counter): Counter {
  if (one.since_ms !== other.since_ms) return one.since_ms > other.since_ms ? one : other;
  const times_ms = [...one.times_ms, ...other.times_ms].sort((a, b) => a - b);
  return { since_ms: one.since_ms, times_ms };
}

/** The counter without one event of that time, to ask what the answer would be without it. */
export function withoutEvent(counter: Counter, time_ms: number): Counter {
  const at = counter.times_ms.lastIndexOf(time_ms);
  if (at < 0) return counter;
  return { ...counter, times_ms: counter.times_ms.toSpliced(at, 1) };
}

/** The answer of a count test, and how long it holds if nothing happens. */
export interface CountAnswer {
  readonly holds: boolean;
  /** The moment at which the answer may change by time alone; infinity: never. */
  readonly until_ms: number;
}

/** Answers the test at a moment, by the events inside the window then and those that happened after it. */
export function answerAt(
  times_ms: readonly number[],
  kind: Pick<CounterKind, 'window' | 'ever'>,
  threshold: Threshold,
  now_ms: number,
): CountAnswer {
  const end = times_ms.length;
  const count = end - (kind.ever ? 0 : firstInside(times_ms, kind.window, now_ms));
  const holds = passes(threshold, count);
  const next = nextOtherCount(threshold, count);
  if (kind.ever || next === null) return { holds, until_ms: Number.POSITIVE_INFINITY };
  return { holds, until_ms: kind.window.leavesAt(times_ms[end - next - 1] as number) };
}

/** The largest smaller count with the other answer: what a falling count reaches first; null if there is none. */
function nextOtherCount({ shape, bound }: Threshold, count: number): number | null {
  if (shape === 'exactly' && count > bound) return bound;
  return count >= bound && bound > 0 ? bound - 1 : null;
}

/** How many of the sorted times are at or before the moment. */
function upTo(times_ms: readonly number[], moment_ms: number): number {
  const length = times_ms.length;
  if (length === 0 || (times_ms[length - 1] as number) <= moment_ms) return length;
  return firstIndex(length, (index) => (times_ms[index] as number) > moment_ms);
}

/** Index of the first time that has not left the window yet. */
function firstInside(times_ms: readonly number[], window: Window, now_ms: number): number {
  if (times_ms.length === 0 || window.leavesAt(times_ms[0] as number) > now_ms) return 0;
  return firstIndex(times_ms.length, (index) => window.leavesAt(times_ms[index] as number) > now_ms);
}

/** The first index for which a monotone test (false, then true) is true; `length` if there is none. */
function firstIndex(length: number, test: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (test(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
