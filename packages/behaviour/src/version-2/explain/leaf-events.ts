import type {
  AggregateCondition,
  DidCondition,
  FirstCondition,
  LastCondition,
  RegularCondition,
} from '../condition.ts';
import { aggregateAsk, didAsk, type Leaf, oneEventAsk, regularAsk } from '../stream/asks.ts';
import { type EvaluationContext, periodsOf } from '../stream/evaluation.ts';
import { EVERY_EVENT, type Inside, insideAt, movingWindow, type MovingWindow } from '../stream/moving-window.ts';
import { type Question, seriesOf, type SeriesName } from '../stream/question.ts';
import type { Series } from '../stream/series.ts';

/** A condition that looks at the events of one series. */
export type EventLeaf = DidCondition | AggregateCondition | FirstCondition | LastCondition | RegularCondition;

/** The series of a condition as the profile has it, and which of its events are inside the window. */
export interface LeafEvents {
  readonly name: SeriesName;
  readonly series: Series;
  /** For a `regular` of all its periods together. */
  readonly window: MovingWindow;
  readonly inside: Inside;
}

/** True for conditions that look at the events of one series. */
export function isEventLeaf(leaf: Leaf): leaf is EventLeaf {
  return 'did' in leaf || 'of' in leaf || 'first' in leaf || 'last' in leaf || 'regular' in leaf;
}

/** The events that a condition looks at. */
export function eventsOfLeaf(leaf: EventLeaf, question: Question, context: EvaluationContext): LeafEvents {
  const name = seriesNameOf(leaf, context);
  const series = seriesOf(question, name);
  const window = windowOfLeaf(leaf, context);
  return { name, series, window, inside: insideAt(series.timesMs, window, question.nowMs) };
}

/** How many events are inside. */
export function countInside({ inside }: Pick<LeafEvents, 'inside'>): number {
  return Math.max(0, inside.to - inside.from);
}

function seriesNameOf(leaf: EventLeaf, { registry, counterOf }: EvaluationContext): SeriesName {
  if ('did' in leaf) {
    const counter = counterOf(leaf);
    return counter === null ? registry.use(didAsk(leaf), {}) : registry.use(didAsk(leaf), {}, counter);
  }
  if ('of' in leaf) return registry.use(aggregateAsk(leaf), {});
  return registry.use('regular' in leaf ? regularAsk(leaf) : oneEventAsk(leaf), {});
}

function windowOfLeaf(leaf: EventLeaf, { registry }: EvaluationContext): MovingWindow {
  if ('regular' in leaf) {
    const periods = periodsOf(leaf, registry.zone);
    const [newest, oldest] = [periods[0], periods.at(-1)];
    return { id: 'periods', entersAt: newest?.entersAt ?? null, leavesAt: oldest?.leavesAt ?? null };
  }
  return 'within' in leaf ? movingWindow(leaf.within, registry.zone) : EVERY_EVENT;
}
