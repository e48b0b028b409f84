import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { postBatch, RefusedError } from './ingest-endpoint.ts';

let server: Server;

/** A endpoint that gives these answers, one after the other, and notes what it was asked. */
async function endpointWith(...answers: ((response: ServerResponse) => void)[]) {
  const asked: { headers: IncomingMessage['headers']; body: string }[] = [];
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.once('end', () => {
      asked.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      answers[asked.length - 1]?.(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}
afterEach(() => new Promise((resolve) => server.close(resolve)));

const status =
  (code: number, headers = {}, body = '') =>
  (response: ServerResponse) =>
    void response.writeHead(code, headers).end(body);
const cut = (response: ServerResponse) => void response.destroy();

function noting() {
  const pauses: number[] = [];
  return { pauses, wait: ((pauseMs: number) => Promise.resolve(pauses.push(pauseMs))) as never };
}

describe('postBatch', () => {
  it('sends the body with the write key as the user of basic authentication', async () => {
    const { url, asked } = await endpointWith(status(200));
    await postBatch({ url, write_key: 'wk_1' }, '{"batch":[]}');
    expect(asked).toMatchObject([{ body: '{"batch":[]}', headers: { authorization: 'Basic d2tfMTo=' } }]);
  });

  it('waits as long as Retry-After says, and counts its attempts', async () => {
    const { url, asked } = await endpointWith(status(429, { 'retry-after': '3' }), status(200));
    const { pauses, wait } = noting();
    await postBatch({ url, write_key: 'k' }, '{}', wait);
    expect(pauses).toEqual([3000]);
    expect(asked.map(({ headers }) => headers['x-retry-count'])).toEqual([undefined, '1']);
  });

  it('waits longer and longer while the endpoint is broken or cut off', async () => {
    const { url } = await endpointWith(status(503), cut, status(500), status(200));
    const { pauses, wait } = noting();
    await postBatch({ url, write_key: 'k' }, '{}', wait);
    expect(pauses).toEqual([200, 400, 800]);
  });

  it.each([400, 401, 413])('gives up at once on an answer of %i, and passes on the reason', async (code) => {
    const { url, asked } = await endpointWith(status(code, {}, 'because'));
    await expect(postBatch({ url, write_key: 'k' }, '{}')).rejects.toThrow(new RefusedError(`${code} because`));
    expect(asked).toHaveLength(1);
  });
});
