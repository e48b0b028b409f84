import { type ChainStep, latestStarts, NO_CHAIN } from './chain.ts';
import { firstIndex, insideAt, type MovingWindow, nextChange } from './moving-window.ts';
import { type Answer, type Evaluate, type Question, seriesOf, type SeriesName } from './question.ts';
import type { Series } from './series.ts';

/** A sequence, compiled. */
export interface SequencePlan {
  readonly steps: readonly PlannedStep[];
  /** The last step, if it asks that an event did not follow. */
  readonly none: { readonly series: SeriesName; readonly withinMs: number } | null;
  readonly window: MovingWindow;
  /** From the first event to the last less than this; infinity: any time. */
  readonly spanMs: number;
  /** At so many paths the events of all steps share a value. */
  readonly shared: number;
}

/** A step, and how it must follow the one before. */
export interface PlannedStep {
  readonly series: SeriesName;
  readonly withinMs: number;
  readonly without: readonly SeriesName[];
}

/** Events in the order of their times. */
type Events = Pick<Series, 'timesMs' | 'details'>;

/** The events among which the steps of a sequence choose. */
export interface Candidates {
  /** For each step. */
  readonly steps: readonly Events[];
  readonly without: readonly (readonly Events[])[];
  readonly none: Events | null;
}

/** Tests whether events follow each other as the plan says. */
export function sequence(plan: SequencePlan): Evaluate {
  return (question) => {
    const { candidates, changesMs } = candidatesAt(question, plan);
    let holdsUntilMs = Number.NEGATIVE_INFINITY;
    let failsUntilMs = Number.POSITIVE_INFINITY;
    eachChoice(candidates, 0, plan.shared, (chosen) => {
      const { holds, untilMs } = answerOf(plan, chosen, question.nowMs);
      if (holds) holdsUntilMs = Math.max(holdsUntilMs, untilMs);
      else failsUntilMs = Math.min(failsUntilMs, untilMs);
    });
    const holds = holdsUntilMs !== Number.NEGATIVE_INFINITY;
    question.untilMs = Math.min(changesMs, holds ? holdsUntilMs : failsUntilMs);
    return holds;
  };
}

/**
 * The events that the steps can take at the moment, and, where events can also enter the window by time, when the next
 * one does or leaves.
 */
export function candidatesAt(
  question: Question,
  { steps, none, window }: SequencePlan,
): { readonly candidates: Candidates; readonly changesMs: number } {
  let changesMs = Number.POSITIVE_INFINITY;
  const inside = steps.map(({ series: name }): Events => {
    const series = seriesOf(question, name);
    const range = insideAt(series.timesMs, window, question.nowMs);
    if (window.entersAt !== null) changesMs = Math.min(changesMs, nextChange(series.timesMs, window, range));
    const { from, to } = range;
    if (from === 0 && to === series.timesMs.length) return series;
    return {
      timesMs: series.timesMs.slice(from, Math.max(from, to)),
      details: series.details.slice(from, Math.max(from, to)),
    };
  });
  const candidates = {
    steps: inside,
    without: steps.map(({ without }) => without.map((name) => seriesOf(question, name))),
    none: none === null ? null : seriesOf(question, none.series),
  };
  return { candidates, changesMs };
}

/** Visits the candidates for each choice of one shared value per path. */
export function eachChoice(
  candidates: Candidates,
  path: number,
  paths: number,
  visit: (chosen: Candidates) => void,
): void {
  if (candidates.steps.some(({ timesMs }) => timesMs.length === 0)) return;
  if (path === paths) return visit(candidates);
  const [fewest] = candidates.steps.toSorted((a, b) => a.timesMs.length - b.timesMs.length);
  const scalars = new Set((fewest as Events).details.flatMap(({ scalars: all }) => all[path] ?? []));
  for (const scalar of scalars) {
    const having = (events: Events): Events => eventsWith(events, path, scalar);
    const chosen = {
      steps: candidates.steps.map(having),
      without: candidates.without.map((lists) => lists.map(having)),
      none: candidates.none === null ? null : having(candidates.none),
    };
    eachChoice(chosen, path + 1, paths, visit);
  }
}

function eventsWith({ timesMs, details }: Events, path: number, scalar: string): Events {
  const kept = [...details.keys()].filter((at) => details[at]?.scalars[path]?.includes(scalar) === true);
  return {
    timesMs: kept.map((at) => timesMs[at] as number),
    details: kept.map((at) => details[at] as Events['details'][number]),
  };
}

/** The answer among the candidates, as long as none enters the window. */
function answerOf(plan: SequencePlan, { steps, without, none }: Candidates, nowMs: number): Answer {
  const chain = chainOf(plan, { steps, without });
  const lastMs = chain.at(-1)?.timesMs ?? [];
  const leavesAt = (startMs: number): number => plan.window.leavesAt?.(startMs) ?? Number.POSITIVE_INFINITY;
  const silenceMs = plan.none?.withinMs ?? 0;
  let latestMs = NO_CHAIN;
  let pendingMs = Number.POSITIVE_INFINITY;
  latestStarts(chain).forEach((startMs, index) => {
    const endMs = lastMs[index] as number;
    if (startMs === NO_CHAIN || startMs <= endMs - plan.spanMs) return;
    if (none !== null && isFollowed(none.timesMs, endMs, silenceMs)) return;
    const decidedMs = none === null ? Number.NEGATIVE_INFINITY : endMs + silenceMs;
    if (decidedMs <= nowMs) latestMs = Math.max(latestMs, startMs);
    else if (decidedMs < pendingMs && decidedMs < leavesAt(startMs)) pendingMs = decidedMs;
  });
  const holds = latestMs !== NO_CHAIN;
  return { holds, untilMs: holds ? leavesAt(latestMs) : pendingMs };
}

/** The steps of a plan with the events among which each chooses. */
export function chainOf(
  { steps }: Pick<SequencePlan, 'steps'>,
  chosen: Pick<Candidates, 'steps' | 'without'>,
): readonly ChainStep[] {
  return steps.map(({ withinMs }, index) => ({
    withinMs,
    timesMs: chosen.steps[index]?.timesMs ?? [],
    without: (chosen.without[index] ?? []).map(({ timesMs }) => timesMs),
  }));
}

/** Whether any of the sorted times lies after a time, and less than a length after it. */
function isFollowed(timesMs: readonly number[], afterMs: number, lengthMs: number): boolean {
  const next = timesMs[firstIndex(timesMs.length, (index) => (timesMs[index] as number) > afterMs)];
  return next !== undefined && afterMs > next - lengthMs;
}
