import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SegmentsUnavailableError } from '../ports.ts';
import { httpSegmentKeys } from './http-segment-keys.ts';

const THERE = new Set(['buyers', 'vip.eu']);
let server: Server;
let base: string;
let status = 200;

beforeAll(async () => {
  server = createServer(({ url = '', headers }, response) => {
    const key = decodeURIComponent(url.replace('/v1/segments/', ''));
    const found = THERE.has(key) ? 200 : /^[\w.-]+$/.test(key) ? 404 : 400;
    response.writeHead(headers.authorization === 'Bearer token' ? (status === 200 ? found : status) : 401).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

it('names the segments that there are not, whatever is in their keys', async () => {
  const many = Array.from({ length: 50 }, (_, n) => `none-${n}`);
  const keys = httpSegmentKeys(['http://127.0.0.1:2', base], 'token');
  expect(await keys.missing(['buyers', 'no-such-segment', 'vip.eu', '../sources', 'Ä/ö?', ...many])).toEqual([
    ...['no-such-segment', '../sources', 'Ä/ö?'],
    ...many,
  ]);
  expect(await keys.missing([])).toEqual([]);
});

it('rejects where no instance says so', async () => {
  await expect(httpSegmentKeys(['http://127.0.0.1:2'], 'token').missing(['buyers'])).rejects.toThrow(
    SegmentsUnavailableError,
  );
  await expect(httpSegmentKeys([base], 'another').missing(['buyers'])).rejects.toThrow(SegmentsUnavailableError);
  status = 503;
  await expect(httpSegmentKeys([base], 'token').missing(['buyers'])).rejects.toThrow(SegmentsUnavailableError);
});
