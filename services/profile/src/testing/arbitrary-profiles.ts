import { parseJson } from '@hilo/exact-json';
import fc from 'fast-check';
import { linkIdentifiers } from '../domain/link-identifiers.ts';
import { type Cause, type ProfileState, newProfile } from '../domain/profile-state.ts';
import { setTraits } from '../domain/set-traits.ts';

/** What one event adds to a profile. */
export interface Fact {
  readonly cause: Cause;
  readonly traits: Readonly<Record<string, unknown>>;
  readonly linked: readonly { readonly type: string; readonly value: string }[];
}

const someValue = fc.oneof(
  fc.constant(null),
  fc.constantFrom('', 'x', 0, 1, 1.5, true, false, parseJson('1234567890123456789'), parseJson('1e400')),
  fc.jsonValue({ maxDepth: 2 }),
);
const someName = fc.constantFrom('email', 'city', 'plan', '__proto__', 'toString', '');

/** Facts of distinct events; many share an event time. */
export const someFacts: fc.Arbitrary<readonly Fact[]> = fc.uniqueArray(
  fc.record({
    cause: fc.record({
      source: fc.constantFrom('web', 'app'),
      message_id: fc.integer({ min: 0, max: 30 }).map((n) => `m${n}`),
      event_time_ms: fc.integer({ min: 1, max: 3 }),
      receivedMs: fc.integer({ min: 3, max: 5 }),
      position: fc.integer({ min: 0, max: 3 }),
    }),
    traits: fc
      .array(fc.tuple(someName, someValue), { maxLength: 4 })
      .map((entries) => Object.fromEntries(entries) as Readonly<Record<string, unknown>>),
    linked: fc.array(
      fc.record({
        type: fc.constantFrom('user_id', 'anonymous_id'),
        value: fc.constantFrom('1', '2', '3'),
      }),
      { maxLength: 2 },
    ),
  }),
  { selector: ({ cause }) => `${cause.source}/${cause.message_id}`, maxLength: 12 },
);

/** The profile after one more fact. */
export function learn(state: ProfileState, { cause, traits, linked }: Fact): ProfileState {
  return setTraits(linkIdentifiers(state, linked, cause), traits, cause).state;
}

/** A profile that knows these facts. */
export function profileOf(profile_id: string, facts: readonly Fact[]): ProfileState {
  return facts.reduce(learn, newProfile(profile_id));
}

/**
 * What a profile knows, in a form that can be compared: without its own id, what it published, and the times since when traits
 * have their values, which depend on the order of arrival.
 */
export function knowledgeOf({ traits, identifiers }: ProfileState): object {
  const known = [...traits].map(([name, { value, cause }]) => [name, value, cause] as const);
  return { traits: known.toSorted(([a], [b]) => (a < b ? -1 : 1)), identifiers };
}
