import type { Zone } from '../../time/zone.ts';
import type { Condition, DidCondition } from '../condition.ts';
import { LIMITS } from '../limits.ts';
import type { EvaluationContext } from '../stream/evaluation.ts';
import { type Answer, type Evaluate, type Question, questionAt, type StreamedProfile } from '../stream/question.ts';
import { SeriesRegistry } from '../stream/series-registry.ts';
import { ConditionTree, type TreeNode } from './condition-tree.ts';
import type { Explained, OwnChange, SmallestChange } from './explanation.ts';
import { readLeaf } from './read-leaf.ts';
import { sinceOfGroup, sinceOfLeaf } from './since.ts';
import { type ExplainedNode, smallestChange } from './smallest-change.ts';

/** How the stream compiled the condition that is explained. */
export interface ExplainOptions {
  readonly zone: Zone;
  /** How many of its newest events a series keeps; absent: `LIMITS.eventsKept`. */
  readonly eventsKept?: number;
  /** When a series began to count; absent: 0 for all. */
  readonly sinceOf?: (seriesId: string) => number;
  /** The id of a counter of version 1 that goes on counting for a condition; absent: there are none. */
  readonly counterOf?: (condition: DidCondition) => string | null;
  /** The id under which the profile keeps a series; absent: the same. */
  readonly nameOf?: (seriesId: string) => string;
  /** The evaluation of another segment; undefined: there is no such segment. */
  readonly segment?: (key: string) => Evaluate | undefined;
}

/** A condition as it stands, and what would change it. */
export interface Explanation {
  readonly condition: Explained;
  /** Null: no such change was found. */
  readonly smallestChange: SmallestChange | null;
}

/** Moments looked at, for the whole explanation, to find when answers change by time alone. */
const MOST_MOMENTS = 1_000;

/**
 * Explains the answer to a condition for a profile at a moment, from what the stream remembers of it. Throws a `RangeError` for what
 * `notEvaluated` finds.
 */
export function explainCondition(
  condition: Condition,
  profile: StreamedProfile,
  nowMs: number,
  options: ExplainOptions,
): Explanation {
  const { zone, eventsKept = LIMITS.eventsKept, sinceOf = () => 0, counterOf = () => null } = options;
  const registry = new SeriesRegistry(zone, sinceOf, options.nameOf);
  const context: EvaluationContext = {
    ...{ registry, eventsKept, counterOf },
    segment: (key) => options.segment?.(key),
  };
  const tree = new ConditionTree(condition, context);
  const question = questionAt(profile, nowMs);
  const root = new Explainer(tree, question, context).explain(tree.root);
  const search = { tree, question, context, known: registry.compiled() };
  return { condition: root.explained, smallestChange: smallestChange(root, search) };
}

class Explainer {
  readonly #tree: ConditionTree;
  readonly #question: Question;
  readonly #context: EvaluationContext;
  #moments = MOST_MOMENTS;

  constructor(tree: ConditionTree, question: Question, context: EvaluationContext) {
    this.#tree = tree;
    this.#question = question;
    this.#context = context;
  }

  explain(node: TreeNode): ExplainedNode {
    const { profile, nowMs } = this.#question;
    const of = node.of.map((one) => this.explain(one));
    const answer = this.#tree.answer(node, profile, nowMs);
    const { holds } = answer;
    const members = of.map(({ explained }) => explained);
    const found = {
      ...{ field: node.field, holds, of: members },
      sinceMs: this.#since(node, members, holds),
      change: this.#change(node, answer),
    };
    const read =
      node.leaf === null ? { reading: null, events: [] } : readLeaf(node.leaf, this.#question, this.#context);
    return { node, explained: { ...found, ...read }, of };
  }

  #since({ kind, leaf }: TreeNode, members: readonly Explained[], holds: boolean): number | null {
    if (leaf !== null) return sinceOfLeaf(leaf, holds, this.#question, this.#context);
    return kind === 'all' || kind === 'any' ? sinceOfGroup(kind, members, holds) : (members[0]?.sinceMs ?? null);
  }

  /** Follows the moments up to which answers stand; some of them change nothing. */
  #change(node: TreeNode, answer: Answer): OwnChange {
    let { untilMs } = answer;
    for (; untilMs !== Number.POSITIVE_INFINITY; this.#moments -= 1) {
      if (this.#moments <= 0) return { kind: 'not_before', atMs: untilMs };
      const next = this.#tree.answer(node, this.#question.profile, untilMs);
      if (next.holds !== answer.holds) return { kind: 'at', atMs: untilMs };
      ({ untilMs } = next);
    }
    return { kind: 'never' };
  }
}
