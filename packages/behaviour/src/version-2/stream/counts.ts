import type { NumberTest, RegularCondition } from '../condition.ts';
import { type Inside, insideAt, type MovingWindow, nextChange } from './moving-window.ts';
import { type CompiledCount, type QuotientTest, quotientTest } from './number-test.ts';
import { type Evaluate, seriesOf, type SeriesName } from './question.ts';
import { UNITS_OF_ONE } from './scalar-text.ts';
import type { Detail, Series } from './series.ts';
import { addedTotals, type Totals, totalsOf } from './totals.ts';

/** Changes looked at to find the one that changes the answer of a count; a later one is found by asking again. */
const MOST_CHANGES = 64;

/** Counts all events of the series, whenever they happened. */
export function runningCount(name: SeriesName, test: CompiledCount): Evaluate {
  return (question) => {
    question.untilMs = Number.POSITIVE_INFINITY;
    return test.passes(seriesOf(question, name).count);
  };
}

/** Counts the events inside the window. */
export function windowCount(name: SeriesName, window: MovingWindow, test: CompiledCount): Evaluate {
  return (question) => {
    const { timesMs } = seriesOf(question, name);
    const inside = insideAt(timesMs, window, question.nowMs);
    const count = Math.max(0, inside.to - inside.from);
    const holds = test.passes(count);
    question.untilMs =
      window.entersAt === null
        ? nextFlip(timesMs, window, inside.to, count, test)
        : nextOtherCount(timesMs, window, inside, holds, test);
    return holds;
  };
}

/** While events only leave, the count falls: the moment at which it falls below the next count that decides. */
function nextFlip(
  timesMs: readonly number[],
  { leavesAt }: MovingWindow,
  end: number,
  count: number,
  { flips }: CompiledCount,
): number {
  const flip = flips.find((one) => one <= count);
  return flip === undefined || leavesAt === null ? Number.POSITIVE_INFINITY : leavesAt(timesMs[end - flip] as number);
}

/** The moment at which, as events enter and leave, the test's answer changes; or an earlier one. */
function nextOtherCount(
  timesMs: readonly number[],
  window: MovingWindow,
  inside: Inside,
  holds: boolean,
  test: CompiledCount,
): number {
  let atMs = nextChange(timesMs, window, inside);
  for (let change = 1; change < MOST_CHANGES && atMs !== Number.POSITIVE_INFINITY; change += 1) {
    const then = insideAt(timesMs, window, atMs);
    if (test.passes(Math.max(0, then.to - then.from)) !== holds) return atMs;
    atMs = nextChange(timesMs, window, then);
  }
  return atMs;
}

/** A number that an aggregate made, as the fraction of two; null: of nothing, so that no test passes. */
type Aggregate = readonly [amount: bigint, scale: bigint] | null;

type Form = 'sum' | 'avg' | 'min' | 'max';

/** Tests a number made from the numbers of the events inside the window, or of all events. */
export function aggregate(form: Form, name: SeriesName, window: MovingWindow | null, is: NumberTest): Evaluate {
  const passes = quotientTest(is);
  if (window === null) {
    return (question) => {
      question.untilMs = Number.POSITIVE_INFINITY;
      return passesAggregate(made(form, seriesOf(question, name).totals), passes);
    };
  }
  return (question) => {
    const series = seriesOf(question, name);
    const inside = insideAt(series.timesMs, window, question.nowMs);
    question.untilMs = nextChange(series.timesMs, window, inside);
    return passesAggregate(made(form, totalsInside(series, inside)), passes);
  };
}

/** Tests how many different values the events inside the window have. */
export function distinct(name: SeriesName, window: MovingWindow, is: NumberTest): Evaluate {
  const passes = quotientTest(is);
  return (question) => {
    const series = seriesOf(question, name);
    const inside = insideAt(series.timesMs, window, question.nowMs);
    question.untilMs = nextChange(series.timesMs, window, inside);
    const scalars = new Set<string>();
    for (let at = inside.from; at < inside.to; at += 1) {
      for (const scalar of series.details[at]?.scalars[0] ?? []) scalars.add(scalar);
    }
    return passes(BigInt(scalars.size) * UNITS_OF_ONE, 1n);
  };
}

function passesAggregate(value: Aggregate, passes: QuotientTest): boolean {
  return value !== null && passes(...value);
}

function made(form: Form, totals: Totals | null): Aggregate {
  if (totals === null) return form === 'sum' ? [0n, 1n] : null;
  return form === 'avg' ? [totals.sum, BigInt(totals.count)] : [totals[form], 1n];
}

const totalsOfDetail = new WeakMap<Detail, Totals>();

function totalsInside({ details }: Series, { from, to }: Inside): Totals | null {
  let totals: Totals | null = null;
  for (let at = from; at < to; at += 1) {
    const detail = details[at];
    if (detail === undefined) continue;
    const own = totalsOfDetail.get(detail) ?? totalsOf(detail.scalars[0] ?? []);
    if (own === null) continue;
    totalsOfDetail.set(detail, own);
    totals = addedTotals(totals, own);
  }
  return totals;
}

/** Tests in how many of the periods the count of their events passes. */
export function regular(
  name: SeriesName,
  periods: readonly MovingWindow[],
  test: CompiledCount,
  { atLeast }: Pick<RegularCondition['periods'], 'atLeast'>,
): Evaluate {
  return (question) => {
    const { timesMs } = seriesOf(question, name);
    let passed = 0;
    let untilMs = Number.POSITIVE_INFINITY;
    for (const period of periods) {
      const inside = insideAt(timesMs, period, question.nowMs);
      untilMs = Math.min(untilMs, nextChange(timesMs, period, inside));
      if (test.passes(Math.max(0, inside.to - inside.from))) passed += 1;
    }
    question.untilMs = untilMs;
    return passed >= atLeast;
  };
}
