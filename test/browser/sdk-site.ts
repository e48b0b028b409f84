import { readFileSync } from 'node:fs';
import { type Server, createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
/** The file that a page loads with a script tag; the package exports only those for bundlers. */
const RUDDER = new URL('../umd/index.js', `file://${require.resolve('@rudderstack/analytics-js/bundled')}`);
const SEGMENT = new URL('../umd/', `file://${require.resolve('@segment/analytics-next')}`);

/** Scripts by their path on the site. */
function scriptOf(path: string): URL | null {
  if (path === '/rudder.js') return RUDDER;
  const name = /^\/segment\/([\w.-]+\.js)$/.exec(path)?.[1];
  return name === undefined ? null : new URL(name, SEGMENT);
}

/** A shop's site, at another address than Hilo's, with the SDKs' own files beside its empty page. */
export class SdkSite {
  readonly url: string;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  }

  static async open(): Promise<SdkSite> {
    const server = createServer((request, response) => {
      const script = scriptOf(request.url ?? '/');
      if (script === null)
        return void response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Shop</title>');
      response.writeHead(200, { 'content-type': 'text/javascript' }).end(readFileSync(fileURLToPath(script)));
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return new SdkSite(server);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
  }
}
