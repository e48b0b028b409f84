import { describe, expect, it } from 'vitest';
import type { ValueTest } from './condition.ts';
import { readPath } from './path.ts';
import { documentTest } from './value-test.ts';

function passes(document: unknown, path: string, test: ValueTest): boolean {
  return documentTest(readPath(path) ?? [], test)(document);
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
});
