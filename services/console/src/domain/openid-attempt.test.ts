import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ATTEMPT_S, attemptKey, IV_BYTES, openAttempt, SEALED, sealAttempt } from './openid-attempt.ts';

const NOW_MS = 1_800_000_000_000;
const ATTEMPT = {
  ...{ state: 's'.repeat(43), nonce: 'n'.repeat(43), verifier: 'v'.repeat(43), begun_ms: NOW_MS, session: null },
};
const KEY = attemptKey('the-admin-token');
const sealed = () => sealAttempt(ATTEMPT, KEY, randomBytes(IV_BYTES));

it('an attempt comes back as it was sealed, also at another console with the same admin token', () => {
  const text = sealed();
  expect(text).toMatch(SEALED);
  expect(openAttempt(text, attemptKey('the-admin-token'), NOW_MS)).toEqual(ATTEMPT);
  const withSession = { ...ATTEMPT, session: 'h'.repeat(43) };
  expect(openAttempt(sealAttempt(withSession, KEY, randomBytes(IV_BYTES)), KEY, NOW_MS)).toEqual(withSession);
});

it('an attempt is over after ten minutes', () => {
  const text = sealed();
  expect(openAttempt(text, KEY, NOW_MS + ATTEMPT_S * 1000 - 1)).toEqual(ATTEMPT);
  expect(openAttempt(text, KEY, NOW_MS + ATTEMPT_S * 1000)).toBeNull();
});

it('nobody opens an attempt with another key', () => {
  expect(openAttempt(sealed(), attemptKey('another token'), NOW_MS)).toBeNull();
});

it('nothing that was changed is an attempt', () => {
  const bytes = Buffer.from(sealed(), 'base64url');
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ change;
      expect(openAttempt(changed.toString('base64url'), KEY, NOW_MS)).toBeNull();
    }),
  );
});

it('nothing else is an attempt', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      return openAttempt(Buffer.from(bytes).toString('base64url'), KEY, NOW_MS) === null;
    }),
  );
  for (const other of [{}, null, [], { ...ATTEMPT, state: 7 }, { ...ATTEMPT, session: undefined }]) {
    const text = sealAttempt(other as never, KEY, randomBytes(IV_BYTES));
    expect(openAttempt(text, KEY, NOW_MS)).toBeNull();
  }
});
