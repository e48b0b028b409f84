import { expect, it } from 'vitest';
import { CONFIRMED_MS, isConfirmed, isOver } from './session.ts';

const LIFETIMES = { idleMs: 1_800_000, absoluteMs: 43_200_000 };
const { idleMs, absoluteMs } = LIFETIMES;

it.each([
  ['just begun', 0, 0, false],
  ['used a moment before the idle time is over', 0, -idleMs + 1, false],
  ['unused for the idle time', 0, -idleMs, true],
  ['in use up to its last moment', -absoluteMs + 1, 0, false],
  ['in use for its whole time', -absoluteMs, 0, true],
])('a session %s (started at %i, seen at %i): over is %s', (_, started_at_ms, seen_at_ms, over) => {
  expect(isOver({ started_at_ms, seen_at_ms }, LIFETIMES, 0)).toBe(over);
});

it('a password counts as given for ten minutes', () => {
  expect(CONFIRMED_MS).toBe(600_000);
  expect(isConfirmed({ confirmed_at_ms: 0 }, CONFIRMED_MS - 1)).toBe(true);
  expect(isConfirmed({ confirmed_at_ms: 0 }, CONFIRMED_MS)).toBe(false);
});
