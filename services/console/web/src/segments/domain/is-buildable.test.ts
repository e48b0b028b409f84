import { expect, it } from 'vitest';
import { isBuildable } from './is-buildable.ts';

it.each([
  [{ did: 'A', where: [{ property: 'x', is: { oneOf: [1, 'a'] } }], count: { gte: 2 }, within: '30d' }, true],
  [{ all: [{ trait: 'x', is: { exists: false } }, { not: { any: [{ did: 'A' }] } }] }, true],
  [{ did: { type: 'page' } }, false],
  [{ did: 'A', within: 'this month' }, false],
  [{ did: 'A', within: { from: '90d', to: '30d' } }, false],
  [{ did: 'A', after: '2026-01-01' }, false],
  [{ did: 'A', count: { between: [1, 2] } }, false],
  [{ did: 'A', where: [{ element: 'p', where: [] }] }, false],
  [{ did: 'A', where: [{ property: 'x', is: { eq: { property: 'y' } } }] }, false],
  [{ trait: 'x', is: { contains: 'a' } }, false],
  [{ trait: 'x', is: { eq: 'a', ignoreCase: true } }, false],
  [{ trait: 'x', is: { eq: 1 }, for: '7d' }, false],
  [{ not: { in: 'buyers' } }, false],
  [{ sum: 'x', of: 'A', is: { gt: 1 } }, false],
])('the builder has all forms of %j: %s', (condition, expected) => {
  expect(isBuildable(condition)).toBe(expected);
});
