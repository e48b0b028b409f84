import { describe, expect, test } from 'vitest';
import { traitsText } from './describe-change.ts';
import { mergeProfiles } from './merge-profiles.ts';
import { type ProfileState, newProfile } from './profile-state.ts';
import { LIMITS, setTraits } from './set-traits.ts';

type Step = readonly [time: number, traits: Readonly<Record<string, unknown>>];

const after = (...steps: readonly Step[]): ProfileState =>
  steps.reduce(
    (state, [event_time_ms, traits], index) =>
      setTraits(state, traits, { source: 'web', message_id: `m${index}`, event_time_ms, receivedMs: 9, position: 0 })
        .state,
    newProfile('p'),
  );

describe('traits', () => {
  test.each<[string, readonly Step[], object]>([
    [
      'the newest event wins, not the last to arrive',
      [
        [2, { plan: 'pro' }],
        [1, { plan: 'free' }],
      ],
      { plan: 'pro' },
    ],
    [
      'each trait on its own',
      [
        [2, { a: 2 }],
        [1, { a: 1, b: 1 }],
      ],
      { a: 2, b: 1 },
    ],
    [
      'of one instant the higher messageId wins',
      [
        [1, { a: 'first' }],
        [1, { a: 'second' }],
      ],
      { a: 'second' },
    ],
    [
      'null removes',
      [
        [1, { a: 1, b: 1 }],
        [2, { a: null }],
      ],
      { b: 1 },
    ],
    [
      'an older value that comes late does not bring a removed trait back',
      [
        [2, { a: null }],
        [1, { a: 1 }],
      ],
      {},
    ],
    [
      'a newer value does',
      [
        [2, { a: null }],
        [3, { a: 1 }],
      ],
      { a: 1 },
    ],
    [
      'an empty text is a value',
      [
        [1, { a: 'x' }],
        [2, { a: '' }],
      ],
      { a: '' },
    ],
    [
      'objects and lists are replaced whole',
      [
        [1, { a: { x: 1 } }],
        [2, { a: { y: [null] } }],
      ],
      { a: { y: [null] } },
    ],
  ])('%s', (_name, steps, expected) => {
    expect(JSON.parse(traitsText(after(...steps)))).toEqual(expected);
  });

  test('the same value from a newer event is no news, but then an event between the two does not win', () => {
    expect(JSON.parse(traitsText(after([1, { a: 1 }], [3, { a: 1 }], [2, { a: 2 }])))).toEqual({ a: 1 });
  });
});

describe('since when a trait has its value', () => {
  const sinceOf = (state: ProfileState): number | undefined => state.traits.get('plan')?.since_ms;

  test.each<[string, readonly Step[], number]>([
    ['is the time of its first write', [[1, { plan: 'pro' }]], 1],
    [
      'stays if the same value is written again',
      [
        [1, { plan: 'pro' }],
        [5, { plan: 'pro' }],
      ],
      1,
    ],
    [
      'begins anew after another value',
      [
        [1, { plan: 'pro' }],
        [3, { plan: 'free' }],
        [5, { plan: 'pro' }],
      ],
      5,
    ],
    [
      'stays if a late write loses',
      [
        [1, { plan: 'pro' }],
        [5, { plan: 'pro' }],
        [3, { plan: 'free' }],
      ],
      1,
    ],
    [
      'is the time of the removal for a removed trait',
      [
        [1, { plan: 'pro' }],
        [3, { plan: null }],
        [5, { plan: null }],
      ],
      3,
    ],
  ])('%s', (_name, steps, since_ms) => {
    expect(sinceOf(after(...steps))).toBe(since_ms);
  });

  test('is that of the newer write after a merge', () => {
    const [older, newer] = [after([1, { plan: 'pro' }]), after([3, { plan: 'pro' }])];
    expect(sinceOf(mergeProfiles(older, newer))).toBe(3);
    expect(sinceOf(mergeProfiles(newer, older))).toBe(3);
  });
});

describe('limits of a profile', () => {
  const cause = { source: 'web', message_id: 'm', event_time_ms: 1, receivedMs: 9, position: 0 };
  const many = (count: number, value: unknown): Readonly<Record<string, unknown>> =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`t${index}`, value]));
  const refusedOf = (values: Readonly<Record<string, unknown>>, state = newProfile('p')) =>
    setTraits(state, values, cause).refused;

  test('the largest of everything fits, one more does not', () => {
    expect(refusedOf(many(LIMITS.traits, 1))).toEqual([]);
    expect(refusedOf(many(LIMITS.traits + 1, 1))).toEqual(['too_many_traits']);
    expect(refusedOf({ ['x'.repeat(LIMITS.nameLength)]: 1 })).toEqual([]);
    expect(refusedOf({ ['x'.repeat(LIMITS.nameLength + 1)]: 1 })).toEqual(['trait_name_too_long']);
    expect(refusedOf({ a: 'x'.repeat(LIMITS.valueLength - 2) })).toEqual([]);
    expect(refusedOf({ a: 'x'.repeat(LIMITS.valueLength - 1) })).toEqual(['trait_too_large']);
    expect(refusedOf(many(6, 'x'.repeat(30_000)))).toEqual(['profile_too_large', 'profile_too_large']);
  });

  test('what does not fit leaves the rest and the traits before as they were', () => {
    const full = setTraits(newProfile('p'), many(LIMITS.traits, 1), cause).state;
    const { state, refused } = setTraits(full, { t0: 2, other: 1 }, { ...cause, event_time_ms: 2 });
    expect(refused).toEqual(['too_many_traits']);
    expect(state.traits.get('t0')?.value).toBe('2');
    expect(state.traits.size).toBe(LIMITS.traits);
  });

  test('two full profiles merge into one within the limits: the oldest traits are left out', () => {
    const old = setTraits(newProfile('a'), many(LIMITS.traits, 1), cause).state;
    const fresh = setTraits(newProfile('b'), { x: 1, y: 2, t7: 3 }, { ...cause, event_time_ms: 2 }).state;
    const merged = mergeProfiles(old, fresh);
    expect(merged.traits.size).toBe(LIMITS.traits);
    expect(['x', 'y', 't7'].map((name) => merged.traits.get(name)?.value)).toEqual(['1', '2', '3']);
  });
});
