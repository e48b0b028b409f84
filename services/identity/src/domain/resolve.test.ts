import { DEFAULT_RULES, type EventAccepted, readIdentifiers } from '@hilo/schemas';
import { describe, expect, test } from 'vitest';
import { eventOf } from '../testing/events.ts';
import { IdentityGraph } from './identity-graph.ts';
import { type Resolution, resolve } from './resolve.ts';

/** Resolves the events one after the other; the nth may create the profile `Pn` (from 1). */
function resolveAll(...events: readonly Partial<EventAccepted>[]): readonly string[] {
  const graph = new IdentityGraph([]);
  return events.map((fields, index) => {
    const event = eventOf({ message_id: `m${index + 1}`, received_at: index + 1, ...fields });
    const resolution = resolve(
      graph,
      readIdentifiers(event, DEFAULT_RULES) ?? [],
      {
        evidence: {
          source: event.source,
          message_id: event.message_id,
          rule: 'same_event',
          event_time_ms: event.timestamp,
          decided_at_ms: 5,
        },
        received_at_ms: event.received_at,
        newProfileId: () => `P${index + 1}`,
      },
      DEFAULT_RULES,
    );
    return resolution === null ? 'nobody' : textOf(resolution);
  });
}

function textOf({ profile_id, linked, set_aside, merges }: Resolution): string {
  const parts = [
    profile_id,
    ...linked.map(({ type, value }) => `+${type}:${value}`),
    ...set_aside.map(({ type, value }) => `-${type}:${value}`),
    ...merges.map(({ absorbed, also_absorbed, version }) => `<${[absorbed, ...also_absorbed].join('<')}@${version}`),
  ];
  return parts.join(' ');
}

const identify = (user_id: string, email: string): Partial<EventAccepted> => ({
  type: 'identify',
  user_id,
  traits: JSON.stringify({ email }),
});

describe('whose event it is', () => {
  test('a visitor logs in: the anonymous profile is extended by the user', () => {
    expect(resolveAll({ anonymous_id: 'a1' }, { anonymous_id: 'a1', user_id: 'u1' }, { user_id: 'u1' })).toEqual([
      'P1 +anonymous_id:a1',
      'P1 +user_id:u1',
      'P1',
    ]);
  });

  test('a visitor logs in as a known user: the profile of the user survives though it is younger', () => {
    expect(resolveAll({ anonymous_id: 'a1' }, { user_id: 'u1' }, { anonymous_id: 'a1', user_id: 'u1' })).toEqual([
      'P1 +anonymous_id:a1',
      'P2 +user_id:u1',
      'P2 <P1@1',
    ]);
  });

  test('of two anonymous profiles the older survives, and an event that is received later is younger', () => {
    const a = { anonymous_id: 'a1', received_at: 20 };
    const b = { anonymous_id: 'b1', received_at: 10 };
    const link = (id: string) => ({ anonymous_id: id, context: '{"traits":{"email":"x@y.zz"}}' });
    expect(resolveAll(a, b, link('a1'), link('b1')).at(-1)).toBe('P2 <P1@1');
  });

  test('two users on one device stay two: the device is set aside', () => {
    expect(
      resolveAll({ user_id: 'u1', anonymous_id: 'a1' }, { user_id: 'u2', anonymous_id: 'a1' }, { anonymous_id: 'a1' }),
    ).toEqual(['P1 +user_id:u1 +anonymous_id:a1', 'P2 +user_id:u2 -anonymous_id:a1', 'P1']);
  });

  test('two users with one email stay two: the email is set aside', () => {
    expect(resolveAll(identify('u1', 'a@b.cd'), identify('u2', 'a@b.cd'))).toEqual([
      'P1 +user_id:u1 +email:a@b.cd',
      'P2 +user_id:u2 -email:a@b.cd',
    ]);
  });

  test('a user with seven devices, each used before the login, is one person', () => {
    const devices = [1, 2, 3, 4, 5, 6, 7].map((n) => `a${n}`);
    const before = devices.map((anonymous_id) => ({ anonymous_id }));
    const logins = devices.map((anonymous_id) => ({ anonymous_id, user_id: 'u1' }));
    const after = resolveAll(...before, ...logins, ...before, { user_id: 'u1' }).slice(-8);
    expect(new Set(after)).toEqual(new Set(['P1']));
  });

  test('beyond the limit a device is set aside: what the user does there is still the user’s, what is done there before login is not', () => {
    const devices = Array.from({ length: 100 }, (_, index) => ({ user_id: 'u1', anonymous_id: `a${index + 1}` }));
    const oneMore = { user_id: 'u1', anonymous_id: 'a101' };
    expect(
      resolveAll(...devices, oneMore, { anonymous_id: 'a101' }, oneMore, { anonymous_id: 'a100' }).slice(-5),
    ).toEqual([
      'P1 +anonymous_id:a100',
      'P1 -anonymous_id:a101',
      'P102 +anonymous_id:a101',
      'P1 -anonymous_id:a101',
      'P1',
    ]);
  });

  test('a merge that would give one profile more devices than it may have does not happen', () => {
    const mine = Array.from({ length: 60 }, (_, index) => ({ user_id: 'u1', anonymous_id: `a${index}` }));
    const theirs = Array.from({ length: 60 }, (_, index) => ({
      anonymous_id: `b${index}`,
      context: '{"traits":{"email":"x@y.zz"}}',
    }));
    expect(resolveAll(...mine, ...theirs, { user_id: 'u1', anonymous_id: 'b1' }).at(-1)).toBe('P1 -anonymous_id:b1');
  });

  test('one event may merge three profiles; each merge of one event has its own version', () => {
    const email = '{"traits":{"email":"x@y.zz"}}';
    expect(
      resolveAll(
        { user_id: 'u1' },
        { anonymous_id: 'a1' },
        { context: email },
        { user_id: 'u1', anonymous_id: 'a1', context: email },
      ).at(-1),
    ).toBe('P1 <P2@1 <P3@2');
  });

  test('merges chain: the later one names everybody who was absorbed before, and has the higher version', () => {
    const email = '{"traits":{"email":"x@y.zz"}}';
    expect(
      resolveAll(
        { anonymous_id: 'a1' },
        { context: email },
        { anonymous_id: 'a1', context: email },
        { user_id: 'u1' },
        { user_id: 'u1', anonymous_id: 'a1' },
      ),
    ).toEqual(['P1 +anonymous_id:a1', 'P2 +email:x@y.zz', 'P1 <P2@1', 'P4 +user_id:u1', 'P4 <P1<P2@2']);
  });

  test('alias links the anonymous id before to the user', () => {
    expect(
      resolveAll({ anonymous_id: 'a1' }, { user_id: 'u1' }, { type: 'alias', user_id: 'u1', previous_id: 'a1' }).at(-1),
    ).toBe('P2 <P1@1');
  });

  test('alias of an id nobody knows links it as an anonymous id', () => {
    expect(resolveAll({ type: 'alias', user_id: 'u1', previous_id: 'a1' }, { anonymous_id: 'a1' })).toEqual([
      'P1 +user_id:u1 +anonymous_id:a1',
      'P1',
    ]);
  });

  test('alias of two users breaks the limit of one user per profile: the previous one is set aside', () => {
    expect(
      resolveAll({ user_id: 'u1' }, { user_id: 'u2' }, { type: 'alias', user_id: 'u2', previous_id: 'u1' }).at(-1),
    ).toBe('P2 -user_id:u1');
  });

  test('an event without any usable identifier belongs to nobody', () => {
    expect(resolveAll({ user_id: 'null', anonymous_id: '0' })).toEqual(['nobody']);
  });
});
