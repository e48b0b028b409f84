import type { ProfileChanged, TraitChange } from '@hilo/schemas';
import type { ProfileState } from './profile-state.ts';
import { compareTexts } from './profile-state.ts';

/** Why a record is published. */
export interface Reason {
  readonly reason: 'event' | 'merge';
  /** messageId of the causing event, if there is one. */
  readonly message_id: string | null;
  /** Timestamp of that event, ms. */
  readonly event_time: number;
  /** Whether that event is historical. */
  readonly historical: boolean;
  /** When it was decided, ms. */
  readonly decided_at: number;
}

/** A state with nothing unpublished, and the record that says what changed (null: nothing visible). */
export interface Described {
  readonly state: ProfileState;
  readonly record: ProfileChanged | null;
}

/** Turns unpublished changes into the profile's next record. */
export function describeChange(state: ProfileState, reason: Reason): Described {
  const { unpublished } = state;
  if (unpublished === null) return { state, record: null };
  const published = { ...state, unpublished: null };
  const differing = [...unpublished.traits].filter(([name, previous]) => valueOf(state, name) !== previous);
  if (differing.length === 0 && !unpublished.identifiers && !unpublished.since)
    return { state: published, record: null };
  const version = state.version + 1;
  return {
    state: { ...published, version },
    record: {
      profile_id: state.profile_id,
      version,
      status: 'live',
      survivor: null,
      traits: traitsText(state),
      traits_since: sinceText(state),
      identifiers: state.identifiers.map(({ type, value }) => ({ type, value })),
      changes: changesOf(state, differing),
      ...reason,
    },
  };
}

/** The last record of an absorbed profile. */
export function describeEnd(state: ProfileState, survivor: string, reason: Reason): ProfileChanged {
  return {
    profile_id: state.profile_id,
    version: state.version + 1,
    status: 'merged',
    survivor,
    traits: '{}',
    traits_since: '{}',
    identifiers: [],
    changes: [],
    ...reason,
  };
}

/** JSON text of all traits that have a value, by name. */
export function traitsText(state: ProfileState): string {
  const members = [...state.traits]
    .filter(([, trait]) => trait.value !== null)
    .sort(([a], [b]) => compareTexts(a, b))
    .map(([name, trait]) => `${JSON.stringify(name)}:${trait.value}`);
  return `{${members.join(',')}}`;
}

/** JSON text of the times since which all traits have had their values, removed ones too, by name. */
export function sinceText({ traits }: ProfileState): string {
  const members = [...traits]
    .sort(([a], [b]) => compareTexts(a, b))
    .map(([name, { since_ms }]) => `${JSON.stringify(name)}:${since_ms}`);
  return `{${members.join(',')}}`;
}

function changesOf(
  state: ProfileState,
  differing: readonly (readonly [string, string | null])[],
): readonly TraitChange[] {
  const changes = differing.flatMap(([trait, previous]): readonly TraitChange[] => {
    const now = state.traits.get(trait);
    // A merge beyond the limits drops traits: the record's traits then lack them, and there is no event to name.
    if (now === undefined) return [];
    const { source, message_id, event_time_ms: event_time } = now.cause;
    return [{ trait, value: now.value, previous, source, message_id, event_time }];
  });
  return changes.sort((a, b) => compareTexts(a.trait, b.trait));
}

function valueOf(state: ProfileState, trait: string): string | null {
  return state.traits.get(trait)?.value ?? null;
}
