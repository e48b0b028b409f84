import type { JsonText } from '@hilo/behaviour';
import type { MembershipChanged } from '@hilo/schemas';
import type { Compiled, CompiledSegment, Question } from './compile.ts';
import { withoutEvent } from './counter.ts';
import { identifiersOf, type Membership, momentOf, type ProfileState } from './profile-state.ts';

/** Why the stage evaluates the profile. */
export type Cause =
  | {
      readonly kind: 'event';
      readonly event: string | null;
      readonly message_id: string;
      readonly event_time_ms: number;
      /** Counters that the event's name and properties match. */
      readonly counters: readonly string[];
    }
  | { readonly kind: 'trait'; readonly message_id: string | null; readonly event_time_ms: number }
  | { readonly kind: 'merge' }
  | { readonly kind: 'time' }
  | { readonly kind: 'definition' };

/** The published reason why somebody entered or left. */
export type Reason = 'event' | 'trait' | 'time' | 'merge' | 'definition';

/** A profile's state after evaluating all its segments, and the changes to publish. */
export interface Decision {
  /** The same object if nothing changed. */
  readonly state: ProfileState;
  readonly changes: readonly MembershipChanged[];
}

/** What explains a change. */
interface Explanation {
  readonly reason: Reason;
  readonly message_id: string | null;
  readonly event_time: number | null;
}

/** Most steps to find the moment at which time changed an answer. */
const MOST_STEPS = 100;

/** The moment that a decision is made for, and the wall clock. */
export interface DecidedAt {
  readonly momentMs: number;
  readonly nowMs: number;
  /** True if that moment leaves out a released origin. Absent: false. */
  readonly isUnproven?: boolean;
}

/** Evaluates every segment for the profile at a moment, and compares with what was last published. */
export function decide(state: ProfileState, cause: Cause, at: DecidedAt, compiled: Compiled): Decision {
  const nowMs = momentOf(state, at);
  const question: Question = { state, nowMs, until_ms: 0 };
  const memberships = new Map(state.memberships);
  const changes: MembershipChanged[] = [];
  let due_ms = Number.POSITIVE_INFINITY;
  let changed = false;

  const change = (segment: string, segment_version: number, status: 'entered' | 'exited', why: Explanation): void => {
    const what = { segment, segment_version, status, unproven: at.isUnproven === true && hangsOnTime(why, state, at) };
    changes.push(membershipChanged(state, changes.length, what, why, { ...at, momentMs: nowMs }));
  };

  for (const segment of compiled.segments.values()) {
    const before = state.memberships.get(segment.key);
    const holds = segment.holds(question);
    if (question.until_ms < due_ms) due_ms = question.until_ms;
    if (holds === (before !== undefined)) {
      if (before === undefined || before.segment_version === segment.version) continue;
      memberships.set(segment.key, { ...before, segment_version: segment.version });
      changed = true;
      continue;
    }
    changed = true;
    if (holds) memberships.set(segment.key, { segment_version: segment.version, since_ms: nowMs });
    else memberships.delete(segment.key);
    change(segment.key, segment.version, holds ? 'entered' : 'exited', explain(segment, state, before, cause, nowMs));
  }
  for (const [key, { segment_version }] of state.memberships) {
    if (compiled.segments.has(key)) continue;
    memberships.delete(key);
    changed = true;
    change(key, compiled.deleted.get(key) ?? segment_version, 'exited', BY_DEFINITION);
  }

  const due = due_ms === Number.POSITIVE_INFINITY ? null : due_ms;
  if (!changed && due === state.due_ms && state.evaluated) return { state, changes };
  return {
    state: {
      ...state,
      memberships: changed ? memberships : state.memberships,
      version: state.version + changes.length,
      due_ms: due,
      momentMs: nowMs,
      completeFromMs: state.completeFromMs > nowMs ? state.completeFromMs : 0,
      evaluated: true,
    },
    changes,
  };
}

/** The profile leaves all its segments because another one absorbed it. */
export function leaveAll(
  state: ProfileState,
  merge: { readonly message_id: string; readonly event_time: number },
  at: DecidedAt,
): readonly MembershipChanged[] {
  const why: Explanation = { reason: 'merge', message_id: merge.message_id, event_time: merge.event_time };
  const decided = { ...at, momentMs: momentOf(state, at) };
  return [...state.memberships].map(([segment, { segment_version }], index) =>
    membershipChanged(state, index, { segment, segment_version, status: 'exited', unproven: false }, why, decided),
  );
}

/**
 * Whether the decision's moment may have had a part in it. An event, or a trait while nothing was due, explains a
 * change by itself, whatever may still arrive.
 */
function hangsOnTime({ reason }: Explanation, { due_ms }: ProfileState, { momentMs }: DecidedAt): boolean {
  if (reason === 'event') return false;
  return reason !== 'trait' || (due_ms !== null && due_ms <= momentMs);
}

const BY_DEFINITION: Explanation = { reason: 'definition', message_id: null, event_time: null };

function membershipChanged(
  state: ProfileState,
  changesBefore: number,
  what: Pick<MembershipChanged, 'segment' | 'segment_version' | 'status' | 'unproven'>,
  why: Explanation,
  at: DecidedAt,
): MembershipChanged {
  return {
    ...what,
    profile_id: state.profile_id,
    version: state.version + changesBefore + 1,
    ...why,
    decided_at: at.momentMs,
    told_at: at.nowMs,
    identifiers: identifiersOf(state),
    traits: state.traits.text,
  };
}

/**
 * Why the segment's answer differs from the published one. The cause explains it if the segment asks for what the cause
 * brought. Otherwise time does, if something was due; else the definition is new.
 */
function explain(
  segment: CompiledSegment,
  state: ProfileState,
  before: Membership | undefined,
  cause: Cause,
  nowMs: number,
): Explanation {
  if (cause.kind === 'merge') return { reason: 'merge', message_id: null, event_time: null };
  const overdue = state.due_ms !== null && state.due_ms <= nowMs;
  if (cause.kind === 'event' && (!state.evaluated || (cause.event !== null && segment.events.has(cause.event)))) {
    const why: Explanation = { reason: 'event', message_id: cause.message_id, event_time: cause.event_time_ms };
    if (!overdue || segment.holds(questionWithout(state, cause, nowMs)) === (before !== undefined)) return why;
  }
  if (cause.kind === 'trait' && (!state.evaluated || segment.asksTraits)) {
    return { reason: 'trait', message_id: cause.message_id, event_time: cause.event_time_ms };
  }
  if (before !== undefined && before.segment_version !== segment.version) return BY_DEFINITION;
  return overdue ? byTime(segment, state, before !== undefined, nowMs) : BY_DEFINITION;
}

/** The question as it would be without the event. */
function questionWithout(state: ProfileState, cause: Cause & { readonly kind: 'event' }, nowMs: number): Question {
  const counters = new Map(state.counters);
  for (const id of cause.counters) {
    const counter = counters.get(id);
    if (counter !== undefined) counters.set(id, withoutEvent(counter, cause.event_time_ms));
  }
  return { state: { counters, traits: state.traits as JsonText }, nowMs, until_ms: 0 };
}

/**
 * Time changed it, at the first moment from the due one on at which the answer is known and differed; unless it differed
 * before.
 */
function byTime(segment: CompiledSegment, state: ProfileState, was: boolean, nowMs: number): Explanation {
  const question: { -readonly [Part in keyof Question]: Question[Part] } = { state, nowMs, until_ms: 0 };
  const due_ms = state.due_ms as number;
  question.nowMs = due_ms - 1;
  if (segment.holds(question) !== was) return BY_DEFINITION;
  question.nowMs = Math.max(due_ms, state.completeFromMs);
  for (let step = 0; step < MOST_STEPS; step += 1) {
    if (segment.holds(question) !== was) return { reason: 'time', message_id: null, event_time: question.nowMs };
    if (question.until_ms >= nowMs) break;
    question.nowMs = question.until_ms;
  }
  return { reason: 'time', message_id: null, event_time: nowMs };
}
