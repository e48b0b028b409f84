import { describe, expect, it } from 'vitest';
import { signature } from './signature.ts';

describe('a signature', () => {
  it('is what anyone else computes from the same secret, time and body', () => {
    // printf '1760000000.{"a":1}' | openssl dgst -sha256 -hmac 'whsec_test'
    expect(signature('whsec_test', 1_760_000_000, '{"a":1}')).toBe(
      't=1760000000,v1=f495e119a46eb6023c06ab057f70eee20b42a99ccba7a692b6af681055bfadd9',
    );
  });

  it('differs with each of the three', () => {
    const one = signature('secret', 1, 'body');
    expect(
      new Set([one, signature('secret', 2, 'body'), signature('secret', 1, 'body2'), signature('s', 1, 'body')]).size,
    ).toBe(4);
  });
});
