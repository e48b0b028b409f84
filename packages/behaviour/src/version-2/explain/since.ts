import type { AgeTest, DidCondition, FirstCondition, LastCondition, TraitCondition, ValueTest } from '../condition.ts';
import { hasOpenTests, type Leaf } from '../stream/asks.ts';
import type { EvaluationContext } from '../stream/evaluation.ts';
import { lengthWindow } from '../stream/moving-window.ts';
import { countTest } from '../stream/number-test.ts';
import type { Question } from '../stream/question.ts';
import { pathOf, valuesTest } from '../stream/value-test.ts';
import { eventsOfLeaf, isEventLeaf, type LeafEvents } from './leaf-events.ts';

/**
 * A moment since which a condition's answer has been the same for certain; null: the state does not show one. What left the
 * windows may have kept the answer the same for longer.
 */
export function sinceOfLeaf(leaf: Leaf, holds: boolean, question: Question, context: EvaluationContext): number | null {
  if ('trait' in leaf) return sinceOfTrait(leaf, holds, question, context);
  // Which events passed at an earlier moment is not known if more than the events decides it.
  if (!isEventLeaf(leaf) || hasOpenTests(leaf)) return null;
  const found = eventsOfLeaf(leaf, question, context);
  if ('did' in leaf) return holds ? sinceOfCount(leaf, found) : null;
  return 'first' in leaf || 'last' in leaf ? sinceOfEvent(leaf, holds, found, context) : null;
}

/** Since when a group has had its answer, from the answers of its members. */
export function sinceOfGroup(
  kind: 'all' | 'any',
  members: readonly { readonly holds: boolean; readonly sinceMs: number | null }[],
  holds: boolean,
): number | null {
  const times = members.filter((one) => one.holds === holds).map(({ sinceMs }) => sinceMs);
  const known = times.filter((timeMs) => timeMs !== null);
  // Every member holds `all` that is true, and `any` that is false; otherwise one is enough.
  if (holds === (kind === 'all')) return known.length === times.length ? Math.max(...known) : null;
  return known.length === 0 ? null : Math.min(...known);
}

/** At least so many: since as many of the events inside had happened. */
function sinceOfCount(leaf: DidCondition, { series: { timesMs }, window, inside }: LeafEvents): number | null {
  const { flips, needed } = countTest(leaf.count);
  const growsInto = flips.length === 1 && countTest(leaf.count).passes(needed);
  if (!growsInto || window.entersAt !== null || inside.to - inside.from < needed) return null;
  return timesMs[inside.from + needed - 1] ?? null;
}

function sinceOfEvent(
  leaf: FirstCondition | LastCondition,
  holds: boolean,
  { series }: LeafEvents,
  { registry }: EvaluationContext,
): number | null {
  const event = 'first' in leaf ? series.first : series.last;
  if (event === null) return null;
  if (leaf.property !== undefined) return isFixed(leaf.is as ValueTest, registry) ? event.timestampMs : null;
  const is = leaf.is as AgeTest;
  const isOlder = 'olderThan' in is;
  if (holds !== isOlder) return event.timestampMs;
  return lengthWindow(isOlder ? is.olderThan : is.newerThan, registry.zone).leavesAt?.(event.timestampMs) ?? null;
}

function sinceOfTrait(
  leaf: TraitCondition,
  holds: boolean,
  { profile: { facts }, nowMs }: Question,
  { registry }: EvaluationContext,
): number | null {
  const sinceMs = facts.sinceMs.get(pathOf(leaf.trait)[0] as string);
  if (sinceMs === undefined || !isFixed(leaf.is, registry)) return null;
  // A producer's clock can be ahead.
  if (leaf.for === undefined) return Math.min(sinceMs, nowMs);
  return holds ? (lengthWindow(leaf.for, registry.zone).leavesAt?.(sinceMs) ?? null) : null;
}

/** True for tests that neither the moment nor another path decides. */
function isFixed(is: ValueTest, { zone }: EvaluationContext['registry']): boolean {
  const { isRelative, operand } = valuesTest(is, undefined, zone);
  return !isRelative && operand === null;
}
