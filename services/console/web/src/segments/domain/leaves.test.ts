import { expect, it } from 'vitest';
import { leavesOf } from './leaves.ts';

it('the conditions in a condition have the places that a preview names', () => {
  const leaves = leavesOf({ all: [{ did: 'A' }, { not: { any: [{ did: 'B' }, { in: 'c' }] } }] });
  expect(leaves.map(({ field }) => field)).toEqual([
    'condition.all[0]',
    'condition.all[1].not.any[0]',
    'condition.all[1].not.any[1]',
  ]);
});
