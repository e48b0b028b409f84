import { expect, it } from 'vitest';
import { placeIn } from './statement.ts';

it('finds the place that a fault names, and none in other details', () => {
  expect(placeIn('SELECT\n  x', 'Line 2, column 3: There is no x.')).toBe(9);
  expect(placeIn('SELECT', 'Line 9, column 9: x')).toBe(6);
  expect(placeIn('SELECT', 'It took too long.')).toBeNull();
});
