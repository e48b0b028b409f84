import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { unanswered, webhookAttempt } from '../../testing/fixtures.ts';
import { WebhookCalls } from './perform.ts';

let server: Server;
let sockets: Set<Socket>;
let calls: WebhookCalls;
/** Writes an answer to a request, byte by byte as it likes. */
let answer: (socket: Socket, path: string) => void;
let requests: number;

beforeEach(async () => {
  requests = 0;
  sockets = new Set();
  server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (data: Buffer) => {
      const path = /^POST \/(\w*) /.exec(data.toString('latin1'))?.[1];
      if (path === undefined) return;
      requests += 1;
      answer(socket, path);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  calls = new WebhookCalls({ timeoutMs: 60_000, concurrency: 4, judge: () => 'public' });
});

afterEach(async () => {
  await calls.close();
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
});

function post(path = '') {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/${path}`;
  return calls.perform(webhookAttempt(url));
}

/** The head of an answer. */
const head = (status: string, ...fields: string[]) => `HTTP/1.1 ${[status, ...fields].join('\r\n')}\r\n\r\n`;

/** Goes on writing until the other side has had enough. */
function withoutEnd(socket: Socket, text: string, everyMs: number): void {
  const timer = setInterval(() => socket.write(text), everyMs);
  socket.on('close', () => clearInterval(timer));
}

describe('an answer is decided by its status', () => {
  const chunked = 'transfer-encoding: chunked';
  const bodies: [string, (status: string) => (socket: Socket) => void][] = [
    [
      'a body that never ends',
      (status) => (socket) => {
        socket.write(head(status, chunked));
        withoutEnd(socket, '3\r\nand\r\n', 50);
      },
    ],
    ['a body that never begins', (status) => (socket) => void socket.write(head(status, 'content-length: 10'))],
    ['a body without a length that stays open', (status) => (socket) => void socket.write(`${head(status)}some`)],
    [
      'a body of many megabytes',
      (status) => (socket) => {
        socket.write(head(status, `content-length: ${50_000_000}`));
        withoutEnd(socket, 'x'.repeat(100_000), 1);
      },
    ],
    [
      'a body that comes byte by byte',
      (status) => (socket) => {
        socket.write(head(status, 'content-length: 1000'));
        withoutEnd(socket, 'x', 100);
      },
    ],
    ['a chunk of no length', (status) => (socket) => void socket.write(`${head(status, chunked)}zzz\r\nbody\r\n`)],
    ['a chunk that breaks off', (status) => (socket) => void socket.end(`${head(status, chunked)}ff\r\nbody`)],
    [
      'a body shorter than it says',
      (status) => (socket) => void socket.end(`${head(status, 'content-length: 99')}body`),
    ],
    ['a body longer than it says', (status) => (socket) => void socket.end(`${head(status, 'content-length: 1')}body`)],
    [
      'a connection that is reset in the middle',
      (status) => (socket) => {
        socket.write(`${head(status, 'content-length: 99')}body`);
        setTimeout(() => socket.resetAndDestroy(), 50);
      },
    ],
    [
      'bytes that are no text',
      (status) => (socket) =>
        void socket.end(Buffer.concat([Buffer.from(head(status, 'content-length: 3')), Buffer.from([0xff, 0, 0xc3])])),
    ],
  ];

  // The client would wait for a minute, the test doesn't.
  it.each(bodies)('with %s', async (_what, write) => {
    const cases = [
      ['200 OK', 'delivered'],
      ['201 Created', 'delivered'],
      ['503 Service Unavailable', 'server_error'],
      ['400 Bad Request', 'refused'],
    ] as const;
    answer = (socket, path) => write(cases[Number(path)]?.[0] ?? '')(socket);
    const results = await Promise.all(cases.map((_case, index) => post(`${index}`)));
    const verdicts = results.map((result) => (result.kind === 'delivered' ? result.kind : result.reason));
    expect(verdicts).toEqual(cases.map(([, verdict]) => verdict));
    expect(requests).toBe(4);
  });

  it('with a body where none may be', async () => {
    for (const status of ['204 No Content', '205 Reset Content', '304 Not Modified']) {
      answer = (socket) => void socket.end(`${head(status, 'content-length: 4')}body`);
      expect(await post(), status).toMatchObject({ answer: { status: Number(status.slice(0, 3)) } });
    }
  });

  it('and what came of its body in time is kept', async () => {
    answer = (socket) => {
      socket.write(`${head('200 OK', 'content-length: 99')}the beginning`);
      setTimeout(() => socket.destroy(), 50);
    };
    expect(await post()).toMatchObject({ answer: { status: 200, body: 'the beginning' } });
  });

  it('after an early hint, which is none', async () => {
    answer = (socket) =>
      void socket.end(`${head('103 Early Hints', 'link: </a>')}${head('204 No Content', 'connection: close')}`);
    expect(await post()).toMatchObject({ kind: 'delivered', answer: { status: 204 } });
  });

  it('and its Retry-After goes with it, also where it is given twice', async () => {
    answer = (socket) => void socket.end(head('503 Busy', 'retry-after: 99999999999', 'content-length: 0'));
    expect(await post()).toMatchObject({ answer: { status: 503 }, retryAfterMs: 3_600_000 });
    answer = (socket) =>
      void socket.end(head('425 Too Early', 'retry-after: 3', 'Retry-After: 5', 'content-length: 0'));
    expect(await post()).toMatchObject({ answer: { status: 425 }, retryAfterMs: 5_000 });
  });

  it('and without a status there is none', async () => {
    answer = (socket) => void socket.end('no HTTP at all\r\n\r\n');
    expect(await post()).toEqual(unanswered('network'));
    answer = (socket) => void socket.end(`HTTP/1.1 200 OK\r\ncontent-le`);
    expect(await post()).toEqual(unanswered('network'));
  });
});
