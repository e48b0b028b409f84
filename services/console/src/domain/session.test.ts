import { expect, it } from 'vitest';
import { ABSOLUTE_MS, IDLE_MS, isOver } from './session.ts';

it.each([
  ['just begun', 0, 0, false],
  ['used a moment before the idle time is over', 0, -IDLE_MS + 1, false],
  ['unused for the idle time', 0, -IDLE_MS, true],
  ['in use up to its last moment', -ABSOLUTE_MS + 1, 0, false],
  ['in use for its whole time', -ABSOLUTE_MS, 0, true],
])('a session %s (started at %i, seen at %i): over is %s', (_, started_at_ms, seen_at_ms, over) => {
  expect(isOver({ started_at_ms, seen_at_ms }, 0)).toBe(over);
});
