import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deriveId } from './derive-id.ts';

test('an id is its prefix and 22 base-62 digits, the same for the same parts', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), fc.integer())), (parts) => {
      const id = deriveId('p_', parts);
      expect(id).toMatch(/^p_[0-9A-Za-z]{22}$/);
      expect(deriveId('p_', [...parts])).toBe(id);
    }),
  );
});

test('parts keep their borders: ab + c is not a + bc, 1 is not "1"', () => {
  const ids = [['ab', 'c'], ['a', 'bc'], ['abc'], ['1'], [1]].map((parts) => deriveId('p_', parts));
  expect(new Set(ids).size).toBe(ids.length);
});
