import { parseJson } from '@hilo/exact-json';
import { compareEvents } from '@hilo/schemas';
import { type Cause, type ProfileIdentifier, type ProfileState, compareTexts } from './profile-state.ts';

/** Classes of traits that a caller can ask for. */
export type TraitClass = 'audience' | 'computed_trait';

/** A trait with all details, as the API shows it. */
export interface TraitView {
  readonly value: unknown;
  readonly source_id: string | null;
  readonly message_id: string | null;
  readonly updated_at: string | null;
}

/** Traits by name, in the order of their names. For class audience: the profile's segments, each true. */
export function traitsOf(state: ProfileState, only: TraitClass | null): readonly (readonly [string, TraitView])[] {
  if (only === 'computed_trait') return [];
  if (only === 'audience')
    return segmentsOf(state).map(({ segment, since }) => [
      segment,
      { value: true, source_id: null, message_id: null, updated_at: since },
    ]);
  return [...state.traits]
    .flatMap(([name, { value, cause }]): [string, TraitView][] =>
      value === null
        ? []
        : [
            [
              name,
              {
                value: parseJson(value),
                source_id: cause.source,
                message_id: cause.message_id,
                updated_at: instant(cause.event_time_ms),
              },
            ],
          ],
    )
    .sort(([a], [b]) => compareTexts(a, b));
}

/** An identifier as the API shows it. */
export function externalIdOf({ type, value, cause }: ProfileIdentifier) {
  return {
    source_id: cause.source,
    collection: 'users',
    id: value,
    type,
    created_at: instant(cause.event_time_ms),
    encoding: 'none',
    first_message_id: cause.message_id,
  };
}

/** Segments the profile is in, by key. */
export function segmentsOf(state: ProfileState) {
  return [...state.segments]
    .map(([segment, { segment_version, since_ms }]) => ({
      segment,
      version: segment_version,
      since: instant(since_ms),
    }))
    .sort((a, b) => compareTexts(a.segment, b.segment));
}

/** When the profile became known, and when it last changed, with the events behind both. */
export function metadataOf(state: ProfileState) {
  const causes = [
    ...state.identifiers.map(({ cause }) => cause),
    ...[...state.traits.values()].map(({ cause }) => cause),
  ];
  const sorted = causes.toSorted(compareEvents);
  const [first, last] = [sorted[0] ?? null, sorted.at(-1) ?? null];
  return {
    created_at: instantOf(first),
    updated_at: instantOf(last),
    expires_at: null,
    first_message_id: first?.message_id ?? null,
    first_source_id: first?.source ?? null,
    last_message_id: last?.message_id ?? null,
    last_source_id: last?.source ?? null,
  };
}

function instantOf(cause: Cause | null): string | null {
  return cause === null ? null : instant(cause.event_time_ms);
}

/** Producers' clocks can be anywhere: null for a time that a date cannot express. */
function instant(timeMs: number): string | null {
  const time = new Date(timeMs);
  return Number.isNaN(time.getTime()) ? null : time.toISOString();
}
