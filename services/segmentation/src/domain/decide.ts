import { type Question, questionAt } from '@hilo/behaviour/version-2';
import type { MembershipChanged } from '@hilo/schemas';
import type { Compiled, CompiledSegment } from './compile.ts';
import { BY_DEFINITION, type Cause, explain, type Explanation, isByDefinition } from './explain.ts';
import { identifiersOf, momentOf, type ProfileState, streamedProfile } from './profile-state.ts';

/** A profile's state after evaluating all its segments, and the changes to publish. */
export interface Decision {
  /** The same object if nothing changed. */
  readonly state: ProfileState;
  readonly changes: readonly MembershipChanged[];
}

/** The moment that a decision is made for, and the wall clock. */
export interface DecidedAt {
  readonly momentMs: number;
  readonly nowMs: number;
  /** True if that moment leaves out a released origin. Absent: false. */
  readonly isUnproven?: boolean;
}

/**
 * Evaluates for the profile at a moment the segments that the cause can change and those that are due, and compares with
 * what was last published.
 */
export function decide(state: ProfileState, cause: Cause, at: DecidedAt, compiled: Compiled): Decision {
  const nowMs = momentOf(state, at);
  const question = questionAt(streamedProfile(state), nowMs);
  const memberships = new Changes(state.memberships);
  const dues = new Changes(state.duesMs);
  const changes: MembershipChanged[] = [];

  const change = (segment: string, segment_version: number, status: 'entered' | 'exited', why: Explanation): void => {
    const unproven = at.isUnproven === true && hangsOnTime(why, state, at);
    const historical = why.message_id !== null && 'historical' in cause && cause.historical;
    const what = { segment, segment_version, status, unproven, historical };
    changes.push(membershipChanged(state, changes.length, what, why, { ...at, momentMs: nowMs }));
  };

  for (const segment of segmentsToEvaluate(state, cause, nowMs, compiled)) {
    const { key, version } = segment;
    const before = state.memberships.get(key);
    const holds = evaluated(segment, question);
    const { untilMs } = question;
    if (untilMs === Number.POSITIVE_INFINITY) dues.delete(key);
    else dues.set(key, untilMs);
    if (holds === (before !== undefined)) {
      if (before !== undefined && before.segment_version !== version) {
        memberships.set(key, { ...before, segment_version: version });
      }
      continue;
    }
    if (holds) memberships.set(key, { segment_version: version, since_ms: nowMs });
    else memberships.delete(key);
    change(key, version, holds ? 'entered' : 'exited', explain(segment, state, before, cause, nowMs));
  }
  const known = isKnown(state, compiled);
  if (!known || state.evaluatedRevision !== compiled.revision) {
    for (const [key, { segment_version }] of state.memberships) {
      if (compiled.segments.has(key)) continue;
      memberships.delete(key);
      change(key, compiled.deleted.get(key) ?? segment_version, 'exited', BY_DEFINITION);
    }
    for (const key of state.duesMs.keys()) if (!compiled.segments.has(key)) dues.delete(key);
  }

  // That a definition changes nothing here is found again with the next evaluation, which costs less than a write.
  if (!memberships.areMade && !dues.areMade && known) return { state, changes };
  return {
    state: {
      ...state,
      memberships: memberships.result,
      version: state.version + changes.length,
      due_ms: dues.areMade || !known ? earliest(dues.result.values()) : state.due_ms,
      duesMs: dues.result,
      evaluatedRevision: compiled.revision,
      momentMs: nowMs,
      completeFromMs: state.completeFromMs > nowMs ? state.completeFromMs : 0,
      evaluated: true,
    },
    changes,
  };
}

/** Changes of a map, which is copied for the first of them. */
class Changes<V> {
  readonly #before: ReadonlyMap<string, V>;
  #after: Map<string, V> | null = null;

  constructor(before: ReadonlyMap<string, V>) {
    this.#before = before;
  }

  get areMade(): boolean {
    return this.#after !== null;
  }

  /** The same map if nothing changed. */
  get result(): ReadonlyMap<string, V> {
    return this.#after ?? this.#before;
  }

  set(key: string, value: V): void {
    if (this.#before.get(key) !== value) (this.#after ??= new Map(this.#before)).set(key, value);
  }

  delete(key: string): void {
    if (this.#before.has(key)) (this.#after ??= new Map(this.#before)).delete(key);
  }
}

/** The segments whose condition holds for the question's profile at its moment. */
export function answersOf({ segments }: Pick<Compiled, 'segments'>, question: Question): ReadonlySet<string> {
  return new Set([...segments.values()].filter((segment) => evaluated(segment, question)).map(({ key }) => key));
}

/** The answer for the question's profile and moment, which `in` of later segments then finds. */
function evaluated({ key, evaluate }: CompiledSegment, question: Question): boolean {
  const known = question.answers.get(key);
  if (known !== undefined) {
    question.untilMs = known.untilMs;
    return known.holds;
  }
  const holds = evaluate(question);
  question.answers.set(key, { holds, untilMs: question.untilMs });
  return holds;
}

function earliest(times: Iterable<number>): number | null {
  let first = Number.POSITIVE_INFINITY;
  for (const timeMs of times) if (timeMs < first) first = timeMs;
  return first === Number.POSITIVE_INFINITY ? null : first;
}

/** Whether all segments were evaluated by these definitions or earlier ones. */
function isKnown({ evaluated, evaluatedRevision }: ProfileState, { revision }: Compiled): boolean {
  return evaluated && evaluatedRevision > 0 && evaluatedRevision <= revision;
}

/** The segments whose answers may differ from the last ones, in their order. */
function segmentsToEvaluate(
  state: ProfileState,
  cause: Cause,
  nowMs: number,
  compiled: Compiled,
): Iterable<CompiledSegment> {
  const { segments } = compiled;
  if (cause.kind === 'merge' || !isKnown(state, compiled)) return segments.values();
  const found = new Set(touched(cause, compiled));
  const { evaluatedRevision } = state;
  if (evaluatedRevision !== compiled.revision) {
    for (const segment of segments.values()) if (segment.revision > evaluatedRevision) found.add(segment);
  }
  if (state.due_ms !== null && state.due_ms <= nowMs) {
    for (const [key, due_ms] of state.duesMs) {
      const segment = due_ms <= nowMs ? segments.get(key) : undefined;
      if (segment !== undefined) found.add(segment);
    }
  }
  return found.size < 2 ? found : [...found].sort((a, b) => a.place - b.place);
}

function touched(cause: Cause, { bySeries, byTrait, byList }: Compiled): readonly CompiledSegment[] {
  if (cause.kind === 'event') {
    if (cause.list !== null) return byList.get(cause.list) ?? [];
    return (cause.fed?.taken ?? []).flatMap(({ id }) => bySeries.get(id) ?? []);
  }
  if (cause.kind === 'past') return cause.series.flatMap((id) => bySeries.get(id) ?? []);
  if (cause.kind !== 'trait') return [];
  return [...(cause.traits ?? byTrait.keys())].flatMap((name) => byTrait.get(name) ?? []);
}

/** The profile leaves all its segments because another one absorbed it. */
export function leaveAll(
  state: ProfileState,
  merge: { readonly message_id: string; readonly event_time: number },
  at: DecidedAt,
): readonly MembershipChanged[] {
  const why: Explanation = { reason: 'merge', message_id: merge.message_id, event_time: merge.event_time };
  const decided = { ...at, momentMs: momentOf(state, at) };
  const left = { status: 'exited', unproven: false, historical: false };
  return [...state.memberships].map(([segment, { segment_version }], index) =>
    membershipChanged(state, index, { segment, segment_version, ...left }, why, decided),
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

function membershipChanged(
  state: ProfileState,
  changesBefore: number,
  what: Pick<MembershipChanged, 'segment' | 'segment_version' | 'status' | 'unproven' | 'historical'>,
  why: Explanation,
  at: DecidedAt,
): MembershipChanged {
  return {
    ...what,
    backfilled: isByDefinition(why),
    profile_id: state.profile_id,
    version: state.version + changesBefore + 1,
    ...why,
    decided_at: at.momentMs,
    told_at: at.nowMs,
    identifiers: identifiersOf(state),
    traits: state.traits.text,
  };
}
