import type { CountTest, DidCondition, Window } from '@hilo/behaviour';
import { createHash } from 'node:crypto';

/**
 * What a profile remembers about events of one kind: as many event times as decide every condition that asks for it,
 * sorted, newest last. Times repeat if several events share one.
 */
export interface Counter {
  /**
   * When counting began, in milliseconds. A counter that began at another time than its definition's is out of date.
   */
  readonly since_ms: number;
  readonly timesMs: readonly number[];
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
 * folded, even if it happened after `nowMs`, because the stage's time is slightly behind.
 */
export function withEvent(
  counter: Counter | undefined,
  kind: CounterKind,
  timeMs: number,
  nowMs: number,
): Counter | undefined {
  const { needed, since_ms } = kind;
  if (needed === 0 || kind.window.leavesAt(timeMs) <= nowMs) return counter;
  // A merge can bring a counter of a definition that this partition has not read yet; that counter continues.
  if (counter !== undefined && counter.since_ms > since_ms) return counter;
  const timesMs = counter?.since_ms === since_ms ? counter.timesMs : [];
  const { length } = timesMs;
  if (length >= needed && (kind.ever || timeMs <= (timesMs[length - needed] as number))) return counter;
  const at = upTo(timesMs, timeMs);
  return trimmed({ since_ms, timesMs: timesMs.toSpliced(at, 0, timeMs) }, kind, nowMs);
}

/** The counter without times that no answer at `nowMs` or later needs. */
export function trimmed(counter: Counter, kind: CounterKind, nowMs: number): Counter {
  const { timesMs } = counter;
  if (kind.ever) {
    return timesMs.length <= kind.needed ? counter : { ...counter, timesMs: timesMs.slice(0, kind.needed) };
  }
  const first = Math.max(firstInside(timesMs, kind.window, nowMs), timesMs.length - kind.needed);
  return first <= 0 ? counter : { ...counter, timesMs: timesMs.slice(first) };
}

/** Both counters' events. Commutative and associative; a counter that began later replaces one that began earlier. */
export function union(one: Counter, other: Counter): Counter {
  if (one.since_ms !== other.since_ms) return one.since_ms > other.since_ms ? one : other;
  const timesMs = [...one.timesMs, ...other.timesMs].sort((a, b) => a - b);
  return { since_ms: one.since_ms, timesMs };
}

/** The counter without one event of that time, to ask what the answer would be without it. */
export function withoutEvent(counter: Counter, timeMs: number): Counter {
  const at = counter.timesMs.lastIndexOf(timeMs);
  if (at < 0) return counter;
  return { ...counter, timesMs: counter.timesMs.toSpliced(at, 1) };
}

/** The answer of a count test, and how long it holds if nothing happens. */
export interface CountAnswer {
  readonly holds: boolean;
  /** The moment at which the answer may change by time alone; infinity: never. */
  readonly until_ms: number;
}

/** Answers the test at a moment, by the events inside the window then and those that happened after it. */
export function answerAt(
  timesMs: readonly number[],
  kind: Pick<CounterKind, 'window' | 'ever'>,
  threshold: Threshold,
  nowMs: number,
): CountAnswer {
  const end = timesMs.length;
  const count = end - (kind.ever ? 0 : firstInside(timesMs, kind.window, nowMs));
  const holds = passes(threshold, count);
  const next = nextOtherCount(threshold, count);
  if (kind.ever || next === null) return { holds, until_ms: Number.POSITIVE_INFINITY };
  return { holds, until_ms: kind.window.leavesAt(timesMs[end - next - 1] as number) };
}

/** The largest smaller count with the other answer: what a falling count reaches first; null if there is none. */
function nextOtherCount({ shape, bound }: Threshold, count: number): number | null {
  if (shape === 'exactly' && count > bound) return bound;
  return count >= bound && bound > 0 ? bound - 1 : null;
}

/** How many of the sorted times are at or before the moment. */
function upTo(timesMs: readonly number[], momentMs: number): number {
  const length = timesMs.length;
  if (length === 0 || (timesMs[length - 1] as number) <= momentMs) return length;
  return firstIndex(length, (index) => (timesMs[index] as number) > momentMs);
}

/** Index of the first time that has not left the window yet. */
function firstInside(timesMs: readonly number[], window: Window, nowMs: number): number {
  if (timesMs.length === 0 || window.leavesAt(timesMs[0] as number) > nowMs) return 0;
  return firstIndex(timesMs.length, (index) => window.leavesAt(timesMs[index] as number) > nowMs);
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
