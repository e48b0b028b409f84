import { compareEvents } from '@hilo/schemas';
import { type Cause, type ProfileState, type Trait, type Unpublished, compareTexts } from './profile-state.ts';

/** Limits of a profile. Lengths are in UTF-16 code units of the JSON text. */
export const LIMITS = {
  /** Traits of one profile, removed ones included. */
  traits: 1_000,
  nameLength: 256,
  valueLength: 32_768,
  /** Names and values of all traits of one profile together. */
  totalLength: 131_072,
} as const;

/** Why a trait is refused. */
export type TraitFault = 'trait_name_too_long' | 'trait_too_large' | 'too_many_traits' | 'profile_too_large';

/** The profile after an event's traits, and the refused traits. */
export interface TraitsSet {
  readonly state: ProfileState;
  readonly refused: readonly TraitFault[];
}

/**
 * Sets traits: for each, the newest event wins, whatever the order of arrival. Null removes a trait; an empty text is a
 * value.
 */
export function setTraits(state: ProfileState, values: Readonly<Record<string, unknown>>, cause: Cause): TraitsSet {
  const refused: TraitFault[] = [];
  let traits = state.traits as Map<string, Trait>;
  let totalLength = -1;
  for (const [name, value] of Object.entries(values)) {
    const text = value === null ? null : JSON.stringify(value);
    const current = traits.get(name);
    if (current !== undefined && !wins({ value: text, cause }, current)) continue;
    const holdsStill = current !== undefined && current.value === text;
    const trait: Trait = { value: text, cause, since_ms: holdsStill ? current.since_ms : cause.event_time_ms };
    if (totalLength < 0) totalLength = lengthOfAll(traits);
    const longer = lengthOf(name, trait) - (current === undefined ? 0 : lengthOf(name, current));
    const fault = faultOf(name, trait, current === undefined ? traits.size + 1 : traits.size, totalLength + longer);
    if (fault !== null) {
      refused.push(fault);
      continue;
    }
    if (traits === state.traits) traits = new Map(traits);
    traits.set(name, trait);
    totalLength += longer;
  }
  return { state: withTraits(state, traits), refused };
}

/** The profile with the newest of both for each trait; beyond the limits, drops the oldest. */
export function mergeTraits(survivor: ProfileState, absorbed: ReadonlyMap<string, Trait>): ProfileState {
  let traits = survivor.traits as Map<string, Trait>;
  for (const [name, trait] of absorbed) {
    const current = traits.get(name);
    if (current !== undefined && !wins(trait, current)) continue;
    if (traits === survivor.traits) traits = new Map(traits);
    traits.set(name, trait);
  }
  return withTraits(survivor, traits === survivor.traits ? traits : newestWithinLimits(traits));
}

/**
 * A total order, so that the winner does not depend on the order of arguments: the newer event; for the same event, the
 * higher text.
 */
function wins(candidate: Omit<Trait, 'since_ms'>, current: Trait): boolean {
  const order = compareEvents(candidate.cause, current.cause);
  return order > 0 || (order === 0 && compareTexts(candidate.value ?? '', current.value ?? '') > 0);
}

/** Stores the traits, and notes which differ from what is published. */
function withTraits(state: ProfileState, traits: ReadonlyMap<string, Trait>): ProfileState {
  if (traits === state.traits) return state;
  const published = new Map(state.unpublished?.traits);
  let since = false;
  for (const name of new Set([...traits.keys(), ...state.traits.keys()])) {
    const [was, is] = [state.traits.get(name), traits.get(name)];
    if (was === is) continue;
    const before = was?.value ?? null;
    if (before !== (is?.value ?? null) && !published.has(name)) published.set(name, before);
    since ||= was?.since_ms !== is?.since_ms;
  }
  return { ...state, traits, unpublished: withUnpublished(state.unpublished, { traits: published, since }) };
}

const ALL_PUBLISHED: Unpublished = { traits: new Map(), identifiers: false, since: false };

/** What is unpublished, with these things too; null if nothing is. */
export function withUnpublished(before: Unpublished | null, further: Partial<Unpublished>): Unpublished | null {
  const { traits, identifiers, since } = before ?? ALL_PUBLISHED;
  const after: Unpublished = {
    traits: further.traits ?? traits,
    identifiers: identifiers || further.identifiers === true,
    since: since || further.since === true,
  };
  return after.traits.size === 0 && !after.identifiers && !after.since ? null : after;
}

function newestWithinLimits(traits: Map<string, Trait>): Map<string, Trait> {
  if (traits.size <= LIMITS.traits && lengthOfAll(traits) <= LIMITS.totalLength) return traits;
  const newest = [...traits].sort(
    ([aName, a], [bName, b]) => compareEvents(b.cause, a.cause) || compareTexts(aName, bName),
  );
  let totalLength = 0;
  const kept = newest.slice(0, LIMITS.traits).filter(([name, trait]) => {
    totalLength += lengthOf(name, trait);
    return totalLength <= LIMITS.totalLength;
  });
  return new Map(kept);
}

function faultOf(name: string, trait: Trait, count: number, totalLength: number): TraitFault | null {
  if (name.length > LIMITS.nameLength) return 'trait_name_too_long';
  if ((trait.value?.length ?? 0) > LIMITS.valueLength) return 'trait_too_large';
  if (count > LIMITS.traits) return 'too_many_traits';
  return totalLength > LIMITS.totalLength ? 'profile_too_large' : null;
}

function lengthOf(name: string, trait: Trait): number {
  return name.length + (trait.value?.length ?? 0);
}

function lengthOfAll(traits: ReadonlyMap<string, Trait>): number {
  let length = 0;
  for (const [name, trait] of traits) length += lengthOf(name, trait);
  return length;
}
