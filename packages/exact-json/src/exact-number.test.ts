import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExactNumber, type JsonNumber, canonicalNumeral, compareNumbers, isJsonNumber } from './exact-number.ts';
import { parseJson } from './parse-json.ts';
import { plainValue } from './plain-values.ts';
import { anyNumeral } from './testing/numerals.ts';
import { compareRationals, valueOf } from './testing/rational.ts';

const number = (numeral: string): JsonNumber => parseJson(numeral) as JsonNumber;
const compare = (a: string, b: string): number => compareNumbers(number(a), number(b));

/** Pairs that are often equal or nearly so. */
const pair = fc.oneof(
  fc.tuple(anyNumeral, anyNumeral),
  fc.tuple(anyNumeral, fc.constantFrom('0', '00', '000000000000000000')).map(([numeral, zeros]) => {
    const [mantissa = '', exponent = ''] = numeral.split(/(?=[eE])/);
    return [numeral, `${mantissa}${mantissa.includes('.') ? '' : '.'}${zeros}${exponent}`] as [string, string];
  }),
  fc.tuple(anyNumeral, fc.constantFrom('1', '01')).map(([numeral, more]) => {
    const [mantissa = '', exponent = ''] = numeral.split(/(?=[eE])/);
    return [numeral, `${mantissa}${mantissa.includes('.') ? '' : '.'}${more}${exponent}`] as [string, string];
  }),
);

describe('compareNumbers', () => {
  it('agrees with fractions of whole numbers', () => {
    fc.assert(
      fc.property(pair, ([a, b]) => {
        const expected = compareRationals(valueOf(a), valueOf(b));
        expect(compare(a, b)).toBe(expected);
        expect(compare(b, a)).toBe(expected === 0 ? 0 : -expected);
        expect(canonicalNumeral(number(a)) === canonicalNumeral(number(b))).toBe(expected === 0);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['1234567890123456789', '1234567890123456700', 1],
    ['1', '1.0', 0],
    ['1', '1e0', 0],
    ['1.0000000000000000000', '1', 0],
    ['-0', '0', 0],
    ['-0.00000000000000000000', '0', 0],
    ['0e999999999', '0', 0],
    ['1e999999999', '1e999999998', 1],
    ['-1e999999999', '1', -1],
    ['1e-999999999', '0', 1],
    ['1e-999999999', '1e-999999998', -1],
    ['1e400', '10e399', 0],
    ['1e99999999999999999999', '1e99999999999999999998', 1],
    ['10e99999999999999999998', '1e99999999999999999999', 0],
    ['1e00000000000000000000000002', '100', 0],
    ['123456789012345678901234567890', '123456789012345678901234567891', -1],
    ['0.1', '0.1000000000000000055511151231257827', -1],
    ['9007199254740993', '9007199254740992', 1],
    ['1e21', '1000000000000000000000', 0],
  ])('%s against %s is %i', (a, b, expected) => {
    expect(compare(a, b)).toBe(expected);
    expect(compare(b, a)).toBe(expected === 0 ? 0 : -expected);
  });
});

describe('an exact number', () => {
  it('is told from everything else', () => {
    expect([number('12345678901234567890'), 1].map(isJsonNumber)).toEqual([true, true]);
    expect(['1', null, undefined, {}, [], true].map(isJsonNumber)).toEqual(Array(6).fill(false));
  });

  it('is written as it came, wherever it stands, also in a text', () => {
    const value = number('1E400');
    expect(value).toBeInstanceOf(ExactNumber);
    expect(JSON.stringify({ a: [value, { b: value }] })).toBe('{"a":[1E400,{"b":1E400}]}');
    expect(String(value)).toBe('1E400');
  });
});

describe('plainValue', () => {
  it('gives whole numbers beyond 2^53 as texts, and the nearest of others', () => {
    const value = parseJson(
      '{"id":12345678901234567890,"list":[0.12345678901234567891,1e400,-1E400],"n":1,"o":{"t":"x"}}',
    );
    expect(plainValue(value)).toEqual({
      id: '12345678901234567890',
      list: [0.12345678901234568, '1e400', '-1E400'],
      n: 1,
      o: { t: 'x' },
    });
  });

  it('hands back the very value where all is plain', () => {
    const value = { a: [1, { b: null }], c: 'x' };
    expect(plainValue(value)).toBe(value);
  });
});
