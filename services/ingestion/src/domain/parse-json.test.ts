import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { depthOf, exceedsDepth, isFields, parseJson } from './parse-json.ts';

describe('parseJson', () => {
  it('loses no digit of a number that no double holds', () => {
    for (const text of [
      '12345678901234567890',
      '-0.12345678901234567890',
      '1e400',
      '[1,2e-400]',
      '{"a":9007199254740993}',
    ])
      expect(JSON.stringify(parseJson(text))).toBe(text);
  });

  it('is JSON.parse for all that doubles hold', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(JSON.stringify(parseJson(text))).toBe(JSON.stringify(JSON.parse(text)));
      }),
    );
  });

  it('keeps a key called __proto__ a key', () => {
    const value = parseJson('{"__proto__":{"x":12345678901234567890}}');
    expect(JSON.stringify(value)).toBe('{"__proto__":{"x":12345678901234567890}}');
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });

  it('does not take a number kept as text for an object', () => {
    expect(isFields(parseJson('12345678901234567890'))).toBe(false);
    expect(isFields(parseJson('{}'))).toBe(true);
    expect(isFields([])).toBe(false);
    expect(isFields(null)).toBe(false);
  });
});

describe('depth', () => {
  const naive = (value: unknown): number =>
    typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(naive)) : 0;

  it('of a text is the depth of what it says', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.nat({ max: 7 }), (value, limit) => {
        expect(depthOf(JSON.stringify(value))).toBe(naive(value));
        expect(exceedsDepth(value, limit)).toBe(naive(value) > limit);
      }),
    );
  });

  it('does not count brackets inside texts', () => {
    expect(depthOf('{"a":"[[[[{\\"[\\\\"}')).toBe(1);
  });

  it('of what is too deep to walk is found without overflow', () => {
    const text = '['.repeat(1_000_000) + ']'.repeat(1_000_000);
    expect(depthOf(text)).toBe(1_000_000);
    expect(exceedsDepth(JSON.parse(text), 100)).toBe(true);
  });
});
