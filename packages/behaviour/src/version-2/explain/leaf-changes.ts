import type { AgeTest, AggregateCondition, DidCondition, FirstCondition, LastCondition } from '../condition.ts';
import type { Leaf } from '../stream/asks.ts';
import type { EvaluationContext } from '../stream/evaluation.ts';
import { insideAt, lengthWindow } from '../stream/moving-window.ts';
import { countTest } from '../stream/number-test.ts';
import type { Question } from '../stream/question.ts';
import type { OwnChange, ChangeStep } from './explanation.ts';
import { countInside, type EventLeaf, eventsOfLeaf, isEventLeaf, type LeafEvents } from './leaf-events.ts';
import { numbersWanted } from './number-changes.ts';
import { totalsInside } from './read-leaf.ts';
import { readSequence } from './read-sequence.ts';
import type { SupposedEvents } from './supposed.ts';

/** Things that together may change an answer. Whether they do is to be asked. */
export interface Candidate {
  readonly parts: readonly Part[];
  /** The moment to ask about. */
  readonly atMs: number;
}

/** One thing, and what it means to the conditions. */
export interface Part {
  readonly step: ChangeStep;
  /** Events, changes of traits or waits. */
  readonly cost: number;
  readonly events: SupposedEvents | null;
  /** The answer of the step's own condition, if the events do not say it. */
  readonly assumed: boolean | null;
}

/** A condition with its present answer. */
export interface Standing {
  readonly field: string;
  readonly leaf: Leaf;
  readonly holds: boolean;
  readonly change: OwnChange;
}

/** What may change the answer of a condition, without a look at others. */
export function candidatesOfLeaf(
  standing: Standing,
  question: Question,
  context: EvaluationContext,
): readonly Candidate[] {
  return [...waits(standing, question, context), ...acts(standing, question, context)];
}

/** That nothing happens until then. */
export function waitUntil(field: string, atMs: number, leaving: number | null = null): Part {
  return { step: { code: 'time', field, atMs, leaving }, cost: 1, events: null, assumed: null };
}

function waits({ field, leaf, change }: Standing, question: Question, context: EvaluationContext): Candidate[] {
  if (change.kind !== 'at') return [];
  const leaving = isEventLeaf(leaf) ? leavingBy(leaf, change.atMs, question, context) : null;
  return [{ parts: [waitUntil(field, change.atMs, leaving)], atMs: change.atMs }];
}

/** How many events leave the window by then; null: none does. */
function leavingBy(leaf: EventLeaf, atMs: number, question: Question, context: EvaluationContext): number | null {
  const { window, inside, series } = eventsOfLeaf(leaf, question, context);
  const leaving = Math.min(insideAt(series.timesMs, window, atMs).from, inside.to) - inside.from;
  return leaving > 0 ? leaving : null;
}

function acts(standing: Standing, question: Question, context: EvaluationContext): readonly Candidate[] {
  const { field, leaf, holds } = standing;
  const { nowMs } = question;
  if (isEventLeaf(leaf)) return eventActs(standing, leaf, question, context);
  if ('sequence' in leaf) {
    const missing = holds ? 0 : missingSteps(leaf, question, context);
    return missing === 0 ? [] : [assuming({ code: 'steps', field, count: missing }, true, nowMs, missing)];
  }
  if ('in' in leaf) return [assuming({ code: 'segment', field, enters: !holds }, !holds, nowMs)];
  if ('list' in leaf) return [assuming({ code: 'list', field, enters: !holds }, !holds, nowMs)];
  if (!('trait' in leaf)) return [];
  const changed = assuming({ code: 'trait', field, passes: !holds }, !holds, nowMs);
  if (leaf.for === undefined || holds) return [changed];
  return standing.change.kind === 'at' ? [] : [thenWaiting(changed, leaf.for, context)];
}

/** The candidate, and the time after it. */
function thenWaiting({ parts, atMs }: Candidate, length: string, { registry }: EvaluationContext): Candidate {
  const untilMs = lengthWindow(length, registry.zone).leavesAt?.(atMs) ?? atMs;
  const before = parts.map((part) => ({ ...part, events: part.events && { ...part.events, happensMs: atMs } }));
  return { parts: [...before, waitUntil((parts[0] as Part).step.field, untilMs)], atMs: untilMs };
}

function assuming(step: ChangeStep, assumed: boolean, atMs: number, cost = 1): Candidate {
  return { parts: [{ step, cost, events: null, assumed }], atMs };
}

/** The number of steps that have yet to happen; 0 if it is not events that are missing. */
function missingSteps(
  leaf: Extract<Leaf, { readonly sequence: unknown }>,
  question: Question,
  context: EvaluationContext,
): number {
  const { sequence } = leaf;
  const last = sequence.at(-1);
  if (last !== undefined && 'none' in last) return 0;
  return sequence.length - readSequence(leaf, question, context).done;
}

function eventActs(
  { field, holds }: Standing,
  leaf: EventLeaf,
  question: Question,
  context: EvaluationContext,
): readonly Candidate[] {
  const found = eventsOfLeaf(leaf, question, context);
  const byMs = holds ? null : deadlineOf(found);
  const happening = (step: ChangeStep, count: number, values: readonly string[] | null = null): Candidate => ({
    parts: [
      { step, cost: count, events: { leaf, seriesId: found.name.id, count, values, happensMs: null }, assumed: null },
    ],
    atMs: question.nowMs,
  });
  const more = (count: number): Candidate => happening({ code: 'events', field, count, byMs }, count);
  if ('did' in leaf) return countsWanted(leaf, found).map(more);
  if ('regular' in leaf) return [1, ...countTest(leaf.count).flips].map(more);
  if ('distinct' in leaf) {
    return NEW_VALUES.map((count) => happening({ code: 'new_values', field, count, byMs }, count, newValues(count)));
  }
  if ('of' in leaf) {
    return numbersWanted(leaf, totalsOfLeaf(leaf, found), holds).map(({ relation, number, example }) =>
      happening({ code: 'number', field, relation, number }, 1, [example]),
    );
  }
  return oneEventActs(field, leaf, holds, found, more(1), context);
}

function oneEventActs(
  field: string,
  leaf: FirstCondition | LastCondition,
  holds: boolean,
  { series }: LeafEvents,
  one: Candidate,
  context: EvaluationContext,
): readonly Candidate[] {
  const event = 'first' in leaf ? series.first : series.last;
  if (leaf.property !== undefined) {
    // The first event is the first, whatever follows it.
    if ('first' in leaf && event !== null) return [];
    return [assuming({ code: 'property', field, passes: !holds }, !holds, one.atMs)];
  }
  const is = leaf.is as AgeTest;
  return event === null && 'olderThan' in is ? [thenWaiting(one, is.olderThan, context)] : [one];
}

function totalsOfLeaf(leaf: AggregateCondition, found: LeafEvents) {
  return leaf.within === undefined ? found.series.totals : totalsInside(found);
}

/** So many different values are tried. */
const NEW_VALUES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] as const;

/** Texts that no producer sends. */
function newValues(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => JSON.stringify(`\u{10FFFF}${index}`));
}

/** How many more events can change the answer of a count. */
function countsWanted(leaf: DidCondition, found: LeafEvents): readonly number[] {
  const count = leaf.within === undefined && found.series.count > 0 ? found.series.count : countInside(found);
  return countTest(leaf.count)
    .flips.map((flip) => flip - count)
    .filter((more) => more > 0);
}

/** When the first of the events inside leaves the window: from then on more are needed. Null: never. */
function deadlineOf({ series, window, inside }: LeafEvents): number | null {
  if (window.leavesAt === null || inside.to <= inside.from) return null;
  return window.leavesAt(series.timesMs[inside.from] as number);
}
