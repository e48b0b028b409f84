import type { SequenceCondition } from '../condition.ts';
import { type ChainStep, latestStarts, NO_CHAIN } from '../stream/chain.ts';
import { type EvaluationContext, sequencePlan } from '../stream/evaluation.ts';
import type { Question } from '../stream/question.ts';
import { type Candidates, candidatesAt, chainOf, type SequencePlan } from '../stream/sequence.ts';
import { eachChoice } from '../stream/sequence.ts';
import type { CountedEvent } from './explanation.ts';

/** How far a profile is in a sequence. */
export interface SequenceStanding {
  /** Steps that are events and have happened in their order. */
  readonly done: number;
  readonly events: readonly CountedEvent[];
}

const NONE_DONE: SequenceStanding = { done: 0, events: [] };

/** How many of the steps have happened in their order, and one choice of events for them. */
export function readSequence(
  condition: SequenceCondition,
  question: Question,
  context: EvaluationContext,
): SequenceStanding {
  const plan = sequencePlan(condition, context);
  for (let steps = plan.steps.length; steps > 0; steps -= 1) {
    const found = standingOf({ ...plan, steps: plan.steps.slice(0, steps), none: null }, question);
    if (found !== null) return found;
  }
  return NONE_DONE;
}

/** One choice of events for all steps of the plan; null: there is none. */
function standingOf(plan: SequencePlan, question: Question): SequenceStanding | null {
  let found: SequenceStanding | null = null;
  eachChoice(candidatesAt(question, plan).candidates, 0, plan.shared, (chosen) => {
    if (found !== null) return;
    const chain = chainOf(plan, chosen);
    const starts = latestStarts(chain);
    const lastMs = chain.at(-1)?.timesMs ?? [];
    const end = starts.findLastIndex((startMs, at) => {
      return startMs !== NO_CHAIN && startMs > (lastMs[at] as number) - plan.spanMs;
    });
    if (end >= 0) found = { done: chain.length, events: eventsOf(chain, chosen, end, starts[end] as number) };
  });
  return found;
}

/** The events of a chain that ends there and begins at that time or later. */
function eventsOf(
  chain: readonly ChainStep[],
  { steps }: Candidates,
  end: number,
  startMs: number,
): readonly CountedEvent[] {
  const events: CountedEvent[] = [];
  let at = end;
  for (let step = chain.length - 1; step >= 0; step -= 1) {
    const { timesMs, withinMs, without } = chain[step] as ChainStep;
    const atMs = timesMs[at] as number;
    events.push({ atMs, messageId: steps[step]?.details[at]?.messageId ?? null, step });
    if (step === 0) break;
    const before = chain.slice(0, step);
    const starts = latestStarts(before);
    at = (before.at(-1) as ChainStep).timesMs.findLastIndex((beforeMs, index) => {
      const isBetween = (timeMs: number): boolean => timeMs > beforeMs && timeMs < atMs;
      return (
        beforeMs < atMs &&
        beforeMs > atMs - withinMs &&
        (starts[index] as number) >= startMs &&
        !without.some((list) => list.some(isBetween))
      );
    });
  }
  return events;
}
