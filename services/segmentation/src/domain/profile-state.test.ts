import { JsonText } from '@hilo/behaviour';
import { emptySeries, type RememberedEvent, type Series } from '@hilo/behaviour/version-2';
import { parseJson } from '@hilo/exact-json';
import type { Identifier } from '@hilo/schemas';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  combine,
  identifiersOf,
  momentOf,
  momentWith,
  newProfile,
  type ProfileState,
  wakeAtMs,
  withLinked,
  withProfile,
} from './profile-state.ts';
import { decodeProfile, encodeProfile } from './profile-state-codec.ts';
import { TraitTimes } from './trait-times.ts';

const timeMs = fc.integer({ min: 1_700_000_000_000, max: 1_800_000_000_000 });
const identifier: fc.Arbitrary<Identifier> = fc.record({
  type: fc.constantFrom('user_id', 'email'),
  value: fc.string(),
});
const place = fc.record({
  receivedAtMs: timeMs,
  position: fc.nat(),
  source: fc.constantFrom('web', 'app'),
  messageId: fc.uuid(),
});
const remembered: fc.Arbitrary<RememberedEvent> = fc
  .tuple(timeMs, place, fc.constantFrom('[["a",1],[]]', '[[12345678901234567890]]', '[]'))
  .map(([timestampMs, rest, values]) => ({ timestampMs, ...rest, values: parseJson(values) as unknown[][] }));
const scalars = fc.array(fc.array(fc.constantFrom('n1.5', 'tgold', 'bt'), { maxLength: 2 }), {
  minLength: 1,
  maxLength: 1,
});
const entries = fc
  .array(fc.tuple(timeMs, place, scalars), { maxLength: 5 })
  .map((all) => all.sort(([a], [b]) => a - b))
  .map((all) => ({
    timesMs: all.map(([time]) => time),
    details: all.map(([, rest, texts]) => ({ ...rest, scalars: texts })),
  }));
const units = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n });
const totals = fc.record({ count: fc.nat(), sum: units, min: units, max: units });
const since_ms = fc.constantFrom(1, 2);
/** Times alone, as counters were. */
const plain: fc.Arbitrary<Series> = fc
  .tuple(since_ms, fc.array(timeMs, { minLength: 1, maxLength: 5 }))
  .map(([since, times]) => ({ ...emptySeries(since), timesMs: times.sort((a, b) => a - b) }));
const detailed: fc.Arbitrary<Series> = fc
  .record({
    since_ms,
    entries,
    count: fc.nat(),
    totals: fc.option(totals),
    first: fc.option(remembered),
    last: fc.option(remembered),
  })
  .map(({ entries: kept, ...rest }) => ({ ...rest, ...kept }));
function mapOf<V>(value: fc.Arbitrary<V>, prefix = ''): fc.Arbitrary<ReadonlyMap<string, V>> {
  return fc
    .array(fc.tuple(fc.constantFrom('c1', 'c2', '7', '__proto__'), value), { maxLength: 4 })
    .map((all) => new Map(all.map(([id, one]) => [prefix + id, one])));
}
const state: fc.Arbitrary<ProfileState> = fc.record({
  profile_id: fc.string(),
  profileVersion: fc.nat(),
  traits: fc.json().map((text) => new JsonText(text)),
  traitTimes: fc.dictionary(fc.string(), fc.nat()).map((times) => new TraitTimes(JSON.stringify(times))),
  identifiers: fc.uniqueArray(identifier, { maxLength: 3, selector: ({ type, value }) => `${type} ${value}` }),
  linked: fc.constant([]),
  series: fc.tuple(mapOf(plain), mapOf(detailed, 's')).map(([a, b]) => new Map([...a, ...b])),
  lists: mapOf(
    fc
      .tuple(timeMs, place, fc.boolean(), fc.option(timeMs))
      .map(([timestampMs, rest, isOn, until_ms]) => ({ timestampMs, ...rest, isOn, until_ms })),
  ),
  memberships: mapOf(fc.record({ segment_version: fc.nat(), since_ms: timeMs })),
  version: fc.nat(),
  due_ms: fc.option(timeMs),
  duesMs: mapOf(timeMs),
  evaluatedRevision: fc.oneof(fc.constant(0), timeMs),
  momentMs: fc.nat(),
  completeFromMs: fc.oneof(fc.constant(0), timeMs),
  evaluated: fc.boolean(),
  pasts: fc
    .array(
      fc.tuple(
        fc.nat({ max: 3 }),
        fc.uniqueArray(fc.string()).map((all) => all.sort()),
      ),
    )
    .map((all) => new Map(all)),
});

/** What a merge adds up, in a form that has no order. */
function merged(one: ProfileState): object {
  const names = identifiersOf(one).map(({ type, value }) => `${type} ${value}`);
  return {
    identifiers: [...new Set(names)].sort(),
    pasts: Object.fromEntries(one.pasts),
    series: Object.fromEntries([...one.series].map(([id, counted]) => [`c ${id}`, counted])),
    lists: Object.fromEntries(one.lists),
    version: one.version,
  };
}

describe('the state of a profile', () => {
  it('comes back from its bytes as it was', () => {
    fc.assert(
      fc.property(state, (one) => {
        const again = decodeProfile(encodeProfile(one));
        const texts = ({ traits, traitTimes }: ProfileState) => ({ traits: traits.text, traitTimes: traitTimes.text });
        expect({ ...again, ...texts(again) }).toEqual({ ...one, ...texts(one) });
      }),
    );
  });

  it('is refused from bytes of a format that this release does not know', () => {
    const bytes = encodeProfile(newProfile('p'));
    bytes.writeUInt8(9, 0);
    expect(() => decodeProfile(bytes)).toThrow('format 9');
  });

  it('adds up in any order when profiles merge', () => {
    fc.assert(
      fc.property(state, state, state, (a, b, c) => {
        expect(merged(combine(a, b))).toEqual(merged(combine(b, a)));
        expect(merged(combine(combine(a, b), c))).toEqual(merged(combine(a, combine(b, c))));
      }),
    );
  });

  it('keeps what is its own when another profile is merged into it', () => {
    fc.assert(
      fc.property(state, state, (survivor, absorbed) => {
        const { profile_id, traits, memberships, due_ms, profileVersion } = combine(survivor, absorbed);
        expect({ profile_id, traits, memberships, due_ms, profileVersion }).toEqual({
          profile_id: survivor.profile_id,
          traits: survivor.traits,
          memberships: survivor.memberships,
          due_ms: survivor.due_ms,
          profileVersion: survivor.profileVersion,
        });
      }),
    );
  });

  it('is decided for a moment that never goes back, and that no event brings to where time alone changes an answer', () => {
    fc.assert(
      fc.property(state, timeMs, timeMs, (any, eventMs, momentMs) => {
        const before = { ...any, completeFromMs: 0 };
        const after_ms = momentWith(before, eventMs, momentMs);
        expect(after_ms).toBeGreaterThanOrEqual(Math.max(before.momentMs, momentMs));
        const { due_ms } = before;
        if (due_ms !== null && Math.max(before.momentMs, momentMs) < due_ms) expect(after_ms).toBeLessThan(due_ms);
        if (after_ms > Math.max(before.momentMs, momentMs)) expect(after_ms).toBeLessThanOrEqual(eventMs);
      }),
    );
  });

  it('goes on after a merge from the later of both moments, as far as time alone changes nothing of the survivor', () => {
    fc.assert(
      fc.property(state, state, (survivor, absorbed) => {
        const { momentMs } = combine(survivor, absorbed);
        expect(momentMs).toBe(momentWith(survivor, absorbed.momentMs, survivor.momentMs));
      }),
    );
  });

  it('is decided where time alone changes an answer only once its windows are complete', () => {
    fc.assert(
      fc.property(state, timeMs, timeMs, (one, eventMs, momentMs) => {
        const { due_ms, completeFromMs } = one;
        const wakeMs = wakeAtMs(one);
        expect(wakeMs === null || wakeMs >= Math.max(due_ms ?? 0, completeFromMs)).toBe(true);
        if (due_ms === null || momentMs >= completeFromMs) return;
        expect(momentOf(one, { momentMs })).toBeLessThan(due_ms);
        expect(momentWith(one, eventMs, momentMs)).toBeLessThan(due_ms);
      }),
    );
  });

  it('knows how far the absorbed profiles had been decided, in whatever order they came', () => {
    fc.assert(
      fc.property(state, state, state, (survivor, b, c) => {
        const one = combine(combine(survivor, b), c);
        const other = combine(combine(survivor, c), b);
        expect(one.completeFromMs).toBe(other.completeFromMs);
        for (const { momentMs, completeFromMs } of [survivor, b, c])
          expect(Math.max(one.momentMs, one.completeFromMs)).toBeGreaterThanOrEqual(Math.max(momentMs, completeFromMs));
      }),
    );
  });

  it('knows an identifier from the event that links it, and once from the profile service', () => {
    const email = { type: 'email', value: 'a@example.org' };
    const linked = withLinked(newProfile('p'), [email]);
    expect(identifiersOf(linked)).toEqual([email]);
    expect(withLinked(linked, [email])).toBe(linked);
    const older = withProfile(linked, {
      ...{ version: 1, traits: '{}', traits_since: '{}' },
      identifiers: [{ type: 'user_id', value: 'u' }],
    });
    expect(identifiersOf(older)).toEqual([{ type: 'user_id', value: 'u' }, email]);
    const newer = withProfile(older, { version: 2, traits: '{}', traits_since: '{}', identifiers: [email] });
    expect(identifiersOf(newer)).toEqual([email]);
  });
});
