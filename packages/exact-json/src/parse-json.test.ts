import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExactNumber } from './exact-number.ts';
import { doublesHold, parseJson, readNumber } from './parse-json.ts';
import { anyNumeral } from './testing/numerals.ts';
import { valueOf } from './testing/rational.ts';

describe('parseJson', () => {
  it.each([
    '12345678901234567890',
    '-0.12345678901234567890',
    '1e400',
    '[1e-400,-1E+400]',
    '[0.5,-1.00000000000000000001e5]',
    '{"a":2.3600000000000003,"b":[1,123456789012345678]}',
    '{"a":1.0000000000000000}',
    '{"a":9007199254740993}',
    '{"a":123456789.123456789}',
    '{"a":[ 12345.678901234567 ]}'.replaceAll(' ', ''),
    '{"a":1e999999999}',
    '{"a":1234567890123456e99}',
    '{"a":1e20}',
    '{"text":"12345678901234567890 \\\\","a":12345678901234567890,"\\"":"\\\\\\"1e400"}',
  ])('loses no digit of %s', (text) => {
    expect(JSON.stringify(parseJson(text))).toBe(text);
  });

  it('keeps plain numbers plain, beside exact ones too', () => {
    const { plain, exact, near, zero } = parseJson(
      '{"plain":1.50,"exact":1234567890123456789,"near":0.30000000000000004,"zero":-0}',
    ) as Record<string, unknown>;
    expect([plain, near, zero]).toEqual([1.5, 0.30000000000000004, -0]);
    expect(exact).toEqual(new ExactNumber('1234567890123456789'));
  });

  it('is JSON.parse for all that doubles hold', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(JSON.stringify(parseJson(text))).toBe(JSON.stringify(JSON.parse(text)));
      }),
    );
  });

  it('writes every numeral as the number it was, wherever it stands', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(anyNumeral, fc.constantFrom('', ' ', '\n\t'), fc.uuid()), { minLength: 1, maxLength: 4 }),
        (numbers) => {
          const text = `[${numbers.map(([numeral, space, id]) => `{"id":"${id}","n":${space}${numeral}${space}},${space}${numeral}`).join(',')}]`;
          const written = JSON.stringify(parseJson(text));
          const expected = numbers.flatMap(([numeral]) => [numeral, numeral]);
          const found = [...written.matchAll(/(?<=[:,])-?[0-9][0-9.eE+-]*/g)].map(([numeral]) => numeral);
          expect(found.map(valueOf)).toEqual(expected.map(valueOf));
        },
      ),
    );
  });

  it('takes the last of members with one name, exact or not', () => {
    const exact = '12345678901234567890';
    expect(JSON.stringify(parseJson(`{"a":1,"a":${exact}}`))).toBe(`{"a":${exact}}`);
    expect(JSON.stringify(parseJson(`{"a":${exact},"a":1}`))).toBe('{"a":1}');
    expect(JSON.stringify(parseJson(`{"a":[${exact}],"a":{"b":${exact}1}}`))).toBe(`{"a":{"b":${exact}1}}`);
  });

  it('keeps a key called __proto__ a key', () => {
    expect(JSON.stringify(parseJson('{"__proto__":{"x":12345678901234567890}}'))).toBe(
      '{"__proto__":{"x":12345678901234567890}}',
    );
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });

  it.each(['', '01', '+1', '.5', '5.', '1e', '--1', '0x10', 'NaN', 'Infinity', '[123456789012345678901,]'])(
    'refuses %j as JSON.parse does',
    (text) => {
      expect(() => parseJson(text)).toThrow(SyntaxError);
    },
  );

  it('finds a long number wherever in the text it stands', () => {
    for (let before = 0; before < 40; before += 1) {
      expect(doublesHold(`"${'x'.repeat(before)}":1234567890.123456789`)).toBe(false);
      expect(doublesHold(`"${'1'.repeat(before % 15)}":1234567890123456789,`)).toBe(false);
      expect(doublesHold(`"${'x'.repeat(before)}":1e-99`)).toBe(true);
      expect(doublesHold(`"${'x'.repeat(before)}":1.0e20`)).toBe(false);
    }
  });

  it('passes ids and times over without a second look', () => {
    const text = '{"id":"0b1e123a-4e56-4f78-9a0b-1c2d3e456789","at":"2026-11-30T10:00:00.000Z","n":1764496800000}';
    expect(doublesHold(text)).toBe(true);
  });
});

describe('readNumber', () => {
  it.each(['0', '-1.50', '1e5', '12345678901234567890', '1e400'])('reads %s', (text) => {
    expect(valueOf(JSON.stringify(readNumber(text)))).toEqual(valueOf(text));
  });

  it.each(['', ' 1', '1 ', '01', '1.', '.1', '1,5', '[1]', '"1"', 'true', 'NaN', '1e', '0x1'])(
    'reads %j as none',
    (text) => {
      expect(readNumber(text)).toBeNull();
    },
  );
});
