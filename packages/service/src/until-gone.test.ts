import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { untilGone } from './until-gone.ts';

const LONG_MS = 600_000;
const server = createServer();
afterEach(() => void server.close());

/** A request that waits for its answer, and the function that closes its connection. */
async function waiting(): Promise<{ readonly response: ServerResponse; readonly leave: () => void }> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nHost: hilo\r\n\r\n');
  const [, response] = (await once(server, 'request')) as [unknown, ServerResponse];
  return { response, leave: () => void socket.destroy() };
}

it('aborts when whoever asked goes', async () => {
  const { response, leave } = await waiting();
  const signal = untilGone({ raw: response }, LONG_MS);
  expect(signal.aborted).toBe(false);
  leave();
  await once(signal, 'abort');
  expect(signal.aborted).toBe(true);
});

it('is aborted where whoever asked had gone before', async () => {
  const { response, leave } = await waiting();
  leave();
  await once(response, 'close');
  expect(untilGone({ raw: response }, LONG_MS).aborted).toBe(true);
});

it('aborts when whoever asked has waited for too long', async () => {
  const { response, leave } = await waiting();
  const signal = untilGone({ raw: response }, 1);
  if (!signal.aborted) await once(signal, 'abort');
  expect(signal.aborted).toBe(true);
  leave();
});
