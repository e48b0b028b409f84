import { expect, it } from 'vitest';
import { sparklinePath } from './sparkline.tsx';

it('a line goes from the left to the right, each value up to the next', () => {
  expect(sparklinePath([0, 5, 10])).toBe('M0 22H50V12H100V2');
});

it('a line of zeros lies at the bottom', () => {
  expect(sparklinePath([0, 0])).toBe('M0 22H100V22');
});

it('one value and none are no error', () => {
  expect(sparklinePath([3])).toBe('M0 2');
  expect(sparklinePath([])).toBe('');
});
