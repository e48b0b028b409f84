import { expect, it } from 'vitest';
import { readKeys } from './read-keys.ts';

it('keys of segments are read once each, in the same order however they are asked for', () => {
  expect(readKeys({ keys: 'b,a.1,b,A_-' })).toEqual(['A_-', 'a.1', 'b']);
});

it('no key, a wrong one and too many are refused', () => {
  const many = Array.from({ length: 51 }, (_, n) => `s${n}`).join(',');
  for (const keys of [undefined, '', 'a,,b', 'a b', '-a', ['a', 'b'], 'x'.repeat(101), many])
    expect(() => readKeys({ keys })).toThrow(expect.objectContaining({ status: 400 }));
});
