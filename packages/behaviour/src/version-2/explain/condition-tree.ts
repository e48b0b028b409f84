import type { Condition } from '../condition.ts';
import type { Leaf } from '../stream/asks.ts';
import { evaluation, type EvaluationContext } from '../stream/evaluation.ts';
import { type Answer, type Evaluate, groupOf, questionAt, type StreamedProfile } from '../stream/question.ts';

/** A condition with its place, and those inside it. */
export interface TreeNode {
  readonly field: string;
  readonly kind: 'all' | 'any' | 'not' | 'leaf';
  /** Null for groups. */
  readonly leaf: Leaf | null;
  readonly of: readonly TreeNode[];
  readonly evaluate: Evaluate;
}

/** Answers of leaves that hold or not, whatever the profile is. */
export type Assumed = ReadonlyMap<string, boolean>;

const NOTHING_ASSUMED: Assumed = new Map();

/** A condition of which every part can be asked alone, and under assumptions. */
export class ConditionTree {
  readonly root: TreeNode;
  #assumed: Assumed = NOTHING_ASSUMED;

  /** Throws a `RangeError` for what `notEvaluated` finds. */
  constructor(condition: Condition, context: EvaluationContext) {
    this.root = this.#node(condition, context, 'condition');
  }

  /** The answer of one of the tree's nodes. */
  answer({ evaluate }: TreeNode, profile: StreamedProfile, nowMs: number, assumed = NOTHING_ASSUMED): Answer {
    const question = questionAt(profile, nowMs);
    this.#assumed = assumed;
    const holds = evaluate(question);
    this.#assumed = NOTHING_ASSUMED;
    return { holds, untilMs: question.untilMs };
  }

  #node(condition: Condition, context: EvaluationContext, field: string): TreeNode {
    if ('all' in condition || 'any' in condition) {
      const kind = 'all' in condition ? 'all' : 'any';
      const members = 'all' in condition ? condition.all : condition.any;
      const of = members.map((one, index) => this.#node(one, context, `${field}.${kind}[${index}]`));
      const evaluates = of.map(({ evaluate }) => evaluate);
      return { field, kind, leaf: null, of, evaluate: groupOf(evaluates, kind === 'all') };
    }
    if ('not' in condition) {
      const inner = this.#node(condition.not, context, `${field}.not`);
      return { field, kind: 'not', leaf: null, of: [inner], evaluate: (question) => !inner.evaluate(question) };
    }
    const found = evaluation(condition, context);
    const evaluate: Evaluate = (question) => {
      const assumed = this.#assumed.get(field);
      if (assumed === undefined) return found(question);
      question.untilMs = Number.POSITIVE_INFINITY;
      return assumed;
    };
    return { field, kind: 'leaf', leaf: condition as Leaf, of: [], evaluate };
  }
}
