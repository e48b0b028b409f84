import { expect, it } from 'vitest';
import { connectionOf } from './connection.ts';

const NOW = 100_000;

it.each([
  ['connecting', { messageAt: null, brokenAt: null }],
  ['live', { messageAt: NOW - 900, brokenAt: null }],
  ['live', { messageAt: NOW - 900, brokenAt: NOW - 5_000 }],
  ['lost', { messageAt: NOW - 2_600, brokenAt: null }],
  ['lost', { messageAt: NOW - 5_000, brokenAt: NOW - 900 }],
  ['lost', { messageAt: null, brokenAt: NOW }],
  ['live', { messageAt: NOW - 60_000, brokenAt: null, quietMs: null }],
  ['cut', { messageAt: NOW, brokenAt: null, online: false }],
])('a stream is %s with %j', (connection, signs) => {
  expect(connectionOf({ online: true, quietMs: 2_500, ...signs }, NOW)).toBe(connection);
});
