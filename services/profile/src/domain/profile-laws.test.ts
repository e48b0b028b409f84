import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Fact, knowledgeOf, learn, profileOf, someFacts } from '../testing/arbitrary-profiles.ts';
import { describeChange } from './describe-change.ts';
import { mergeProfiles } from './merge-profiles.ts';
import { PROFILE_CODEC } from './profile-codec.ts';

const cutOf = (facts: readonly Fact[], count: number): readonly (readonly Fact[])[] =>
  Array.from({ length: count }, (_, part) => facts.filter((_fact, index) => index % count === part));

describe('what a profile knows', () => {
  test('does not depend on the order in which events arrive', () => {
    fc.assert(
      fc.property(someFacts, fc.func(fc.integer()), (facts, rank) => {
        const shuffled = facts.toSorted((a, b) => rank(a.cause.message_id) - rank(b.cause.message_id));
        expect(knowledgeOf(profileOf('p', shuffled))).toEqual(knowledgeOf(profileOf('p', facts)));
      }),
    );
  });

  test('does not change when an event comes twice, and the very same state comes back', () => {
    fc.assert(
      fc.property(someFacts, (facts) => {
        const state = profileOf('p', facts);
        expect(facts.reduce(learn, state)).toBe(state);
      }),
    );
  });

  test('is for each trait the value of the newest event that names it, as the naive model says', () => {
    fc.assert(
      fc.property(someFacts, (facts) => {
        const { traits } = profileOf('p', facts);
        for (const name of new Set(facts.flatMap((fact) => Object.keys(fact.traits)))) {
          const [newest] = facts
            .filter((fact) => Object.hasOwn(fact.traits, name))
            .toSorted(
              ({ cause: a }, { cause: b }) =>
                b.event_time_ms - a.event_time_ms ||
                b.receivedMs - a.receivedMs ||
                b.position - a.position ||
                (a.source === b.source ? 0 : a.source < b.source ? 1 : -1) ||
                (a.message_id < b.message_id ? 1 : -1),
            );
          const value = newest?.traits[name];
          expect(traits.get(name)).toMatchObject({
            value: value === null ? null : JSON.stringify(value),
            cause: newest?.cause,
          });
        }
      }),
    );
  });

  test('survives being written and read', () => {
    fc.assert(
      fc.property(someFacts, fc.boolean(), (facts, published) => {
        const state = profileOf('p', facts);
        const kept = published ? describeChange(state, reason).state : state;
        expect(PROFILE_CODEC.decode(PROFILE_CODEC.encode(kept))).toEqual(kept);
      }),
    );
  });
});

const reason = { reason: 'event', message_id: 'm', event_time: 1, decided_at: 1, historical: false } as const;

describe('merging profiles', () => {
  test('knows what one profile with all events would know, whoever absorbs whom', () => {
    fc.assert(
      fc.property(someFacts, (facts) => {
        const [a = [], b = []] = cutOf(facts, 2);
        const whole = knowledgeOf(profileOf('p', facts));
        expect(knowledgeOf(mergeProfiles(profileOf('a', a), profileOf('b', b)))).toEqual(whole);
        expect(knowledgeOf(mergeProfiles(profileOf('b', b), profileOf('a', a)))).toEqual(whole);
      }),
    );
  });

  test('is associative, and the order of handovers does not matter, for the record published then neither', () => {
    fc.assert(
      fc.property(someFacts, fc.boolean(), (facts, published) => {
        const [first = [], second = [], third = []] = cutOf(facts, 3);
        const survivor = published ? describeChange(profileOf('a', first), reason).state : profileOf('a', first);
        const b = profileOf('b', second);
        const c = profileOf('c', third);
        const orders = [
          mergeProfiles(mergeProfiles(survivor, b), c),
          mergeProfiles(mergeProfiles(survivor, c), b),
          mergeProfiles(survivor, mergeProfiles(b, c)),
        ];
        for (const order of orders) {
          expect(knowledgeOf(order)).toEqual(knowledgeOf(profileOf('p', facts)));
          expect(describeChange(order, reason).record).toEqual(describeChange(orders[0] ?? order, reason).record);
          expect(order.profile_id).toBe('a');
        }
      }),
    );
  });

  test('with oneself changes nothing', () => {
    fc.assert(
      fc.property(someFacts, (facts) => {
        const state = profileOf('p', facts);
        expect(mergeProfiles(state, state)).toBe(state);
      }),
    );
  });
});

describe('the published records', () => {
  test('say every change once: replaying them gives the traits of the last one', () => {
    fc.assert(
      fc.property(someFacts, (facts) => {
        let state = profileOf('p', []);
        const replayed = new Map<string, string>();
        let version = 0;
        for (const fact of facts) {
          const { state: after, record } = describeChange(learn(state, fact), reason);
          state = after;
          if (record === null) continue;
          expect(record.version).toBe(version + 1);
          version = record.version;
          for (const { trait, value, previous } of record.changes) {
            expect(previous).toBe(replayed.get(trait) ?? null);
            expect(value).not.toBe(previous);
            if (value === null) replayed.delete(trait);
            else replayed.set(trait, value);
          }
          const all = [...replayed].toSorted(([a], [b]) => (a < b ? -1 : 1));
          expect(record.traits).toBe(`{${all.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`);
        }
        expect(state.unpublished).toBeNull();
      }),
    );
  });
});
