import type { AggregateCondition, DidCondition, FirstCondition, LastCondition, TraitCondition } from '../condition.ts';
import type { Leaf } from '../stream/asks.ts';
import { type EvaluationContext, periodsOf, shareOf } from '../stream/evaluation.ts';
import { insideAt } from '../stream/moving-window.ts';
import { countTest } from '../stream/number-test.ts';
import type { Question } from '../stream/question.ts';
import { decimalOfUnits } from '../stream/scalar-text.ts';
import { addedTotals, type Totals, totalsOf } from '../stream/totals.ts';
import { pathOf, valuesAt } from '../stream/value-test.ts';
import type { CountedEvent, Reading } from './explanation.ts';
import { countInside, eventsOfLeaf, isEventLeaf, type LeafEvents } from './leaf-events.ts';
import { readSequence } from './read-sequence.ts';

/** What a condition looks at, and the events that it counts. */
export interface LeafReading {
  readonly reading: Reading;
  readonly events: readonly CountedEvent[];
}

/** Most events named for one condition. */
export const EVENTS_NAMED = 20;

/** Reads what a condition looks at. */
export function readLeaf(leaf: Leaf, question: Question, context: EvaluationContext): LeafReading {
  if (isEventLeaf(leaf)) {
    const found = eventsOfLeaf(leaf, question, context);
    if ('first' in leaf || 'last' in leaf) return readOneEvent(leaf, found);
    if ('did' in leaf) return { reading: didReading(leaf, found, context), events: newestInside(found) };
    if ('of' in leaf) return { reading: aggregateReading(leaf, found), events: newestInside(found) };
    const passes = countTest(leaf.count);
    const counts = periodsOf(leaf, context.registry.zone).map((period) =>
      countInside({ inside: insideAt(found.series.timesMs, period, question.nowMs) }),
    );
    const passed = counts.filter((count) => passes.passes(count)).length;
    return { reading: { kind: 'periods', passed, counts }, events: newestInside(found) };
  }
  if ('sequence' in leaf) {
    const { done, events } = readSequence(leaf, question, context);
    return { reading: { kind: 'steps', done, of: leaf.sequence.length }, events };
  }
  return { reading: factReading(leaf, question), events: [] };
}

function didReading(leaf: DidCondition, found: LeafEvents, { counterOf }: EvaluationContext): Reading {
  const { needed } = countTest(leaf.count);
  const runs = leaf.within === undefined && counterOf(leaf) === null;
  const count = runs ? found.series.count : countInside(found);
  // The state keeps what decides the answer, and no more.
  const isAtLeast = (runs || found.window.entersAt === null) && count >= needed;
  return { kind: 'count', count, isAtLeast };
}

function aggregateReading(leaf: AggregateCondition, found: LeafEvents): Reading {
  if ('distinct' in leaf) return { kind: 'count', count: valuesInside(found).size, isAtLeast: false };
  const totals = leaf.within === undefined ? found.series.totals : totalsInside(found);
  if (totals === null) return { kind: 'number', number: 'sum' in leaf ? '0' : null, of: 0 };
  const { count, sum, min, max } = totals;
  const units = 'sum' in leaf ? sum : 'avg' in leaf ? sum / BigInt(count) : 'min' in leaf ? min : max;
  return { kind: 'number', number: decimalOfUnits(units), of: count };
}

/** The totals of the numbers of the events inside the window; null: there are none. */
export function totalsInside({ series, inside }: LeafEvents): Totals | null {
  return series.details
    .slice(inside.from, Math.max(inside.from, inside.to))
    .map(({ scalars }) => totalsOf(scalars[0] ?? []))
    .reduce(addedTotals, null);
}

function valuesInside({ series, inside }: LeafEvents): ReadonlySet<string> {
  const details = series.details.slice(inside.from, Math.max(inside.from, inside.to));
  return new Set(details.flatMap(({ scalars }) => scalars[0] ?? []));
}

function newestInside({ series, inside }: LeafEvents): readonly CountedEvent[] {
  const events: CountedEvent[] = [];
  for (let at = inside.to - 1; at >= inside.from && events.length < EVENTS_NAMED; at -= 1) {
    const messageId = series.details[at]?.messageId ?? null;
    events.push({ atMs: series.timesMs[at] as number, messageId, step: null });
  }
  return events;
}

function readOneEvent(leaf: FirstCondition | LastCondition, { series }: LeafEvents): LeafReading {
  const event = 'first' in leaf ? series.first : series.last;
  const values = leaf.property === undefined ? null : textsOf(event?.values[0] ?? []);
  return {
    reading: { kind: 'event', atMs: event?.timestampMs ?? null, values },
    events: event === null ? [] : [{ atMs: event.timestampMs, messageId: event.messageId, step: null }],
  };
}

function factReading(leaf: Leaf, { profile: { facts } }: Question): Reading {
  if ('trait' in leaf) return traitReading(leaf, facts.traits.exact);
  if ('in' in leaf) return { kind: 'segment', segment: leaf.in };
  if ('list' in leaf) {
    const endsMs = facts.lists.get(leaf.list);
    return { kind: 'list', isListed: endsMs !== undefined, endsMs: endsMs ?? null };
  }
  if ('randomBucket' in leaf) return { kind: 'share', share: shareOf(leaf.randomBucket.salt, facts.birthId) };
  throw new RangeError('not_evaluated');
}

function traitReading({ trait }: TraitCondition, traits: unknown): Reading {
  return { kind: 'values', values: textsOf(valuesAt(traits, pathOf(trait))) };
}

/** Most values shown of one path. */
const VALUES_SHOWN = 10;

function textsOf(values: readonly unknown[]): readonly string[] {
  return values.slice(0, VALUES_SHOWN).map((value) => JSON.stringify(value));
}
