import { compareEvents, type Identifier } from '@hilo/schemas';
import { type Cause, type ProfileIdentifier, type ProfileState, compareTexts } from './profile-state.ts';
import { withUnpublished } from './set-traits.ts';

/** Adds the identifiers that an event linked. */
export function linkIdentifiers(state: ProfileState, linked: readonly Identifier[], cause: Cause): ProfileState {
  return mergeIdentifiers(
    state,
    linked.map(({ type, value }) => ({ type, value, cause })),
  );
}

/** The profile with the identifiers of both; of two links of one identifier, the older one stays. */
export function mergeIdentifiers(state: ProfileState, others: readonly ProfileIdentifier[]): ProfileState {
  const identifiers = new Map(state.identifiers.map((identifier) => [keyOf(identifier), identifier]));
  let came = false;
  let changed = false;
  for (const other of others) {
    const current = identifiers.get(keyOf(other));
    if (current !== undefined && compareEvents(current.cause, other.cause) <= 0) continue;
    identifiers.set(keyOf(other), other);
    came ||= current === undefined;
    changed = true;
  }
  if (!changed) return state;
  return {
    ...state,
    identifiers: [...identifiers.values()].sort(compareIdentifiers),
    unpublished: withUnpublished(state.unpublished, { identifiers: came }),
  };
}

function compareIdentifiers(a: ProfileIdentifier, b: ProfileIdentifier): number {
  return compareTexts(a.type, b.type) || compareTexts(a.value, b.value);
}

function keyOf({ type, value }: ProfileIdentifier): string {
  return `${type}\0${value}`;
}
