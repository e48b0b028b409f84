import { type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * The part of the registry's Confluent API that the codec uses, in memory, for tests. It checks no compatibility. The
 * same tests run against the real registry if the stack is up, so this one cannot drift from it.
 */
export class MemoryRegistry {
  /** Number of answered requests. */
  requests = 0;
  /** While false, every request is answered with 500. */
  healthy = true;
  /** `user:password`: without it, every request gets 401; null: no login. */
  user: string | null = null;
  readonly #texts: string[] = [];
  readonly #subjects = new Map<string, number[]>();
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      let body = '';
      request.on('data', (part: Buffer) => (body += part.toString()));
      request.on('end', () => {
        const authorization = this.user === null ? undefined : `Basic ${Buffer.from(this.user).toString('base64')}`;
        if (this.user === null || request.headers.authorization === authorization)
          this.#answer(response, request.method ?? '', request.url ?? '', body);
        else response.writeHead(401, { 'content-type': 'application/json', connection: 'close' }).end('{}');
      });
    });
  }

  /** Starts on a free port; returns the base URL. */
  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this.url;
  }

  /** The base URL, after `start`. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Registers a schema's text; the same text has the same id in all subjects. */
  register(subject: string, text: string): number {
    if (!this.#texts.includes(text)) this.#texts.push(text);
    const id = this.#texts.indexOf(text) + 1;
    const ids = this.#subjects.get(subject) ?? [];
    if (!ids.includes(id)) this.#subjects.set(subject, [...ids, id]);
    return id;
  }

  /** Ids registered in a subject. */
  ids(subject: string): readonly number[] {
    return this.#subjects.get(subject) ?? [];
  }

  #answer(response: ServerResponse, method: string, path: string, body: string): void {
    this.requests += 1;
    const [status, answer] = this.healthy ? this.#route(method, decodeURIComponent(path), body) : [500, {}];
    response.writeHead(status, { 'content-type': 'application/json', connection: 'close' }).end(JSON.stringify(answer));
  }

  #route(method: string, path: string, body: string): [number, object] {
    const none: [number, object] = [404, { error_code: 40403, message: 'not found' }];
    const [, kind, name = '', third] = path.split('/');
    if (kind === 'schemas') {
      const text = this.#texts[Number(third) - 1];
      return text === undefined ? none : [200, { schema: text }];
    }
    if (kind === 'config') return method === 'PUT' ? [200, JSON.parse(body) as object] : none;
    const text = (JSON.parse(body) as { schema: string }).schema;
    if (third === 'versions') return [200, { id: this.register(name, text) }];
    const id = this.#texts.indexOf(text) + 1;
    return this.ids(name).includes(id) ? [200, { subject: name, version: 1, id, schema: text }] : none;
  }
}
