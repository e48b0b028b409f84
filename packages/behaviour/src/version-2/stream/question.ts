import type { ProfileFacts } from '../model.ts';
import { emptySeries, type Series } from './series.ts';
import type { AskedAt } from './value-test.ts';

/** The facts, of which the stream reads the times of traits only when a condition asks for one. */
export interface StreamedFacts extends Omit<ProfileFacts, 'sinceMs'> {
  readonly sinceMs: Pick<ProfileFacts['sinceMs'], 'get'>;
}

/** What the stream knows about a profile. */
export interface StreamedProfile {
  readonly series: ReadonlyMap<string, Series>;
  readonly facts: StreamedFacts;
}

/** An answer, and until when it stands if nothing happens; infinity: for good. */
export interface Answer {
  readonly holds: boolean;
  readonly untilMs: number;
}

/** A profile at a moment, and room for how long the answer stands. */
export interface Question extends AskedAt {
  readonly profile: StreamedProfile;
  /** Answers for this profile and moment to the segments that others name with `in`. */
  readonly answers: Map<string, Answer>;
  /** Written when events are asked: time alone changes which of them pass at that moment; infinity: it does not. */
  eventsUntilMs: number;
}

/** Answers a question about a condition, and stores in the question how long the answer stands. */
export type Evaluate = (question: Question) => boolean;

/** A question about a profile at a moment. */
export function questionAt(profile: StreamedProfile, nowMs: number): Question {
  return {
    ...{ profile, nowMs, answers: new Map() },
    ...{ untilMs: Number.POSITIVE_INFINITY, eventsUntilMs: Number.POSITIVE_INFINITY },
  };
}

/** A series as a question sees it. */
export type SeriesView = (series: Series, question: Question) => Series;

/** Which series, and when it must have begun. */
export interface SeriesName {
  readonly id: string;
  readonly since_ms: number;
  /** Which of its events count in a question; null: all. */
  readonly view: SeriesView | null;
}

const NONE = emptySeries(0);

/** The profile's series, empty if there is none that began with its definition. */
export function seriesOf(question: Question, { id, since_ms, view }: SeriesName): Series {
  const series = question.profile.series.get(id);
  if (series?.since_ms !== since_ms) return NONE;
  return view === null ? series : view(series, question);
}

/** An evaluation of events of which time alone may change which pass. */
export function untilEventsDiffer(evaluate: Evaluate): Evaluate {
  return (question) => {
    question.eventsUntilMs = Number.POSITIVE_INFINITY;
    const holds = evaluate(question);
    question.untilMs = Math.min(question.untilMs, question.eventsUntilMs);
    return holds;
  };
}

/**
 * Evaluates `all` (usually true) and `any` (usually false). If the group has its usual answer, every member has it, and the
 * first member to change may change the group. If not, the group stays as it is until the last deviating member changes.
 */
export function groupOf(members: readonly Evaluate[], usual: boolean): Evaluate {
  return (question) => {
    let usualUntilMs = Number.POSITIVE_INFINITY;
    let otherUntilMs = Number.NEGATIVE_INFINITY;
    for (const member of members) {
      if (member(question) === usual) usualUntilMs = Math.min(usualUntilMs, question.untilMs);
      else otherUntilMs = Math.max(otherUntilMs, question.untilMs);
      if (otherUntilMs === Number.POSITIVE_INFINITY) break;
    }
    const deviates = otherUntilMs !== Number.NEGATIVE_INFINITY;
    question.untilMs = deviates ? otherUntilMs : usualUntilMs;
    return deviates ? !usual : usual;
  };
}
