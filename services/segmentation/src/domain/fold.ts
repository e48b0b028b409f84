import { EMPTY_OBJECT, JsonText } from '@hilo/behaviour';
import type { EventIdentified, ProfileChanged } from '@hilo/schemas';
import type { Compiled, CompiledCounter } from './compile.ts';
import { type Counter, trimmed, withEvent } from './counter.ts';
import { momentWith, type ProfileState, withLinked, withProfile } from './profile-state.ts';

/** Why an input becomes a dead letter. */
export type FoldFault = { readonly reason: 'unreadable_properties' | 'unreadable_traits'; readonly message: string };

/** The state after an input, or why the input cannot be read. */
export type Folded =
  | { readonly kind: 'folded'; readonly state: ProfileState }
  | ({ readonly kind: 'fault' } & FoldFault);

const NONE: readonly CompiledCounter[] = [];

/** Counters that an event feeds; null if they need its properties and these are not JSON. */
export function fedBy(event: EventIdentified, compiled: Compiled): readonly CompiledCounter[] | null {
  if (event.event === null || event.type !== 'track') return NONE;
  const named = compiled.byEvent.get(event.event);
  if (named === undefined) return NONE;
  if (named.every((counter) => counter.counts === null)) return named;
  try {
    const properties = event.properties === null ? EMPTY_OBJECT : new JsonText(event.properties);
    return named.filter((counter) => counter.counts === null || counter.counts(properties));
  } catch {
    return null;
  }
}

/**
 * The state after an event; the same object if no definition asks for it and it links no identifier. `nowMs`:
 * everything before it is folded.
 */
export function foldEvent(state: ProfileState, event: EventIdentified, nowMs: number, compiled: Compiled): Folded {
  const fed = fedBy(event, compiled);
  if (fed === null) {
    return {
      kind: 'fault',
      reason: 'unreadable_properties',
      message: 'properties must be the JSON text of an object, or null',
    };
  }
  const linked = event.linked.length === 0 ? state : withLinked(state, event.linked);
  const momentMs = momentWith(state, event.timestamp, nowMs);
  let counters: Map<string, Counter> | null = null;
  for (const kind of fed) {
    const before = linked.counters.get(kind.id);
    const after = withEvent(before, kind, event.timestamp, momentMs);
    if (after === undefined || after === before) continue;
    counters ??= new Map(linked.counters);
    counters.set(kind.id, after);
  }
  return { kind: 'folded', state: counters === null ? linked : { ...linked, counters, momentMs } };
}

/**
 * The state after a record of the profile service; the same object for an older record, and for one of a profile that
 * this one absorbed (the profile service sends the merged traits itself).
 */
export function foldProfile(state: ProfileState, profile: ProfileChanged): Folded {
  if (profile.profile_id !== state.profile_id || profile.status !== 'live') return { kind: 'folded', state };
  if (profile.version <= state.profileVersion) return { kind: 'folded', state };
  try {
    const next = withProfile(state, profile);
    if (typeof next.traits.value === 'object' && next.traits.value !== null) return { kind: 'folded', state: next };
  } catch {
    // Falls through to the same answer as JSON text that is not an object.
  }
  return { kind: 'fault', reason: 'unreadable_traits', message: 'traits must be the JSON text of an object' };
}

/**
 * The state without what no definition asks for and no window contains any longer; the same object if all is needed.
 * Keeps what a newer definition than the current ones may have begun: merges bring such counters from other partitions.
 */
export function withoutForgotten(state: ProfileState, nowMs: number, compiled: Compiled): ProfileState {
  let counters: Map<string, Counter> | null = null;
  for (const [id, counter] of state.counters) {
    if (counter.since_ms > compiled.as_of_ms) continue;
    const kind = compiled.counters.get(id);
    const kept = kind?.since_ms === counter.since_ms ? trimmed(counter, kind, nowMs) : null;
    if (kept === counter) continue;
    counters ??= new Map(state.counters);
    if (kept === null || kept.timesMs.length === 0) counters.delete(id);
    else counters.set(id, kept);
  }
  return counters === null ? state : { ...state, counters };
}
