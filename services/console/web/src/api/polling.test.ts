import { expect, it } from 'vitest';
import { intervalOf } from './polling.ts';

it('asks often while something changes, and seldom once it has been calm for ten seconds', () => {
  const query: { state: { data?: unknown } } = { state: {} };
  expect(intervalOf(query, 'followed', 0)).toBe(1_000);
  query.state.data = { members: 1 };
  expect(intervalOf(query, 'followed', 1_000)).toBe(1_000);
  expect(intervalOf(query, 'followed', 10_999)).toBe(1_000);
  expect(intervalOf(query, 'followed', 11_000)).toBe(15_000);
  query.state.data = { members: 2 };
  expect(intervalOf(query, 'followed', 26_000)).toBe(1_000);
});

it('never waits so long that a change would be seen after two seconds, where nothing else reports it', () => {
  const query = { state: { data: 1 } };
  intervalOf(query, 'watched', 0);
  expect(intervalOf(query, 'watched', 60_000)).toBe(1_000);
});
