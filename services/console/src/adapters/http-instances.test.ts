import { expect, it } from 'vitest';
import { ownUrl } from './http-instances.ts';

it.each([
  ['0.0.0.0', 'http://127.0.0.1:4000'],
  ['::', 'http://127.0.0.1:4000'],
  ['::1', 'http://[::1]:4000'],
  ['10.0.0.7', 'http://10.0.0.7:4000'],
  ['localhost', 'http://localhost:4000'],
])('a process that listens on %s finds itself at %s', (host, url) => {
  expect(ownUrl({ host, port: 4000 }, false)).toBe(url);
  expect(ownUrl({ host, port: 4000 }, true)).toBe(url.replace('http:', 'https:'));
});
