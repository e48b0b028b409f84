import { type IncomingHttpHeaders, type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What passed through the endpoint in front of Hilo's. */
export interface PassedRequest {
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

/**
 * An endpoint in front of ingestion's, as in an outage: it answers its first requests with a body with 503, and lets
 * the others through.
 */
export class FalteringEndpoint {
  readonly url: string;
  readonly passed: PassedRequest[] = [];
  readonly #server: Server;

  private constructor(server: Server, passed: PassedRequest[]) {
    this.#server = server;
    this.passed = passed;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async open(ingestionUrl: string, failures: number): Promise<FalteringEndpoint> {
    const passed: PassedRequest[] = [];
    let left = failures;
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks);
        const { method = 'GET', url = '/' } = request;
        const note = (status: number) => passed.push({ method, path: url.split('?', 1)[0] ?? '', status });
        if (method === 'POST' && left > 0) {
          left -= 1;
          note(503);
          const { origin } = request.headers;
          const allowed =
            origin === undefined
              ? {}
              : { 'access-control-allow-origin': origin, 'access-control-allow-credentials': 'true' };
          return void response.writeHead(503, allowed).end();
        }
        forward(`${ingestionUrl}${url}`, method, request.headers, body).then(
          async (answer) => {
            note(answer.status);
            const headers = [...answer.headers].filter(([name]) => !HOPS.has(name));
            response.writeHead(answer.status, Object.fromEntries(headers)).end(Buffer.from(await answer.arrayBuffer()));
          },
          () => response.writeHead(502).end(),
        );
      });
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return new FalteringEndpoint(server, passed);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
  }
}

/** Headers of one connection, which do not belong to the next one. */
const HOPS = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'host']);

function forward(url: string, method: string, headers: IncomingHttpHeaders, body: Buffer): Promise<Response> {
  const kept = Object.entries(headers).filter(([name, value]) => !HOPS.has(name) && typeof value === 'string');
  return fetch(url, {
    method,
    headers: Object.fromEntries(kept) as Record<string, string>,
    ...(method === 'POST' || method === 'PUT' ? { body: new Uint8Array(body) } : {}),
  });
}
