import { createServer as createHttpServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** A log record as a receiver sees it. */
export interface ReceivedRecord {
  readonly body: string;
  readonly scope: string;
  readonly severityText: string;
  readonly timeUnixNano: string;
  readonly traceId: string | undefined;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly resource: Readonly<Record<string, unknown>>;
}

interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

interface Body {
  readonly resourceLogs: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeLogs: readonly {
      readonly scope: { readonly name: string };
      readonly logRecords: readonly {
        readonly body: { readonly stringValue: string };
        readonly severityText: string;
        readonly timeUnixNano: string;
        readonly traceId?: string;
        readonly attributes: readonly Attribute[];
      }[];
    }[];
  }[];
}

/** An OTLP receiver for logs that speaks HTTP with JSON, and keeps what it got. */
export class OtlpReceiver {
  readonly records: ReceivedRecord[] = [];
  readonly headers: IncomingMessage['headers'][] = [];
  /** What it answers; with another status than 200 it keeps nothing. */
  answer: { readonly status: number; readonly body?: object } = { status: 200 };
  requests = 0;
  readonly #server: Server;
  readonly #scheme: string;
  #port = 0;

  /** With a certificate and its key it speaks HTTPS. */
  constructor(tls?: { readonly cert: string; readonly key: string }) {
    const listener: RequestListener = (request, reply) => {
      this.requests += 1;
      this.headers.push(request.headers);
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const { status, body } = this.answer;
        if (status === 200) this.#keep(JSON.parse(Buffer.concat(parts).toString()) as Body);
        reply.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body ?? {}));
      });
    };
    this.#server = tls === undefined ? createHttpServer(listener) : createHttpsServer(tls, listener);
    this.#scheme = tls === undefined ? 'http' : 'https';
  }

  get url(): string {
    return `${this.#scheme}://127.0.0.1:${this.#port}/v1/logs`;
  }

  /** Listens; after `stop`, at the same port again. */
  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #keep({ resourceLogs }: Body): void {
    for (const { resource, scopeLogs } of resourceLogs)
      for (const { scope, logRecords } of scopeLogs)
        for (const { body, severityText, timeUnixNano, traceId, attributes } of logRecords)
          this.records.push({
            ...{ body: body.stringValue, scope: scope.name, severityText, timeUnixNano, traceId },
            attributes: valuesOf(attributes),
            resource: valuesOf(resource.attributes),
          });
  }
}

function valuesOf(attributes: readonly Attribute[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}
