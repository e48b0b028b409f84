import { decodeJwt, decodeProtectedHeader } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import { Callers } from './callers.ts';
import { SignedTokens } from './service-tokens.ts';
import { testKeysOf } from './testing/test-keys.ts';

const START_MS = Date.parse('2026-05-17T10:30:00.999Z');
const keys = testKeysOf('console');
let nowMs: number;
let tokens: SignedTokens;
beforeEach(() => {
  nowMs = START_MS;
  tokens = new SignedTokens('console', keys.key, () => nowMs);
});

describe('the tokens of a calling service', () => {
  it('say who calls whom, for a minute', async () => {
    const token = await tokens.tokenFor('history');
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'EdDSA', typ: 'JWT', kid: keys.key.id });
    const iat = Math.floor(START_MS / 1000);
    expect(decodeJwt(token)).toEqual({ iss: 'console', aud: 'history', iat, exp: iat + 60 });
  });

  it('are used again for the same calls until half of their time is over', async () => {
    const behalf = { person: 'ann_in_22_characters__' };
    const first = await tokens.tokenFor('history', behalf);
    nowMs += 29_999;
    expect(await tokens.tokenFor('history', { ...behalf })).toBe(first);
    const actor = { who: 'ann@example.com', address: null };
    const all = [
      first,
      await tokens.tokenFor('profile', behalf),
      await tokens.tokenFor('history'),
      await tokens.tokenFor('history', { ...behalf, actor }),
      await tokens.tokenFor('history', { ...behalf, actor: { ...actor, address: '::1' } }),
    ];
    nowMs += 1;
    const next = await tokens.tokenFor('history', behalf);
    expect(new Set([...all, next]).size).toBe(6);
  });

  it('are made anew where the clock was set back', async () => {
    const first = await tokens.tokenFor('history');
    nowMs -= 60_000;
    expect(await tokens.tokenFor('history')).not.toBe(first);
  });

  it('are kept for the latest of very many people, and are good all the same', async () => {
    const wordOf = (n: number) => String(n).padStart(22, '_');
    const first = await tokens.tokenFor('history', { person: wordOf(0) });
    for (let n = 1; n <= 2_000; n++) await tokens.tokenFor('history', { person: wordOf(n) });
    const last = await tokens.tokenFor('history', { person: wordOf(2_000) });
    nowMs += 1_000;
    expect(await tokens.tokenFor('history', { person: wordOf(2_000) })).toBe(last);
    expect(await tokens.tokenFor('history', { person: wordOf(0) })).not.toBe(first);
    const callers = new Callers({ service: 'history', adminToken: null, keys: keys.callerKeys, nowMs: () => nowMs });
    expect(await callers.identify(first, 'GET /v1/counts')).toMatchObject({ person: wordOf(0) });
  });
});
