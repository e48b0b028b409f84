import { EMPTY_OBJECT, JsonText } from '@hilo/behaviour';
import { mergedSeries, type Series, type StreamedProfile } from '@hilo/behaviour/version-2';
import type { Identifier, ProfileChanged } from '@hilo/schemas';
import { type ListEntries, listsOf, mergedEntries, NO_ENTRIES } from './list-entries.ts';
import { mergedPasts, type Pasts } from './pasts.ts';
import { TraitTimes, UNKNOWN_TIMES } from './trait-times.ts';

/** What the stage knows about one profile. Never mutated. */
export interface ProfileState {
  readonly profile_id: string;
  /** Version of the last `profiles.changed` record read; 0: none yet. */
  readonly profileVersion: number;
  /** The profile's traits, an object. */
  readonly traits: JsonText;
  /** Since when each top-level trait has had its value. */
  readonly traitTimes: TraitTimes;
  /** Identifiers of the last `profiles.changed` record. */
  readonly identifiers: readonly Identifier[];
  /** Identifiers from events and merges that no `profiles.changed` record has named yet. */
  readonly linked: readonly Identifier[];
  /** What is remembered of the events that definitions ask for. */
  readonly series: ReadonlyMap<string, Series>;
  /** What static lists say of the profile. */
  readonly lists: ListEntries;
  /** Segments the profile is in, as published. */
  readonly memberships: ReadonlyMap<string, Membership>;
  /** Version of the last membership record published. */
  readonly version: number;
  /** When an answer may change although nothing happens, the earliest of `duesMs`; null: never. */
  readonly due_ms: number | null;
  /** When each segment's answer may change although nothing happens; absent: never. */
  readonly duesMs: ReadonlyMap<string, number>;
  /** All segments were evaluated by this revision of the definitions. 0: unknown; the next evaluation takes all of them. */
  readonly evaluatedRevision: number;
  /**
   * The moment for which the profile was last decided. It never goes back. While the stage's time is behind, it
   * advances with the profile's own events, but not to where time alone would change an answer (ADR 28).
   */
  readonly momentMs: number;
  /**
   * From which moment on the windows are complete: an absorbed profile was decided up to here, and had forgotten events
   * that left a window before. Until the stage's time is here, time alone changes no answer. 0: always complete.
   */
  readonly completeFromMs: number;
  /** False until the segments are evaluated for the first time. */
  readonly evaluated: boolean;
  /** The parts of the past that the series have. */
  readonly pasts: Pasts;
}

/** That a profile is in a segment. */
export interface Membership {
  /** Version of the segment's definition by which it is a member. */
  readonly segment_version: number;
  /** When it was found to be a member. */
  readonly since_ms: number;
}

/** Most identifiers kept in addition to those that the profile service names. */
const MOST_LINKED = 50;

/** The state of an unknown profile. */
export function newProfile(profile_id: string): ProfileState {
  return {
    profile_id,
    profileVersion: 0,
    traits: EMPTY_OBJECT,
    traitTimes: UNKNOWN_TIMES,
    identifiers: [],
    linked: [],
    series: new Map(),
    lists: NO_ENTRIES,
    memberships: new Map(),
    version: 0,
    due_ms: null,
    duesMs: new Map(),
    evaluatedRevision: 0,
    momentMs: 0,
    completeFromMs: 0,
    evaluated: false,
    pasts: new Map(),
  };
}

/** The moment for which to decide the profile, from that of its partition: it never goes back. */
export function momentOf(state: ProfileState, at: { readonly momentMs: number }): number {
  return Math.max(state.momentMs, followed(state, at.momentMs));
}

/** When to wake the profile up: an answer may change by time alone, and all that decides it is known. Null: never. */
export function wakeAtMs({ due_ms, completeFromMs }: ProfileState): number | null {
  return due_ms === null ? null : Math.max(due_ms, completeFromMs);
}

/** How far the profile follows the stage's time. */
function followed({ due_ms, completeFromMs }: ProfileState, momentMs: number): number {
  return momentMs < completeFromMs && due_ms !== null ? Math.min(momentMs, due_ms - 1) : momentMs;
}

/**
 * The moment for which to decide the profile once an event of that time is folded: its answers change by the event, and
 * by nothing that time alone would change beyond `momentMs`, the time up to which everything is folded.
 */
export function momentWith(state: ProfileState, event_time_ms: number, momentMs: number): number {
  const stillMs = Math.min(event_time_ms, (state.due_ms ?? Number.POSITIVE_INFINITY) - 1);
  return Math.max(state.momentMs, followed(state, momentMs), stillMs);
}

/** All identifiers known, each once. */
export function identifiersOf(state: ProfileState): readonly Identifier[] {
  return state.linked.length === 0 ? state.identifiers : [...state.identifiers, ...state.linked];
}

/** The state with identifiers that belong to the profile; the same object if all of them are known. */
export function withLinked(state: ProfileState, identifiers: readonly Identifier[]): ProfileState {
  const known = new Set(identifiersOf(state).map(nameOf));
  const added = identifiers.filter((identifier) => !known.has(nameOf(identifier)));
  if (added.length === 0) return state;
  const linked = [...new Map([...state.linked, ...added].map((one) => [nameOf(one), one])).entries()];
  const sorted = linked.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
  return { ...state, linked: sorted.slice(0, MOST_LINKED) };
}

/** The state with the profile service's record: its traits, and the identifiers it names. */
export function withProfile(
  state: ProfileState,
  profile: Pick<ProfileChanged, 'version' | 'traits' | 'traits_since' | 'identifiers'>,
): ProfileState {
  const named = new Set(profile.identifiers.map(nameOf));
  return {
    ...state,
    profileVersion: profile.version,
    traits: profile.traits === state.traits.text ? state.traits : new JsonText(profile.traits),
    traitTimes:
      profile.traits_since === state.traitTimes.text ? state.traitTimes : new TraitTimes(profile.traits_since),
    identifiers: profile.identifiers,
    linked: state.linked.filter((identifier) => !named.has(nameOf(identifier))),
  };
}

/**
 * The survivor of a merge: events of both count, and identifiers of both are known. Its traits, memberships and due
 * time stay its own: the profile service sends merged traits, and memberships follow from the next evaluation.
 */
export function combine(survivor: ProfileState, absorbed: ProfileState): ProfileState {
  const linked = withLinked(survivor, identifiersOf(absorbed));
  const momentMs = momentWith(survivor, absorbed.momentMs, survivor.momentMs);
  const lastMs = Math.max(survivor.completeFromMs, absorbed.completeFromMs, absorbed.momentMs);
  return {
    ...linked,
    series: mergedSeries(survivor.series, absorbed.series),
    pasts: mergedPasts(survivor.pasts, absorbed.pasts),
    lists: mergedEntries(survivor.lists, absorbed.lists),
    momentMs,
    completeFromMs: lastMs > momentMs ? lastMs : 0,
    version: Math.max(survivor.version, absorbed.version),
  };
}

/** The profile as conditions see it. The survivor of a merge is the profile that was created first. */
export function streamedProfile({ profile_id, series, lists, traits, traitTimes }: ProfileState): StreamedProfile {
  return { series, facts: { birthId: profile_id, traits, sinceMs: traitTimes, lists: listsOf(lists) } };
}

function nameOf({ type, value }: Identifier): string {
  return `${type}\u0000${value}`;
}
