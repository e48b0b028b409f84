import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { type OpenedStack, openStack } from '@hilo/test-stack';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../e2e/eventually.ts';
import { HiloClient } from '../e2e/hilo-client.ts';

let opened: OpenedStack;
let hilo: HiloClient;
beforeAll(async () => {
  opened = await openStack();
  hilo = new HiloClient(opened.credentials);
});
afterAll(() => opened?.close());

const track = (fields: object) => JSON.stringify({ userId: 'u', event: 'Ping', ...fields });

describe('bad input gets its clear answer', () => {
  it.each([
    ['JSON that is none', 'track', '{"userId":', 400],
    ['a body that is no object', 'track', '[]', 400],
    ['neither userId nor anonymousId', 'track', JSON.stringify({ event: 'Ping' }), 400],
    ['a track call without an event', 'track', JSON.stringify({ userId: 'u' }), 400],
    ['a messageId of more than 100 characters', 'track', track({ messageId: 'm'.repeat(101) }), 400],
    ['a userId that is an object', 'track', track({ userId: {} }), 400],
    ['properties that are a text', 'track', track({ properties: 'none' }), 400],
    ['ids that identify nobody', 'track', track({ userId: 'guest' }), 400],
    ['a batch that is no list', 'batch', JSON.stringify({ batch: {} }), 400],
    ['a batch with one bad event', 'batch', JSON.stringify({ batch: [{ type: 'track', userId: 'u' }] }), 400],
    [
      'a batch above its limit',
      'batch',
      JSON.stringify({ batch: Array(9000).fill({ type: 'page', userId: 'u', name: 'n'.repeat(40) }) }),
      413,
    ],
  ])('%s', async (_, call, body, status) => {
    const answer = await hilo.post(call, body);
    expect(answer.status).toBe(status);
    expect(JSON.stringify(answer.body).length).toBeGreaterThan(20);
  });

  it('a wrong write key', async () => {
    const answer = await hilo.post('track', track({}), {
      authorization: `Basic ${Buffer.from('no-key:').toString('base64')}`,
    });
    expect(answer.status).toBe(401);
  });

  it('an admin call without a token', async () => {
    const answer = await fetch(`${opened.credentials.ingestionUrl}/v1/sources/demo`);
    expect(answer.status).toBe(401);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
  });
});

describe('a hundred bad requests at once', () => {
  it('leave the ingest endpoint serving', async () => {
    const { hostname, port } = new URL(opened.credentials.ingestionUrl);
    const basic = Buffer.from(`${opened.credentials.writeKey}:`).toString('base64');
    const head = (length: number, more = '') =>
      `POST /v1/track HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Basic ${basic}\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${length}\r\n${more}\r\n`;
    const garbage = Buffer.from('not gzip at all');
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    const kinds: ((socket: Socket) => void)[] = [
      (socket) => socket.write(`${head(20)}{"userId":"u","event`),
      (socket) => socket.write(head(100_000_000)),
      (socket) => socket.end(`${head(500)}{"userId":`),
      (socket) => socket.write('NONSENSE\r\n\r\n'),
      (socket) => {
        socket.write(head(garbage.length, 'Content-Encoding: gzip\r\n'));
        socket.write(garbage);
      },
      (socket) => {
        socket.write(head(bomb.length, 'Content-Encoding: gzip\r\n'));
        socket.write(bomb);
      },
      (socket) => socket.write(`POST /v1/track HTTP/1.1\r\nX-Endless: ${'a'.repeat(200_000)}`),
      (socket) => socket.write('POST /v1/track HTTP/1.1\r\nHost: x\r\n'),
      (socket) => socket.resetAndDestroy(),
      (socket) => socket.write(`${head(4)}null`),
    ];
    const sockets = await Promise.all(
      Array.from({ length: 100 }, async (_, n) => {
        const socket = connect(Number(port), hostname);
        // Resets are what some of these ask for; and an end is noticed only by who reads.
        socket.on('error', () => {}).resume();
        await once(socket, 'connect');
        kinds[n % kinds.length]?.(socket);
        return socket;
      }),
    );
    const messageId = `after-bad-${Date.now()}`;
    await hilo.send('track', { userId: 'good', event: 'Ping', messageId });
    await eventually(
      'a good event sent meanwhile arrives',
      () =>
        hilo.rows<{ n: number }>('SELECT count() AS n FROM hilo.events WHERE message_id = {id:String}', {
          id: messageId,
        }),
      ([row]) => row?.n === 1,
    );
    await eventually(
      'the ingest endpoint has closed all of their connections',
      async () => sockets.filter((socket) => !socket.closed).length,
      (open) => open === 0,
      60_000,
    );
    expect((await fetch(`${opened.credentials.ingestionUrl}/health/ready`)).status).toBe(200);
    expect(opened.stack?.processes.get('ingestion-0')?.restarts ?? 0).toBe(0);
  });
});
