import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { base32, codeOf, otpauthUrl, stepAt, stepOf } from './totp.ts';

const SECRET = Buffer.from('12345678901234567890');

describe('time-based codes', () => {
  // RFC 6238, appendix B, for SHA-1.
  it.each([
    [59, '94287082'],
    [1_111_111_109, '07081804'],
    [1_111_111_111, '14050471'],
    [1_234_567_890, '89005924'],
    [2_000_000_000, '69279037'],
    [20_000_000_000, '65353130'],
  ])('are at %i s what RFC 6238 says', (timeS, code) => {
    expect(codeOf(SECRET, stepAt(timeS * 1000), 8)).toBe(code);
    expect(codeOf(SECRET, stepAt(timeS * 1000))).toBe(code.slice(2));
  });

  it.each([
    ['', null],
    ['12345', null],
    ['1234567', null],
    ['12345a', null],
    ['287082', 1],
  ])('of the text "%s" the step is %s', (code, step) => {
    expect(stepOf(SECRET, code, 59_000, 0)).toBe(step);
  });

  const secret = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => Buffer.from(bytes));
  const time = fc.integer({ min: 1_000_000, max: 4_000_000_000_000 });

  it('count in their own step, and in the one before and after', () => {
    fc.assert(
      fc.property(secret, time, fc.integer({ min: -5, max: 5 }), (of, nowMs, off) => {
        const step = stepAt(nowMs) + off;
        const found = stepOf(of, codeOf(of, step), nowMs, 0);
        // Two steps may have the same code by chance.
        if (Math.abs(off) <= 1) expect(found).not.toBeNull();
        else if (found !== null) expect(codeOf(of, found)).toBe(codeOf(of, step));
      }),
    );
  });

  it('never count again, nor one before them', () => {
    fc.assert(
      fc.property(secret, time, fc.integer({ min: -1, max: 1 }), (of, nowMs, off) => {
        const used = stepAt(nowMs) + off;
        for (let step = used - 2; step <= used; step++) {
          const found = stepOf(of, codeOf(of, step), nowMs, used);
          expect(found === null || found > used).toBe(true);
        }
      }),
    );
  });
});

describe('what an app is given', () => {
  // RFC 4648, section 10, without padding.
  it.each([
    ['', ''],
    ['f', 'MY'],
    ['fo', 'MZXQ'],
    ['foo', 'MZXW6'],
    ['foob', 'MZXW6YQ'],
    ['fooba', 'MZXW6YTB'],
    ['foobar', 'MZXW6YTBOI'],
  ])('"%s" is %s in Base32', (text, encoded) => {
    expect(base32(Buffer.from(text))).toBe(encoded);
  });

  it('names the person, the secret and how codes are made', () => {
    expect(otpauthUrl(SECRET, 'ann@example.com')).toBe(
      'otpauth://totp/Hilo%3Aann%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Hilo&algorithm=SHA1&digits=6&period=30',
    );
  });
});
