import { type Question, questionAt, withoutEvent } from '@hilo/behaviour/version-2';
import type { CompiledSegment } from './compile.ts';
import type { TakenEvent } from './fold.ts';
import { type Membership, type ProfileState, streamedProfile } from './profile-state.ts';

/** Why the stage evaluates the profile. */
export type Cause =
  | {
      readonly kind: 'event';
      readonly message_id: string;
      readonly event_time_ms: number;
      readonly historical: boolean;
      /** The event and the series that it fed; null: none can take it. */
      readonly fed: TakenEvent | null;
      /** The static list whose record it is; null: it is none. */
      readonly list: string | null;
    }
  | {
      readonly kind: 'trait';
      readonly message_id: string | null;
      readonly event_time_ms: number;
      readonly historical: boolean;
      /** Names of the top-level traits that changed; null: any. */
      readonly traits: ReadonlySet<string> | null;
    }
  /** A part of the past came late, after its definition was in force. */
  | { readonly kind: 'past'; readonly series: readonly string[] }
  | { readonly kind: 'merge' }
  | { readonly kind: 'time' }
  | { readonly kind: 'definition' };

/** The published reason why somebody entered or left; `segment`: by another segment that this one names. */
export type Reason = 'event' | 'trait' | 'segment' | 'time' | 'merge' | 'definition';

/** What explains a change. */
export interface Explanation {
  readonly reason: Reason;
  readonly message_id: string | null;
  readonly event_time: number | null;
}

/** A definition is new, changed or deleted. */
export const BY_DEFINITION: Explanation = { reason: 'definition', message_id: null, event_time: null };
/** The definition of a segment that this one names. */
const BY_SEGMENT: Explanation = { reason: 'segment', message_id: null, event_time: null };

/** Whether a definition made the change, that of the segment or of one that it names, and nothing that happened. */
export function isByDefinition({ reason, event_time }: Explanation): boolean {
  return reason === 'definition' || (reason === 'segment' && event_time === null);
}

/** Most steps to find the moment at which time changed an answer. */
const MOST_STEPS = 100;

/**
 * Why the segment's answer differs from the published one. The cause explains it if the segment asks for what the cause
 * brought, or names a segment that does, unless the answer would be the same without it. Otherwise time does, if something was due;
 * else a definition is new.
 */
export function explain(
  segment: CompiledSegment,
  state: ProfileState,
  before: Membership | undefined,
  cause: Cause,
  nowMs: number,
): Explanation {
  if (cause.kind === 'merge') return { reason: 'merge', message_id: null, event_time: null };
  if (cause.kind === 'past') return BY_DEFINITION;
  const overdue = isOverdue(segment, state, nowMs);
  const isNew = segment.ownRevision > state.evaluatedRevision;
  const by = broughtBy(segment, state, cause);
  if (by !== null && (cause.kind === 'event' || cause.kind === 'trait')) {
    const why: Explanation = { reason: by, message_id: cause.message_id, event_time: cause.event_time_ms };
    // What a trait was, or a list said, before is not known.
    const hasUnknownPast = cause.kind === 'trait' || cause.list !== null;
    if (hasUnknownPast || !(overdue || (isNew && state.evaluated))) return why;
    if (segment.evaluate(questionWithout(state, cause.fed, nowMs)) === (before !== undefined)) return why;
  }
  if (isNew || (before !== undefined && before.segment_version !== segment.version)) return BY_DEFINITION;
  if (overdue) return byTime(segment, state, before !== undefined, nowMs);
  return segment.revision > state.evaluatedRevision ? BY_SEGMENT : BY_DEFINITION;
}

function isOverdue(
  { key }: CompiledSegment,
  { duesMs, evaluatedRevision, due_ms }: ProfileState,
  nowMs: number,
): boolean {
  const dueMs = evaluatedRevision === 0 ? due_ms : (duesMs.get(key) ?? null);
  return dueMs !== null && dueMs <= nowMs;
}

/** How the cause can have changed the segment: by what its own condition looks at, or by a segment that it names. */
function broughtBy(
  { own, all }: CompiledSegment,
  { evaluated: wasEvaluated }: ProfileState,
  cause: Cause,
): Reason | null {
  if (cause.kind === 'event') {
    const ids = (cause.fed?.taken ?? []).map(({ id }) => id);
    const { list } = cause;
    const isAsked = ({ series, lists }: typeof own) =>
      ids.some((id) => series.has(id)) || (list !== null && lists.has(list));
    if (!wasEvaluated || isAsked(own)) return 'event';
    return isAsked(all) ? 'segment' : null;
  }
  if (cause.kind !== 'trait') return null;
  const { traits } = cause;
  const isAmong = (names: ReadonlySet<string>) =>
    names.size > 0 && (traits === null || [...traits].some((one) => names.has(one)));
  if (!wasEvaluated || isAmong(own.traits)) return 'trait';
  return isAmong(all.traits) ? 'segment' : null;
}

/** The question as it would be without the event. */
function questionWithout(state: ProfileState, fed: TakenEvent | null, nowMs: number): Question {
  const series = new Map(state.series);
  for (const kind of fed?.taken ?? []) {
    const one = series.get(kind.id);
    if (one !== undefined && fed !== null) series.set(kind.id, withoutEvent(one, kind, fed.event));
  }
  return questionAt(streamedProfile({ ...state, series }), nowMs);
}

/**
 * Time changed it, at the first moment from the due one on at which the answer is known and differed; unless it differed
 * before.
 */
function byTime(segment: CompiledSegment, state: ProfileState, was: boolean, nowMs: number): Explanation {
  const profile = streamedProfile(state);
  const due_ms = state.duesMs.get(segment.key) ?? (state.due_ms as number);
  const holdsAt = (momentMs: number): { readonly holds: boolean; readonly untilMs: number } => {
    const question = questionAt(profile, momentMs);
    return { holds: segment.evaluate(question), untilMs: question.untilMs };
  };
  if (holdsAt(due_ms - 1).holds !== was) return BY_DEFINITION;
  let momentMs = Math.max(due_ms, state.completeFromMs);
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const { holds, untilMs } = holdsAt(momentMs);
    if (holds !== was) return { reason: 'time', message_id: null, event_time: momentMs };
    if (untilMs >= nowMs) break;
    momentMs = untilMs;
  }
  return { reason: 'time', message_id: null, event_time: nowMs };
}
