import { expect, it } from 'vitest';
import { connectionOf } from './connection.ts';

const NOW = 100_000;

it.each([
  ['connecting', { message_at: null, broken_at: null }],
  ['live', { message_at: NOW - 900, broken_at: null }],
  ['live', { message_at: NOW - 900, broken_at: NOW - 5_000 }],
  ['lost', { message_at: NOW - 2_600, broken_at: null }],
  ['lost', { message_at: NOW - 5_000, broken_at: NOW - 900 }],
  ['lost', { message_at: null, broken_at: NOW }],
  ['live', { message_at: NOW - 60_000, broken_at: null, quiet_ms: null }],
  ['cut', { message_at: NOW, broken_at: null, online: false }],
])('a stream is %s with %j', (connection, signs) => {
  expect(connectionOf({ online: true, quiet_ms: 2_500, ...signs }, NOW)).toBe(connection);
});
