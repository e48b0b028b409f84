import { expect, it } from 'vitest';
import { SealedSecrets } from './sealed-secrets.ts';

const SECRET = Buffer.from('12345678901234567890');
const KEY = 'a key of the operator, hard to guess';
const ANN = 'ann@example.com';

it('open with their key, for their person, and look different each time', () => {
  const sealing = new SealedSecrets(KEY);
  const [one, other] = [sealing.seal(SECRET, ANN), sealing.seal(SECRET, ANN)];
  expect(one.equals(other)).toBe(false);
  expect(one.includes(SECRET)).toBe(false);
  expect(sealing.open(one, ANN)).toEqual({ secret: SECRET, isOutdated: false });
  expect(sealing.open(one, 'bob@example.com')).toBeNull();
  expect(new SealedSecrets('another key').open(one, ANN)).toBeNull();
});

it('of an earlier key open, and are told apart', () => {
  const sealed = new SealedSecrets(KEY).seal(SECRET, ANN);
  expect(new SealedSecrets('a new key', ['another', KEY]).open(sealed, ANN)).toEqual({
    secret: SECRET,
    isOutdated: true,
  });
});

it('open no more once a byte is another', () => {
  const sealing = new SealedSecrets(KEY);
  const sealed = sealing.seal(SECRET, ANN);
  for (let at = 0; at < sealed.length; at++) {
    const changed = Buffer.from(sealed);
    changed[at] = (changed[at] as number) ^ 1;
    expect(sealing.open(changed, ANN)).toBeNull();
  }
  for (const short of [Buffer.alloc(0), sealed.subarray(0, 12), sealed.subarray(0, 27)])
    expect(sealing.open(short, ANN)).toBeNull();
});
