import { expect } from 'vitest';
import { base32, codeOf, stepAt } from '../domain/totp.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** An authenticator app with a secret in Base32: gives the code of now, or of `steps` later. */
export function authenticatorApp(secret: string, nowMs: () => number): (steps?: number) => string {
  const bits = secret
    .split('')
    .map((sign) => ALPHABET.indexOf(sign).toString(2).padStart(5, '0'))
    .join('');
  const bytes = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  expect(base32(bytes)).toBe(secret);
  return (steps = 0) => codeOf(bytes, stepAt(nowMs()) + steps);
}
