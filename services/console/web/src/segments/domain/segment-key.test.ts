import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSegmentKey, suggestedKey } from './segment-key.ts';

describe('the key suggested for a name', () => {
  it.each([
    ['Two orders in 10 minutes', 'two-orders-in-10-minutes'],
    ['  Años dorados!  ', 'anos-dorados'],
    ['日本', ''],
    ['', ''],
  ])('%j: %j', (name, key) => {
    expect(suggestedKey(name)).toBe(key);
  });

  it('is one that segmentation takes, or empty', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (name) => {
        const key = suggestedKey(name);
        expect(key === '' || isSegmentKey(key)).toBe(true);
      }),
    );
  });
});
