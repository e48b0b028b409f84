import { createHmac, type KeyObject, sign } from 'node:crypto';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { Callers } from './callers.ts';
import { SignedTokens } from './service-tokens.ts';
import { testKeysOf } from './testing/test-keys.ts';

const NOW_MS = Date.parse('2026-05-17T10:30:00Z');
const NOW_S = NOW_MS / 1000;
const ROUTE = 'GET /v1/segments/{key}';
const ADMIN = 'the-admin-token-of-32-characters';
const PERSON = 'ann_in_22_characters__';

const keys = testKeysOf('console');
const others = testKeysOf('activation');
const strangers = testKeysOf('console');
const claims = { iss: 'console', aud: 'segmentation', iat: NOW_S, exp: NOW_S + 60 };
const header = { alg: 'EdDSA', typ: 'JWT', kid: keys.key.id };

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token of any header and claims, signed with an Ed25519 key. */
function signed(of: object, how: object = header, key: KeyObject = keys.key.key): string {
  const content = `${encoded(how)}.${encoded(of)}`;
  return `${content}.${sign(null, Buffer.from(content), key).toString('base64url')}`;
}

let aheadMs: number;
let callers: Callers;
const open = (adminToken: string | null = ADMIN) =>
  new Callers({
    ...{ service: 'segmentation', adminToken, keys: [...keys.callerKeys, ...others.callerKeys] },
    nowMs: () => NOW_MS + aheadMs,
  });
beforeEach(() => {
  aheadMs = 0;
  callers = open();
});

describe('a token of a service', () => {
  it('opens the routes that the service calls, and names the service', async () => {
    const caller = { kind: 'service', service: 'console', person: null, actor: null };
    expect(await callers.identify(signed(claims), ROUTE)).toEqual(caller);
    expect(await callers.identify(signed(claims), 'PUT /v1/segments/{key}')).toEqual(caller);
    const token = signed({ ...claims, iss: 'activation' }, { ...header, kid: others.key.id }, others.key.key);
    expect(await callers.identify(token, ROUTE)).toEqual({ ...caller, service: 'activation' });
    expect(await callers.identify(token, 'PUT /v1/segments/{key}')).toBeNull();
    expect(await callers.identify(token, 'GET /v1/segments')).toBeNull();
  });

  it('names the person for whom the service calls, and who asked for the change', async () => {
    const tokens = new SignedTokens('console', keys.key, () => NOW_MS);
    const actor = { who: 'Zoë@example.com by token t1', address: '192.0.2.7' };
    const token = await tokens.tokenFor('segmentation', { person: PERSON, actor });
    expect(await callers.identify(token, ROUTE)).toEqual({
      ...{ kind: 'service', service: 'console', person: PERSON, actor },
    });
  });

  const secret = Buffer.from(keys.publicKey);
  const hmac = (content: string) => `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`;
  const [head, , signature] = signed(claims).split('.');

  it.each<[string, string]>([
    ['has no signature', `${encoded({ ...header, alg: 'none' })}.${encoded(claims)}.`],
    ['says that it has none, and has one', signed(claims, { ...header, alg: 'none' })],
    [
      'is signed with the public key as a shared secret',
      hmac(`${encoded({ ...header, alg: 'HS256' })}.${encoded(claims)}`),
    ],
    ['says another algorithm of the same key', signed(claims, { ...header, alg: 'Ed25519' })],
    ['is no JWT', signed(claims, { ...header, typ: 'other' })],
    ['is for another service', signed({ ...claims, aud: 'history' })],
    ['is for several services', signed({ ...claims, aud: ['segmentation', 'history'] })],
    ['is for nobody', signed({ ...claims, aud: undefined })],
    ['has expired', signed({ ...claims, iat: NOW_S - 100, exp: NOW_S - 31 })],
    ['does not expire', signed({ ...claims, exp: undefined })],
    ['expires too late', signed({ ...claims, exp: NOW_S + 61 })],
    ['does not say when it was made', signed({ ...claims, iat: undefined })],
    ['was made long ago', signed({ ...claims, iat: NOW_S - 91, exp: NOW_S + 60 })],
    ['will be made', signed({ ...claims, iat: NOW_S + 31, exp: NOW_S + 90 })],
    ['is not valid yet', signed({ ...claims, nbf: NOW_S + 31 })],
    ['is from a service that nobody knows', signed({ ...claims, iss: 'billing' })],
    ['is from nobody', signed({ ...claims, iss: undefined })],
    ['is from a service that does not call this one', signed({ ...claims, iss: 'profile' })],
    ['is signed by another service', signed(claims, { ...header, kid: others.key.id }, others.key.key)],
    ['is signed with an unknown key', signed(claims, { ...header, kid: strangers.key.id }, strangers.key.key)],
    ['is signed with a key other than it says', signed(claims, header, strangers.key.key)],
    ['does not name its key', signed(claims, { ...header, kid: undefined })],
    ['names its key by no text', signed(claims, { ...header, kid: 1 })],
    ['has altered claims', `${head}.${encoded({ ...claims, sub: PERSON })}.${signature}`],
    ['names a person by no word', signed({ ...claims, sub: 'ann@example.com' })],
    ['is very long', signed({ ...claims, act: { sub: 'x'.repeat(5_000) } })],
    ['needs what nobody understands', signed(claims, { ...header, crit: ['x'], x: 1 })],
  ])('is refused where it %s', async (_what, token) => {
    expect(await callers.identify(token, ROUTE)).toBeNull();
    expect(await callers.identify(token, ROUTE)).toBeNull();
  });

  it('may come from a machine whose clock differs by half a minute', async () => {
    for (const shift of [-90, -60, -30, 0, 30]) {
      const token = signed({ ...claims, iat: NOW_S + shift, exp: NOW_S + shift + 60 });
      expect([shift, (await callers.identify(token, ROUTE)) !== null]).toEqual([shift, shift > -90]);
    }
  });

  it('is remembered until it ends, and not longer', async () => {
    const token = signed(claims);
    for (const [ms, isGood] of [
      [0, true],
      [89_999, true],
      [90_000, false],
      [90_000, false],
      [60_000, true],
    ] as const) {
      aheadMs = ms;
      expect([ms, (await callers.identify(token, ROUTE)) !== null]).toEqual([ms, isGood]);
    }
  });

  it('may be signed with either of two keys of the caller, so that a key can be replaced', async () => {
    const next = testKeysOf('console');
    const both = new Callers({
      ...{ service: 'segmentation', adminToken: null, nowMs: () => NOW_MS },
      keys: [...keys.callerKeys, ...next.callerKeys],
    });
    const byNext = signed(claims, { ...header, kid: next.key.id }, next.key.key);
    expect(await both.identify(signed(claims), ROUTE)).not.toBeNull();
    expect(await both.identify(byNext, ROUTE)).not.toBeNull();
    expect(await callers.identify(byNext, ROUTE)).toBeNull();
  });

  it('is no other text', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.string(), fc.base64String(), fc.json().map(encoded)),
        fc.nat(2),
        async (text, at) => {
          const parts = signed(claims).split('.');
          fc.pre(parts[at] !== text);
          const token = parts.map((part, place) => (place === at ? text : part)).join('.');
          expect(await callers.identify(token, ROUTE)).toBeNull();
          expect(await callers.identify(text, ROUTE)).toBeNull();
        },
      ),
    );
  });
});

describe('the admin token', () => {
  it('opens every route', async () => {
    expect(await callers.identify(ADMIN, 'DELETE /v1/segments/{key}')).toEqual({ kind: 'admin' });
    expect(await callers.identify(ADMIN.slice(1), ROUTE)).toBeNull();
  });

  it('opens nothing where the service has none', async () => {
    const without = open(null);
    for (const token of [ADMIN, '', 'null']) expect(await without.identify(token, ROUTE)).toBeNull();
    expect(await without.identify(signed(claims), ROUTE)).not.toBeNull();
  });
});
