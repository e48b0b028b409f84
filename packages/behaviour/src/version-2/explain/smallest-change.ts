import type { EvaluationContext } from '../stream/evaluation.ts';
import type { Question } from '../stream/question.ts';
import type { ConditionTree, TreeNode } from './condition-tree.ts';
import type { Explained, SmallestChange } from './explanation.ts';
import { type Candidate, candidatesOfLeaf, type Part, waitUntil } from './leaf-changes.ts';
import { type KnownSeries, supposed } from './supposed.ts';

/** Most candidates kept of one condition. */
const MOST_KEPT = 4;

/** A condition, and how it stands. */
export interface ExplainedNode {
  readonly node: TreeNode;
  readonly explained: Explained;
  readonly of: readonly ExplainedNode[];
}

/** What is asked, and with what it is answered. */
export interface ChangeSearch {
  readonly tree: ConditionTree;
  readonly question: Question;
  readonly context: EvaluationContext;
  readonly known: KnownSeries;
}

/**
 * The fewest things that would change the answer of the whole condition; null: none was found. Each candidate is supposed to
 * happen, and the condition asked again.
 */
export function smallestChange(root: ExplainedNode, search: ChangeSearch): SmallestChange | null {
  const found = candidatesOf(root, search).find((one) => isChange(one, root, search));
  return found === undefined ? null : { steps: found.parts.map(({ step }) => step), atMs: found.atMs };
}

/** The best candidates of a condition, the best first. */
function candidatesOf(one: ExplainedNode, search: ChangeSearch): readonly Candidate[] {
  const { node, explained, of } = one;
  const { field, holds, change } = explained;
  if (node.leaf !== null) {
    const all = candidatesOfLeaf({ field, leaf: node.leaf, holds, change }, search.question, search.context);
    return best(all.filter((candidate) => isChange(candidate, one, search)));
  }
  const inner = of.map((member) => candidatesOf(member, search));
  // One member changes `all` that holds, and `any` that does not.
  const changesByOne = node.kind === 'not' || holds === (node.kind === 'all');
  const own = changesByOne ? inner.flat() : allTogether(inner.filter((_, at) => of[at]?.explained.holds === holds));
  if (change.kind !== 'at' || own.some((other) => isWaitUntil(other, change.atMs))) return best(own);
  return best([...own, { parts: [waitUntil(field, change.atMs)], atMs: change.atMs }]);
}

function isChange({ parts, atMs }: Candidate, { node, explained }: ExplainedNode, search: ChangeSearch): boolean {
  const assumed = new Map(parts.flatMap(({ step, assumed: holds }) => (holds === null ? [] : [[step.field, holds]])));
  const events = parts.flatMap((part) => part.events ?? []);
  const profile = supposed(search.question.profile, events, atMs, search.known);
  return search.tree.answer(node, profile, atMs, assumed).holds !== explained.holds;
}

function best(candidates: readonly Candidate[]): readonly Candidate[] {
  return candidates.toSorted((a, b) => costOf(a) - costOf(b) || a.atMs - b.atMs).slice(0, MOST_KEPT);
}

function costOf({ parts }: Candidate): number {
  return parts.reduce((sum, { cost }) => sum + cost, 0);
}

function isWaitUntil({ parts, atMs }: Candidate, untilMs: number): boolean {
  return parts.length === 1 && parts[0]?.step.code === 'time' && atMs === untilMs;
}

/** The best candidates of all members, as one; none if a member has none. */
function allTogether(members: readonly (readonly Candidate[])[]): readonly Candidate[] {
  const [first, ...others] = members.map(([candidate]) => candidate);
  if (first === undefined || others.includes(undefined)) return [];
  const parts = [first, ...others].flatMap((candidate) => candidate?.parts ?? []);
  const needed = parts.filter((part, at) => !parts.some((other, index) => covers(other, part, index < at)));
  return [{ parts: needed, atMs: Math.max(first.atMs, ...others.map((candidate) => candidate?.atMs ?? 0)) }];
}

/** Whether one part does what another does: events of one series count for both, and who waits longer has waited. */
function covers(one: Part, other: Part, isEarlier: boolean): boolean {
  if (one === other) return false;
  const [a, b] = amounts(one, other) ?? [];
  return a !== undefined && b !== undefined && (a > b || (a === b && isEarlier));
}

function amounts(one: Part, other: Part): readonly [number, number] | null {
  if (one.step.code === 'time' && other.step.code === 'time') return [one.step.atMs, other.step.atMs];
  const { events: a } = one;
  const { events: b } = other;
  if (a === null || b === null || a.values !== null || b.values !== null) return null;
  return a.seriesId === b.seriesId ? [a.count, b.count] : null;
}
