import {
  type CompiledSeries,
  isPast,
  type ProfileEvent,
  seriesWith,
  takenBy as takenByEvent,
  trimmedSeries,
} from '@hilo/behaviour/version-2';
import type { EventIdentified, ProfileChanged } from '@hilo/schemas';
import type { Compiled } from './compile.ts';
import { listEntryOf, withListEntry } from './list-entries.ts';
import { knownPasts } from './pasts.ts';
import { profileEventOf, selectedEvent, setsTraits } from './profile-event.ts';
import { momentWith, type ProfileState, withLinked, withProfile } from './profile-state.ts';

/** Why an input becomes a dead letter. */
export type FoldFault = { readonly reason: 'unreadable_properties' | 'unreadable_traits'; readonly message: string };

/** The state after an input, or why the input cannot be read. */
export type Folded =
  | { readonly kind: 'folded'; readonly state: ProfileState }
  | ({ readonly kind: 'fault' } & FoldFault);

/** An event and the series that take it. */
export interface TakenEvent {
  readonly event: ProfileEvent;
  readonly taken: readonly CompiledSeries[];
}

/** Why an event feeds no series: none asks for it, or some need its properties and these are not JSON. */
export type NotTaken = 'not-asked' | 'unreadable';

const takenEvents = new WeakMap<
  EventIdentified,
  { readonly compiled: Compiled; readonly found: TakenEvent | NotTaken }
>();

/**
 * The event and the series that take it. Found once for each object that definitions ask for, because the stage asks when it
 * folds and again when it decides. `newest`: the last generation that counts it; earlier events belong to its past.
 */
export function takenOf(record: EventIdentified, compiled: Compiled, newest = Infinity): TakenEvent | NotTaken {
  if (compiled.matching(selectedEvent(record)).length === 0) return 'not-asked';
  const known = takenEvents.get(record);
  if (known?.compiled === compiled) return known.found;
  const found = takenFrom(record, compiled, newest);
  takenEvents.set(record, { compiled, found });
  return found;
}

function takenFrom(record: EventIdentified, compiled: Compiled, newest: number): TakenEvent | NotTaken {
  const event = profileEventOf(record);
  if (event === null) return 'not-asked';
  try {
    const asking = takenByEvent(event, compiled);
    const taken =
      newest === Infinity ? asking : asking.filter(({ id }) => (compiled.generations.get(id) ?? 0) <= newest);
    return taken.length === 0 ? 'not-asked' : { event, taken };
  } catch (error) {
    if (error instanceof SyntaxError) return 'unreadable';
    throw error;
  }
}

/**
 * The state after an event; the same object if no definition asks for it and it links no identifier. `nowMs`:
 * everything before it is folded. `newest`: as in `takenOf`.
 */
export function foldEvent(
  state: ProfileState,
  record: EventIdentified,
  nowMs: number,
  compiled: Compiled,
  newest = Infinity,
): Folded {
  const found = takenOf(record, compiled, newest);
  if (found === 'unreadable') {
    const content = setsTraits(record.type) ? 'traits' : 'properties';
    const message = `${content} must be the JSON text of an object, or null`;
    return { kind: 'fault', reason: `unreadable_${content}`, message };
  }
  const linked = record.linked.length === 0 ? state : withLinked(state, record.linked);
  if (record.type === 'list') return { kind: 'folded', state: foldListEntry(linked, record, nowMs) };
  if (found === 'not-asked') return { kind: 'folded', state: linked };
  const momentMs = momentWith(state, record.timestamp, nowMs);
  const series = seriesWith(linked.series, found.event, found.taken, momentMs);
  const isChanged = series !== linked.series || isForgotten(found, state, momentMs);
  return { kind: 'folded', state: isChanged ? { ...linked, series, momentMs } : linked };
}

/** The state after a record of a static list. It counts whether or not a definition asks for the list. */
function foldListEntry(state: ProfileState, record: EventIdentified, nowMs: number): ProfileState {
  const entry = listEntryOf(record);
  if (entry === null || record.name === null) return state;
  const lists = withListEntry(state.lists, record.name, entry);
  return lists === state.lists ? state : { ...state, lists, momentMs: momentWith(state, record.timestamp, nowMs) };
}

/**
 * Whether the event comes too late to be kept, but would have been kept at the moment that the state is for. The state must then
 * be for the later one: a profile that absorbs this one would otherwise take its windows for complete from the earlier one on.
 */
function isForgotten({ event, taken }: TakenEvent, { momentMs: beforeMs }: ProfileState, momentMs: number): boolean {
  return taken.some((kind) => isPast(kind, event, momentMs) && !isPast(kind, event, beforeMs));
}

const changedTraits = new WeakMap<ProfileChanged, ReadonlySet<string>>();

/**
 * Names of the top-level traits that definitions ask for and that the record changed, as the fold of the record found them;
 * null: it may have changed any.
 */
export function traitsChangedBy(record: ProfileChanged): ReadonlySet<string> | null {
  return changedTraits.get(record) ?? null;
}

/**
 * The state after a record of the profile service; the same object for an older record, and for one of a profile that
 * this one absorbed (the profile service sends the merged traits itself).
 */
export function foldProfile(state: ProfileState, profile: ProfileChanged, compiled: Compiled): Folded {
  if (profile.profile_id !== state.profile_id || profile.status !== 'live') return unchanged(state, profile);
  if (profile.version <= state.profileVersion) return unchanged(state, profile);
  try {
    const next = withProfile(state, profile);
    if (typeof next.traits.value === 'object' && next.traits.value !== null) {
      changedTraits.set(profile, differing(state, next, compiled));
      return { kind: 'folded', state: next };
    }
  } catch {
    // Falls through to the same answer as JSON text that is not an object.
  }
  changedTraits.set(profile, NO_TRAITS);
  return { kind: 'fault', reason: 'unreadable_traits', message: 'traits must be the JSON text of an object' };
}

const NO_TRAITS: ReadonlySet<string> = new Set();

function unchanged(state: ProfileState, profile: ProfileChanged): Folded {
  changedTraits.set(profile, NO_TRAITS);
  return { kind: 'folded', state };
}

function differing(before: ProfileState, after: ProfileState, { byTrait }: Compiled): ReadonlySet<string> {
  const haveOtherTimes = before.traitTimes.text !== after.traitTimes.text;
  if ((before.traits.text === after.traits.text && !haveOtherTimes) || byTrait.size === 0) return NO_TRAITS;
  const [one, other] = [before.traits.exact, after.traits.exact] as [object, object];
  const names = [...byTrait.keys()].filter(
    (name) =>
      textAt(one, name) !== textAt(other, name) ||
      (haveOtherTimes && before.traitTimes.get(name) !== after.traitTimes.get(name)),
  );
  return new Set(names);
}

function textAt(document: object, name: string): string | undefined {
  return Object.hasOwn(document, name) ? JSON.stringify((document as Record<string, unknown>)[name]) : undefined;
}

/**
 * The state without what no definition asks for and no window contains any longer; the same object if all is needed.
 * Keeps what a newer definition than the current ones may have begun: merges bring such series from other partitions.
 */
export function withoutForgotten(state: ProfileState, nowMs: number, compiled: Compiled): ProfileState {
  const series = trimmedSeries(state.series, compiled, nowMs, compiled.as_of_ms);
  const pasts = knownPasts(state.pasts, compiled.generations.values());
  if (series === state.series && pasts === state.pasts) return state;
  return { ...state, series, pasts, momentMs: Math.max(state.momentMs, nowMs) };
}
