import { type Socket, connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { eventually } from '../e2e/eventually.ts';
import { sharedStack } from '@hilo/test-stack';
import { type TestSource, createSource, endsOf } from './ending.ts';

const credentials = sharedStack();
const endpoint = new URL(credentials.ingestionUrl);

/** A client that behaves badly: what it writes, and whether it then hangs up. Gives back its socket. */
type Hostile = (socket: Socket, source: TestSource) => void;

const head = (source: TestSource, length: number | string, more = ''): string =>
  `POST /v1/batch HTTP/1.1\r\nHost: x\r\nAuthorization: Basic ${Buffer.from(`${source.write_key}:`).toString('base64')}\r\n` +
  `Content-Length: ${length}\r\n${more}\r\n`;

const BOMB = gzipSync(Buffer.alloc(200 * 1024 * 1024));

const HOSTILE: Readonly<Record<string, Hostile>> = {
  'bytes that are no HTTP': (socket) => void socket.write(Buffer.alloc(5000, 0xff)),
  'headers without end': (socket) => void socket.write(`POST /v1/track HTTP/1.1\r\nX: ${'x'.repeat(200_000)}`),
  'headers that trickle': (socket) => void socket.write('POST /v1/track HTTP/1.1\r\nHos'),
  'a body that trickles': (socket, source) => void socket.write(`${head(source, 1000)}{"batch":[`),
  'a body cut short': (socket, source) => void socket.end(`${head(source, 1000)}{"batch":[`),
  'a body of 100 MB': (socket, source) => {
    socket.write(head(source, 100 * 1024 * 1024));
    socket.write(Buffer.alloc(8 * 1024 * 1024, 0x20));
  },
  'chunks without end': (socket) => {
    socket.write('POST /v1/track HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n');
    for (let chunk = 0; chunk < 100; chunk++) socket.write(`10000\r\n${'x'.repeat(65_536)}\r\n`);
  },
  'a length that is none': (socket, source) => void socket.write(head(source, 'many')),
  'a gzip bomb': (socket, source) => {
    socket.write(head(source, BOMB.length, 'Content-Encoding: gzip\r\n'));
    socket.write(BOMB);
  },
  'JSON a million levels deep': (socket, source) => {
    socket.write(head(source, 2_000_000));
    socket.write('['.repeat(1_000_000) + ']'.repeat(1_000_000));
  },
};

function attack(source: TestSource, hostile: Hostile): { readonly socket: Socket; readonly ended: Promise<void> } {
  const socket = connect(Number(endpoint.port), endpoint.hostname);
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  // Being cut off is what such a client must expect.
  socket.on('error', () => undefined);
  socket.on('connect', () => hostile(socket, source));
  // An answer is the end, too: it would keep the connection open for the next request.
  socket.on('data', () => socket.end());
  return { socket, ended };
}

async function track(source: TestSource, message_id: string): Promise<number> {
  const answer = await fetch(`${credentials.ingestionUrl}/v1/track`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${source.write_key}:`).toString('base64')}` },
    body: JSON.stringify({ userId: 'u', event: 'Seen', messageId: message_id }),
    signal: AbortSignal.timeout(20_000),
  });
  return answer.status;
}

describe('100 hostile clients at once', () => {
  it('leave the endpoint serving everyone else, and are cut off in the end', async () => {
    const source = await createSource(credentials, 'besieged');
    const enemies = await createSource(credentials, 'hostile');
    const attacks = Object.values(HOSTILE).flatMap((hostile) =>
      Array.from({ length: 10 }, () => attack(enemies, hostile)),
    );
    const statuses: number[] = [];
    for (let index = 0; index < 50; index++) statuses.push(await track(source, `m${index}`));
    expect(new Set(statuses)).toEqual(new Set([200]));
    await eventually(
      'the endpoint cuts all of them off',
      async () => attacks.filter(({ socket }) => !socket.closed).length,
      (open) => open === 0,
      60_000,
    );
    await Promise.all(attacks.map(({ ended }) => ended));
    expect(await track(source, 'afterwards')).toBe(200);
    expect((await fetch(`${credentials.ingestionUrl}/health/ready`)).status).toBe(200);
    const { accepted, rejected } = await endsOf(credentials, source, 51);
    expect([accepted.length, rejected]).toEqual([51, []]);
  }, 120_000);
});
