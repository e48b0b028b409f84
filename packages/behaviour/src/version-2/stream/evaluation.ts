import { createHash } from 'node:crypto';
import { stepMs } from '../../language/duration.ts';
import type { CalendarPeriod } from '../../time/calendar.ts';
import type { Zone } from '../../time/zone.ts';
import type {
  AgeTest,
  AggregateCondition,
  Condition,
  DidCondition,
  FirstCondition,
  LastCondition,
  RegularCondition,
  SequenceCondition,
  TraitCondition,
  ValueTest,
} from '../condition.ts';
import { aggregateAsk, didAsk, hasOpenTests, type Leaf, oneEventAsk, regularAsk, stepAsk } from './asks.ts';
import { aggregate, distinct, regular, runningCount, windowCount } from './counts.ts';
import { EVERY_EVENT, lengthWindow, movingWindow, type MovingWindow, periodWindow } from './moving-window.ts';
import { countTest } from './number-test.ts';
import { ageOf, propertyOf, traitsAt } from './one-event.ts';
import { type Answer, type Evaluate, groupOf, type Question, untilEventsDiffer } from './question.ts';
import { type Need, type SeriesRegistry } from './series-registry.ts';
import { sequence, type SequencePlan } from './sequence.ts';
import { fixedTest, pathOf, valuesAt, valuesTest } from './value-test.ts';

/** What the evaluation of a condition needs besides the condition. */
export interface EvaluationContext {
  readonly registry: SeriesRegistry;
  /** How many of its newest events a series keeps. */
  readonly eventsKept: number;
  /** The id of a counter of version 1 that goes on counting for the condition; null: there is none. */
  counterOf(condition: DidCondition): string | null;
  /** The evaluation of another segment; undefined: there is no such segment. */
  segment(key: string): Evaluate | undefined;
}

/** Compiles a condition, and registers the series that it asks for. Throws a `RangeError` for what `notEvaluated` finds. */
export function evaluation(condition: Condition, context: EvaluationContext): Evaluate {
  if ('all' in condition)
    return groupOf(
      condition.all.map((one) => evaluation(one, context)),
      true,
    );
  if ('any' in condition)
    return groupOf(
      condition.any.map((one) => evaluation(one, context)),
      false,
    );
  if ('not' in condition) {
    const inner = evaluation(condition.not, context);
    return (question) => !inner(question);
  }
  if ('account' in condition) throw new RangeError('not_evaluated');
  return leafEvaluation(condition, context);
}

function leafEvaluation(leaf: Leaf, context: EvaluationContext): Evaluate {
  const evaluate = evaluationOf(leaf, context);
  return hasOpenTests(leaf) ? untilEventsDiffer(evaluate) : evaluate;
}

function evaluationOf(leaf: Leaf, context: EvaluationContext): Evaluate {
  if ('did' in leaf) return didEvaluation(leaf, context);
  if ('trait' in leaf) return traitEvaluation(leaf, context.registry.zone);
  if ('of' in leaf) return aggregateEvaluation(leaf, context);
  if ('first' in leaf || 'last' in leaf) return oneEventEvaluation(leaf, context);
  if ('sequence' in leaf) return sequence(sequencePlan(leaf, context));
  if ('regular' in leaf) return regularEvaluation(leaf, context);
  if ('in' in leaf) return (question) => answered(question, leaf.in, context.segment(leaf.in));
  if ('list' in leaf) return listEvaluation(leaf.list);
  if ('randomBucket' in leaf) return bucketEvaluation(leaf.randomBucket);
  throw new RangeError('not_evaluated');
}

function didEvaluation(did: DidCondition, context: EvaluationContext): Evaluate {
  const { registry } = context;
  const test = countTest(did.count);
  const window = movingWindow(did.within, registry.zone);
  const counter = context.counterOf(did);
  if (did.within === undefined && counter === null) {
    return runningCount(registry.use(didAsk(did), ofAllEvents(did, { count: test.needed }, context)), test);
  }
  // Events that have yet to enter the window, or to pass, make older ones count again.
  const onlyLeave = window.entersAt === null && !hasOpenTests(did);
  const newest = onlyLeave ? Math.min(test.needed, context.eventsKept) : context.eventsKept;
  const need = { newest, windows: window.leavesAt === null ? null : [window] };
  const name = counter === null ? registry.use(didAsk(did), need) : registry.use(didAsk(did), need, counter);
  return windowCount(name, window, test);
}

function inWindow(window: MovingWindow, { eventsKept }: EvaluationContext): Need {
  return { newest: eventsKept, windows: window.leavesAt === null ? null : [window] };
}

/** What a condition without a window needs: a running value, unless which events pass changes without an event. */
function ofAllEvents(leaf: Leaf, running: Need, context: EvaluationContext): Need {
  return hasOpenTests(leaf) ? inWindow(EVERY_EVENT, context) : running;
}

function aggregateEvaluation(condition: AggregateCondition, context: EvaluationContext): Evaluate {
  const { registry } = context;
  const ask = aggregateAsk(condition);
  const window = movingWindow(condition.within, registry.zone);
  if ('distinct' in condition) return distinct(registry.use(ask, inWindow(window, context)), window, condition.is);
  const form = 'sum' in condition ? 'sum' : 'avg' in condition ? 'avg' : 'min' in condition ? 'min' : 'max';
  if (condition.within === undefined) {
    const name = registry.use(ask, ofAllEvents(condition, { totals: true }, context));
    return aggregate(form, name, null, condition.is);
  }
  return aggregate(form, registry.use(ask, inWindow(window, context)), window, condition.is);
}

function oneEventEvaluation(condition: FirstCondition | LastCondition, context: EvaluationContext): Evaluate {
  const { registry } = context;
  const end = 'first' in condition ? 'first' : 'last';
  const name = registry.use(oneEventAsk(condition), ofAllEvents(condition, { [end]: true }, context));
  const { is, property } = condition;
  if (property === undefined) return ageOf(end, name, is as AgeTest, registry.zone);
  return propertyOf(end, name, valuesTest(is as ValueTest, undefined, registry.zone));
}

/** What a sequence asks for; registers its series. */
export function sequencePlan(condition: SequenceCondition, context: EvaluationContext): SequencePlan {
  const { registry } = context;
  const window = movingWindow(condition.within, registry.zone);
  // What stands between steps inside the window is inside it too. What must not follow the last one may lie outside.
  const inside = inWindow(window, context);
  const { same } = condition;
  const steps = condition.sequence.flatMap((step) =>
    'none' in step
      ? []
      : [
          {
            series: registry.use(stepAsk(step, same), inside),
            withinMs: reachMs(step.within),
            without: (step.without ?? []).map((event) => registry.use(stepAsk(event, same), inside)),
          },
        ],
  );
  const last = condition.sequence.at(-1);
  const none =
    last === undefined || !('none' in last)
      ? null
      : {
          series: registry.use(stepAsk({ did: last.none, ...(last.where && { where: last.where }) }, same), inside),
          withinMs: stepMs(last.within),
        };
  return { steps, none, window, spanMs: reachMs(condition.span), shared: same?.length ?? 0 };
}

/** How far two steps may be apart; absent: any time. */
function reachMs(length: string | undefined): number {
  return length === undefined ? Number.POSITIVE_INFINITY : stepMs(length);
}

const CALENDAR_PERIODS: Readonly<Record<string, CalendarPeriod>> = {
  '1d': 'day',
  '1w': 'week',
  '1mo': 'month',
  '1y': 'year',
};

/** The periods that a `regular` looks at, the newest first. */
export function periodsOf({ periods: { every, of, calendar } }: RegularCondition, zone: Zone): readonly MovingWindow[] {
  const calendarPeriod = calendar === true ? CALENDAR_PERIODS[every] : undefined;
  return Array.from({ length: of }, (_, ago) =>
    calendarPeriod === undefined
      ? lengthWindow(every, zone, ago + 1, ago)
      : periodWindow(calendarPeriod, ago + 1, ago + 1, zone),
  );
}

function regularEvaluation(condition: RegularCondition, context: EvaluationContext): Evaluate {
  const periods = periodsOf(condition, context.registry.zone);
  const name = context.registry.use(regularAsk(condition), {
    newest: context.eventsKept,
    windows: [periods.at(-1) as MovingWindow],
  });
  return regular(name, periods, countTest(condition.count), condition.periods);
}

function traitEvaluation(condition: TraitCondition, zone: Zone): Evaluate {
  const test = traitTest(condition, zone);
  if (condition.for === undefined) return test;
  const name = pathOf(condition.trait)[0] as string;
  const { leavesAt } = lengthWindow(condition.for, zone);
  const lasts: Evaluate = (question) => {
    const sinceMs = question.profile.facts.sinceMs.get(name);
    const fromMs = sinceMs === undefined ? Number.POSITIVE_INFINITY : (leavesAt?.(sinceMs) ?? 0);
    const holds = fromMs <= question.nowMs;
    question.untilMs = holds ? Number.POSITIVE_INFINITY : fromMs;
    return holds;
  };
  return groupOf([test, lasts], true);
}

function traitTest({ trait, is, as }: TraitCondition, zone: Zone): Evaluate {
  const path = pathOf(trait);
  const fixed = fixedTest(path, is, as, zone);
  if (fixed !== null) {
    return (question) => {
      question.untilMs = Number.POSITIVE_INFINITY;
      return fixed(question.profile.facts.traits);
    };
  }
  const test = valuesTest(is, as, zone);
  const otherPath = test.operand?.path ?? null;
  return (question) => {
    const others = otherPath === null ? [] : traitsAt(question, otherPath);
    return test.holds(valuesAt(question.profile.facts.traits.exact, path), others, question);
  };
}

function answered(question: Question, key: string, evaluate: Evaluate | undefined): boolean {
  let answer: Answer | undefined = question.answers.get(key);
  if (answer === undefined) {
    question.untilMs = Number.POSITIVE_INFINITY;
    const holds = evaluate !== undefined && evaluate(question);
    answer = { holds, untilMs: question.untilMs };
    question.answers.set(key, answer);
  }
  question.untilMs = answer.untilMs;
  return answer.holds;
}

function listEvaluation(key: string): Evaluate {
  return (question) => {
    const endMs = question.profile.facts.lists.get(key);
    const holds = endMs === null || (endMs !== undefined && question.nowMs < endMs);
    question.untilMs = holds && endMs !== null && endMs !== undefined ? endMs : Number.POSITIVE_INFINITY;
    return holds;
  };
}

const BUCKETS = 2 ** 48;

/** The number from 0 up to 1 that a salt gives the profile with this birth id. */
export function shareOf(salt: string, birthId: string): number {
  return createHash('sha256').update(`${salt}\0${birthId}`).digest().readUIntBE(0, 6) / BUCKETS;
}

function bucketEvaluation({
  from,
  to,
  salt,
}: Extract<Leaf, { readonly randomBucket: unknown }>['randomBucket']): Evaluate {
  return (question) => {
    const share = shareOf(salt, question.profile.facts.birthId);
    question.untilMs = Number.POSITIVE_INFINITY;
    return share >= from && share < to;
  };
}
