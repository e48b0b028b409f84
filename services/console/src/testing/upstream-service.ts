import { parseJson } from '@hilo/exact-json';
import { type Caller, type CallerKey, Callers } from '@hilo/service';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SERVICES } from '../domain/rights.ts';

/** A request as a service received it. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  /** Who sent it; null: nobody whom the service knows. */
  readonly caller: Caller | null;
  readonly body: string;
}

/**
 * Stands in for every service: requires a token that the console signed, and has resources that are put, read and deleted. `/v1/silent`
 * never answers, `/v1/measured` states its length, `/v1/stream` answers without end, `/v1/page` answers HTML, `/v1/big` more than the limit.
 */
export class UpstreamService {
  readonly seen: SeenRequest[] = [];
  readonly resources = new Map<string, object>();
  /** Streams that are open. */
  streams = 0;
  readonly #callers: readonly Callers[];
  readonly #server: Server;

  constructor(keys: readonly CallerKey[]) {
    this.#callers = SERVICES.map((service) => new Callers({ service, adminToken: null, keys }));
    this.#server = createServer((request, response) => {
      void Promise.all([this.#callerOf(request), textOf(request)]).then(([caller, body]) =>
        this.#answer(request, response, caller, body),
      );
    });
  }

  /** Base URL of the service. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #callerOf({ method, url, headers }: IncomingMessage): Promise<Caller | null> {
    const token = headers.authorization?.replace(/^Bearer /, '') ?? '';
    const found = await Promise.all(this.#callers.map((callers) => callers.identify(token, `${method} ${url}`)));
    return found.find((caller) => caller !== null) ?? null;
  }

  #answer(request: IncomingMessage, response: ServerResponse, caller: Caller | null, body: string): void {
    const { method = '', url = '', headers } = request;
    const pathname = url.split('?')[0] ?? '';
    this.seen.push({ method, url, headers, caller, body });
    const json = (status: number, value: object): void => {
      const own = {
        'content-type': 'application/json',
        etag: '"1"',
        'set-cookie': 'theirs=1',
        'keep-alive': 'timeout=9',
      };
      const text = JSON.stringify(value);
      const length = pathname === '/v1/measured' ? { 'content-length': String(Buffer.byteLength(text)) } : {};
      response.writeHead(status, { ...own, ...length }).end(text);
    };
    if (caller === null) return json(401, { code: 'unauthorized' });
    if (pathname === '/v1/silent') return;
    if (pathname === '/v1/broken') return void response.socket?.destroy();
    if (pathname === '/v1/stream') return this.#stream(response);
    if (pathname === '/v1/page') return void response.writeHead(200, { 'content-type': 'text/html' }).end('<p>hi</p>');
    if (pathname === '/v1/big') return json(200, { text: 'x'.repeat(9 * 1024 * 1024) });
    if (method === 'POST') return json(202, { started: true, secret: 'whsec_run' });
    if (method === 'PUT') this.resources.set(pathname, parseJson(body) as object);
    const found = this.resources.get(pathname);
    if (found === undefined) return json(404, { code: 'not_found' });
    if (method !== 'DELETE') return json(200, found);
    this.resources.delete(pathname);
    response.writeHead(204).end();
  }

  #stream(response: ServerResponse): void {
    this.streams++;
    response.on('close', () => this.streams--);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: first\n\n');
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}
