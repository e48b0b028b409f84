import { expect, it } from 'vitest';
import { endingNow, LIST_RANGE, sharedEnd } from './list-sizes.ts';

it('everybody who asks in a minute asks for the same time, which is no less than now', () => {
  const minuteMs = Date.parse('2026-05-17T10:31:00Z');
  expect(sharedEnd(minuteMs + 1)).toBe(minuteMs + 60_000);
  expect(sharedEnd(minuteMs + 59_999)).toBe(minuteMs + 60_000);
  expect(sharedEnd(minuteMs)).toBe(minuteMs);
});

it('a line has points for every day of the week', () => {
  expect(LIST_RANGE.seconds / LIST_RANGE.step_s).toBe(28);
});

it('a line ends with the number of the list', () => {
  expect(endingNow([1, 2, 3], 5)).toEqual([1, 2, 5]);
  expect(endingNow([], 5)).toEqual([5]);
});
