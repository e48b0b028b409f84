import { type JsonNumber, parseJson } from '@hilo/exact-json';
import { describe, expect, it } from 'vitest';
import type { ValueTest } from '../language/condition.ts';
import { JsonText } from './json-text.ts';
import { readPath } from './path.ts';
import { documentTest } from './value-test.ts';

function passes(document: unknown, path: string, test: ValueTest): boolean {
  return documentTest(readPath(path) ?? [], test)(new JsonText(JSON.stringify(document)));
}

describe('the test of a value', () => {
  it.each<[ValueTest, unknown, boolean]>([
    [{ eq: 'gold' }, 'gold', true],
    [{ eq: 'gold' }, 'Gold', false],
    [{ eq: 5 }, '5', false],
    [{ eq: 0.3 }, 0.1 + 0.2, false],
    [{ eq: false }, false, true],
    [{ ne: 'gold' }, 'silver', true],
    [{ ne: 'gold' }, 'gold', false],
    [{ ne: 5 }, '5', true],
    [{ ne: 5 }, { a: 1 }, true],
    [{ gt: 5 }, 5, false],
    [{ gt: 5 }, 5.000001, true],
    [{ gt: 5 }, '6', false],
    [{ gte: 5 }, 5, true],
    [{ lt: 5 }, 5, false],
    [{ lt: 5 }, -1, true],
    [{ lte: 5 }, 5, true],
    [{ lte: 5 }, true, false],
    [{ oneOf: ['a', 1] }, 1, true],
    [{ oneOf: ['a', 1] }, '1', false],
    [{ exists: true }, 0, true],
    [{ exists: true }, '', true],
    [{ exists: true }, {}, true],
    [{ exists: false }, false, false],
  ])('%j of %j is %s', (test, value, expected) => {
    expect(passes({ a: { b: value } }, 'a.b', test)).toBe(expected);
  });

  it.each<ValueTest>([
    { eq: 1 },
    { ne: 1 },
    { gt: 1 },
    { gte: 1 },
    { lt: 1 },
    { lte: 1 },
    { oneOf: [1] },
    { exists: true },
  ])('%j is false where the value is missing, null, or behind something that is no object', (test) => {
    for (const document of [{}, { a: null }, { a: { b: null } }, { a: 1 }, { a: 'b' }, { a: [] }, null, 7]) {
      expect(passes(document, 'a.b', test)).toBe(false);
    }
  });

  it('finds a missing value missing', () => {
    for (const document of [{}, { a: null }, { a: { b: null } }, { a: [] }, { a: [{ b: null }] }]) {
      expect(passes(document, 'a.b', { exists: false })).toBe(true);
    }
  });

  it('takes an array as each of its elements, on the way and at the end', () => {
    const order = {
      products: [
        { sku: 'a', tags: ['x', 'y'] },
        { sku: 'b', tags: [] },
      ],
    };
    expect(passes(order, 'products.sku', { eq: 'b' })).toBe(true);
    expect(passes(order, 'products.sku', { eq: 'c' })).toBe(false);
    expect(passes(order, 'products.sku', { ne: 'a' })).toBe(true);
    expect(passes(order, 'products.tags', { eq: 'y' })).toBe(true);
  });

  it('reaches names with dots by a backslash, and no names that objects have by nature', () => {
    expect(passes({ 'utm.source': 'x' }, 'utm\\.source', { eq: 'x' })).toBe(true);
    expect(passes({ 'a\\': 1 }, 'a\\\\', { eq: 1 })).toBe(true);
    expect(passes({}, 'constructor', { exists: true })).toBe(false);
    expect(passes('text', 'length', { exists: true })).toBe(false);
  });

  const n = (numeral: string) => parseJson(numeral) as JsonNumber;
  it.each<[ValueTest, string, boolean]>([
    [{ eq: n('1234567890123456789') }, '1234567890123456789', true],
    [{ eq: n('1234567890123456789') }, '1234567890123456700', false],
    [{ eq: n('1234567890123456700') }, '1234567890123456789', false],
    [{ eq: 1234567890123456800 }, '1234567890123456789', false],
    [{ ne: n('1234567890123456789') }, '1234567890123456789', false],
    [{ ne: n('1234567890123456789') }, '1234567890123456788', true],
    [{ eq: n('12345678901234567890123') }, '"12345678901234567890123"', false],
    [{ eq: 1 }, '1.0', true],
    [{ eq: 1 }, '1e0', true],
    [{ eq: 1 }, '1.00000000000000000000', true],
    [{ eq: 1 }, '1.00000000000000000001', false],
    [{ eq: 0.1 }, '0.1000000000000000055511151231257827', false],
    [{ eq: 0 }, '-0', true],
    [{ eq: 0 }, '1e-400', false],
    [{ gt: 0 }, '1e-999999999', true],
    [{ lt: 0 }, '-1e-999999999', true],
    [{ gt: 1.7976931348623157e308 }, '1e999999999', true],
    [{ gt: n('1e999999999') }, '1e999999998', false],
    [{ lte: n('1e400') }, '10e399', true],
    [{ gt: n('0.12345678901234567891') }, '0.12345678901234567892', true],
    [{ gte: n('0.12345678901234567892') }, '0.12345678901234567891', false],
    [{ lt: 100 }, '99.99999999999999999999', true],
    [{ gte: 100 }, '99.99999999999999999999', false],
    [{ oneOf: ['x', n('1234567890123456789'), 5] }, '1234567890123456789', true],
    [{ oneOf: ['x', n('1234567890123456789'), 5] }, '1234567890123456788', false],
    [{ oneOf: ['x', n('1234567890123456789'), 5] }, '[1,"y",5.0]', true],
    [{ eq: n('1234567890123456789') }, '[1234567890123456788,1234567890123456789]', true],
    [{ exists: true }, '1e400', true],
  ])('%j of the number %s is %s', (test, numeral, expected) => {
    const document = new JsonText(`{"other":12345678901234567890,"a":{"b":${numeral}}}`);
    expect(documentTest(['a', 'b'], test)(document)).toBe(expected);
    expect(documentTest(['a', 'b', 'numeral'], { exists: true })(document)).toBe(false);
  });
});
