import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { askRelease } from './ask-release.ts';

let server: Server;
let base: string;
let answer: { status: number; body: object };
const seen: string[] = [];

beforeEach(async () => {
  seen.length = 0;
  server = createServer(({ method, url, headers }, response) => {
    seen.push(`${method} ${url} ${headers.authorization}`);
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => server.close());

const request = (stage: string, partition: string) => ({
  ...{ segmentation: ['http://127.0.0.1:1', base], adminToken: 'at', stage, partition },
});

describe('time release', () => {
  it('asks an instance that answers, and says where the origin stands', async () => {
    answer = { status: 200, body: { read_to: '2026-11-30T12:00:00.000Z', released: true } };
    expect(await askRelease(request('identity', '3'))).toContain('identity/3 stands at 2026-11-30T12:00:00.000Z');
    expect(seen).toEqual(['POST /v1/time/origins/identity/3/release Bearer at']);
    answer = { status: 200, body: { read_to: null, released: true } };
    expect(await askRelease(request('identity', '3'))).toContain('has never reported');
  });

  it('gives the reason of a refusal, and asks nobody else', async () => {
    answer = { status: 404, body: { detail: 'partition must be a whole number from 0 to 3.' } };
    await expect(askRelease(request('identity', '../9'))).rejects.toThrow('from 0 to 3');
    expect(seen).toEqual(['POST /v1/time/origins/identity/..%2F9/release Bearer at']);
  });

  it('says so where nobody answers', async () => {
    await expect(askRelease({ ...request('identity', '3'), segmentation: ['http://127.0.0.1:1'] })).rejects.toThrow(
      'nobody answers at http://127.0.0.1:1',
    );
  });
});
