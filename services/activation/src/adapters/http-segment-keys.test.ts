import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Callers } from '@hilo/service';
import { testKeysOf } from '@hilo/service/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SegmentsUnavailableError } from '../ports.ts';
import { httpSegmentKeys } from './http-segment-keys.ts';

const { callerKeys, tokens } = testKeysOf('activation');
const callers = new Callers({ service: 'segmentation', adminToken: null, keys: callerKeys });
const THERE = new Set(['buyers', 'vip.eu']);
let server: Server;
let base: string;
let status = 200;

beforeAll(async () => {
  server = createServer(({ url = '', headers }, response) => {
    const key = decodeURIComponent(url.replace('/v1/segments/', ''));
    const found = THERE.has(key) ? 200 : /^[\w.-]+$/.test(key) ? 404 : 400;
    const token = headers.authorization?.replace('Bearer ', '') ?? '';
    void callers
      .identify(token, 'GET /v1/segments/{key}')
      .then((caller) => response.writeHead(caller === null ? 401 : status === 200 ? found : status).end('{}'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

it('names the segments that there are not, whatever is in their keys', async () => {
  const many = Array.from({ length: 50 }, (_, n) => `none-${n}`);
  const keys = httpSegmentKeys(['http://127.0.0.1:2', base], tokens);
  expect(await keys.missing(['buyers', 'no-such-segment', 'vip.eu', '../sources', 'Ä/ö?', ...many])).toEqual([
    ...['no-such-segment', '../sources', 'Ä/ö?'],
    ...many,
  ]);
  expect(await keys.missing([])).toEqual([]);
});

it('rejects where no instance says so', async () => {
  await expect(httpSegmentKeys(['http://127.0.0.1:2'], tokens).missing(['buyers'])).rejects.toThrow(
    SegmentsUnavailableError,
  );
  await expect(httpSegmentKeys([base], testKeysOf('activation').tokens).missing(['buyers'])).rejects.toThrow(
    SegmentsUnavailableError,
  );
  status = 503;
  await expect(httpSegmentKeys([base], tokens).missing(['buyers'])).rejects.toThrow(SegmentsUnavailableError);
});
