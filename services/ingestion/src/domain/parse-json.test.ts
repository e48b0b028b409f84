import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isDeeperThan, isFields, parseJson } from './parse-json.ts';

/** A number of 16 digits in a row or an exponent of two: shorter ones are said anew, as 1 for 1.0. */
const LONG = /[0-9]{16}|e-[0-9]{2}/;

describe('parseJson', () => {
  it('loses no digit of a number that no double holds', () => {
    for (const text of [
      '12345678901234567890',
      '-0.12345678901234567890',
      '1e400',
      '[1e400]',
      '[0.5,-1.00000000000000000001e5]',
      '{"a":2.3600000000000003,"b":[1,123456789012345678]}',
      '{"a":1.0000000000000000}',
      '[1,2e-400]',
      '{"a":9007199254740993}',
      '[1e20,"1e20",{"b":[5E+21,-1e-07]},"\\" 1e20"]',
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

  it('says every number as it was written, whatever stands around it', () => {
    const digits = (most: number) => fc.array(fc.nat(9), { minLength: 1, maxLength: most }).map((all) => all.join(''));
    const number = fc
      .tuple(
        fc.constantFrom('', '-'),
        fc.constantFrom('', '1', '7'),
        digits(22),
        fc.option(digits(22)),
        fc.option(digits(4)),
      )
      .map(([sign, first, whole, decimals, exponent]) => {
        const integer = first === '' ? '0' : `${first}${whole}`;
        return `${sign}${integer}${decimals === null ? '' : `.${decimals}`}${exponent === null ? '' : `e-${exponent}`}`;
      })
      .filter((text) => LONG.test(text));
    fc.assert(
      fc.property(fc.array(fc.tuple(number, fc.uuid()), { minLength: 1, maxLength: 4 }), (pairs) => {
        const text = `[${pairs.map(([value, id]) => `{"id":"${id}","value":${value}}`).join(',')}]`;
        expect(JSON.stringify(parseJson(text))).toBe(text);
      }),
    );
  });

  it('puts long numbers back under every key', () => {
    const text = '{"a":1e400,"__proto__":1e400,"b":{"__proto__":{"c":1e400},"toString":1e400}}';
    expect(JSON.stringify(parseJson(text))).toBe(text);
  });

  it('keeps a key called __proto__ a key', () => {
    const value = parseJson('{"__proto__":{"x":12345678901234567890}}');
    expect(JSON.stringify(value)).toBe('{"__proto__":{"x":12345678901234567890}}');
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });

  it('refuses what is no JSON, also where it looks like a long number', () => {
    for (const text of ['[01e20]', '[1e400', '{1e400:1}', '[1.e400]', '[12345678901234567890.]', '"1e400', '[--1e400]'])
      expect(() => parseJson(text)).toThrow(SyntaxError);
  });

  it('takes no text for a number, whatever letters it has', () => {
    const all = Array.from({ length: 0xf8ff - 0xe000 + 1 }, (_, index) => String.fromCharCode(0xe000 + index));
    for (const letters of [['\ue000'], all.slice(0, 40), all]) {
      const text = JSON.stringify(letters.map((letter) => `${letter}1`)).replace(']', ',"\\ue000123",1e400]');
      expect(JSON.stringify(parseJson(text))).toBe(text.replace('\\ue000', '\ue000'));
    }
  });

  it('takes no text for a number, whatever letters it has', () => {
    const all = Array.from({ length: 0xf8ff - 0xe000 + 1 }, (_, index) => String.fromCharCode(0xe000 + index));
    const row = fc.tuple(fc.constantFrom(...all.slice(0, 3)), fc.nat(4), fc.constantFrom('', '1', '1e400'));
    const part = row.map(([letter, count, rest]) => letter.repeat(count) + rest);
    fc.assert(
      fc.property(fc.array(part), fc.boolean(), (parts, isEscaped) => {
        const written = JSON.stringify([all.map((letter) => letter.repeat(2)).join(''), ...parts]).replace(
          ']',
          ',1e400]',
        );
        const letters = /[\ue000-\uf8ff]/g;
        const escaped = written.replace(letters, (letter) => `\\u${letter.charCodeAt(0).toString(16)}`);
        expect(JSON.stringify(parseJson(isEscaped ? escaped : written))).toBe(written);
      }),
      { numRuns: 30 },
    );
  });

  it('reads a long number however deep it lies', () => {
    const text = `${'['.repeat(200_000)}1e400${']'.repeat(200_000)}`;
    expect(Array.isArray(parseJson(text))).toBe(true);
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
        expect(isDeeperThan(JSON.stringify(value), limit)).toBe(naive(value) > limit);
      }),
    );
  });

  it('does not count brackets inside texts', () => {
    const text = '{"a":"[[[[{\\"[\\\\"}';
    expect([0, 1].map((limit) => isDeeperThan(text, limit))).toEqual([true, false]);
  });

  it('of what is too deep to walk is found without overflow', () => {
    const text = '['.repeat(1_000_000) + ']'.repeat(1_000_000);
    expect([100, 999_999, 1_000_000].map((limit) => isDeeperThan(text, limit))).toEqual([true, true, false]);
  });
});
