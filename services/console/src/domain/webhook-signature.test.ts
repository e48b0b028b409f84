import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { signatureFault } from './webhook-signature.ts';

const NOW_MS = 1_700_000_000_000;
const body = Buffer.from('{"segment":"vip"}');
const sign = (t: number | string, secret = 'secret', signed: Buffer = body) =>
  `t=${t},v1=${createHmac('sha256', secret).update(`${t}.`).update(signed).digest('hex')}`;
const faultOf = (signature: string) => signatureFault({ body, signature, secret: 'secret', nowMs: NOW_MS });

describe('a webhook signature', () => {
  it('is right when the secret signed this body lately', () => {
    expect(faultOf(sign(NOW_MS / 1000))).toBeNull();
  });

  it.each([
    ['wrong', 'another secret', sign(NOW_MS / 1000, 'other')],
    ['wrong', 'another body', sign(NOW_MS / 1000, 'secret', Buffer.from('{}'))],
    ['wrong', 'another time', sign(NOW_MS / 1000).replace('t=1700000000', 't=1700000001')],
    ['stale', 'an old time', sign(NOW_MS / 1000 - 301)],
    ['stale', 'a time ahead', sign(NOW_MS / 1000 + 301)],
    ['malformed', 'nothing', ''],
    ['malformed', 'a short digest', 't=1700000000,v1=abcd'],
    ['malformed', 'a time that is none', sign('now')],
  ])('is %s with %s', (fault, _, signature) => {
    expect(faultOf(signature)).toBe(fault);
  });
});
