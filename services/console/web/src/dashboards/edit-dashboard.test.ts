import { expect, it } from 'vitest';
import { movedTile } from './edit-dashboard.tsx';

it('moves one tile, and nothing where there is none', () => {
  expect(movedTile(['a', 'b', 'c'], 2, 1)).toEqual(['a', 'c', 'b']);
  expect(movedTile(['a', 'b', 'c'], 0, 1)).toEqual(['b', 'a', 'c']);
  expect(movedTile(['a'], 5, 0)).toEqual(['a']);
});
