import { expect, it } from 'vitest';
import { fits, ordered } from './list-order.ts';

it.each([
  ['Clientes de España', 'espana', true],
  ['Clientes de España', 'DE clientes', true],
  ['Clientes de España', 'clientes francia', false],
  ['vip', '', true],
])('%j fits the search %j: %s', (text, search, isFitting) => {
  expect(fits(text, search)).toBe(isFitting);
});

it('sorts numbers as numbers, names as people do, and what is not known last either way', () => {
  const values = [10, null, 9, 100];
  expect(ordered(values, (value) => value, false)).toEqual([9, 10, 100, null]);
  expect(ordered(values, (value) => value, true)).toEqual([100, 10, 9, null]);
  expect(ordered(['b2', 'É', 'a10', 'a9'], (value) => value, false)).toEqual(['a9', 'a10', 'b2', 'É']);
});

it('keeps the order of equals', () => {
  const items = [
    ['a', 1],
    ['b', 1],
    ['c', 0],
  ] as const;
  expect(ordered(items, ([, value]) => value, true).map(([name]) => name)).toEqual(['a', 'b', 'c']);
});
