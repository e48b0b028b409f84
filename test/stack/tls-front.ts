import { readFile } from 'node:fs/promises';
import { request as ask } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream';

/** What a front presents, and whom it lets in. */
export interface TlsFrontOptions {
  /** Base of the HTTP server behind it. */
  readonly behind: string;
  /** Files with PEM. */
  readonly certificate: string;
  readonly key: string;
  /** By HTTP Basic; absent: everybody, and their credentials are passed on. */
  readonly login?: { readonly username: string; readonly password: string };
}

/** HTTPS in front of a server that speaks only HTTP, as load balancers in data centres do it. */
export interface TlsFront {
  readonly url: string;
  close(): Promise<void>;
}

/** Opens a front on a free port of 127.0.0.1. */
export async function openTlsFront({ behind, certificate, key, login }: TlsFrontOptions): Promise<TlsFront> {
  const target = new URL(behind);
  const expected =
    login === undefined ? null : `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}`;
  const server = createServer({ cert: await readFile(certificate), key: await readFile(key) }, (incoming, reply) => {
    if (expected !== null && incoming.headers.authorization !== expected) {
      reply.writeHead(401).end();
      return;
    }
    const { authorization, ...others } = incoming.headers;
    const headers = expected === null && authorization !== undefined ? { ...others, authorization } : others;
    const onwards = ask(
      { host: target.hostname, port: target.port, method: incoming.method, path: incoming.url, headers },
      (answer) => {
        reply.writeHead(answer.statusCode ?? 502, answer.headers);
        pipeline(answer, reply, () => undefined);
      },
    );
    onwards.on('error', () => reply.destroy());
    reply.on('close', () => onwards.destroy());
    incoming.pipe(onwards);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://127.0.0.1:${port}${target.pathname.replace(/\/$/, '')}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
