import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { MembershipChanged } from '@hilo/schemas';

/** A call that arrived. */
export interface CaughtCall {
  readonly key: string;
  readonly change: MembershipChanged;
  /** Whether the signature is that of the secret over exactly these bytes. */
  readonly signed: boolean;
  readonly arrivedMs: number;
  /** W3C Trace Context, if the call carries one. */
  readonly traceparent: string | undefined;
}

/** A webhook that keeps the calls it gets. */
export class WebhookCatcher {
  readonly secret = 'a-secret-of-the-test';
  /** Every call, repeats included. */
  readonly calls: CaughtCall[] = [];
  readonly #server: Server;
  #answer = (_call: CaughtCall): number => 204;

  constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks);
        const call: CaughtCall = {
          key: String(request.headers['idempotency-key']),
          change: JSON.parse(body.toString('utf8')) as MembershipChanged,
          signed: isSigned(body, String(request.headers['x-hilo-signature']), this.secret),
          arrivedMs: Date.now(),
          traceparent: request.headers['traceparent']?.toString(),
        };
        this.calls.push(call);
        response.writeHead(this.#answer(call)).end();
      });
    });
  }

  /**
   * Listens on a free port of the loopback address, or of the one that HILO_TEST_WEBHOOK_HOST names (services in
   * containers cannot reach the former); resolves with the address.
   */
  async listen(): Promise<string> {
    const host = process.env.HILO_TEST_WEBHOOK_HOST ?? '127.0.0.1';
    await new Promise<void>((resolve) => this.#server.listen(0, host, resolve));
    return `http://${host}:${(this.#server.address() as AddressInfo).port}/hook`;
  }

  /** Sets the status of the answers from now on. */
  answerWith(status: (call: CaughtCall) => number): void {
    this.#answer = status;
  }

  /** The calls about a segment. */
  about(segment: string): readonly CaughtCall[] {
    return this.calls.filter((call) => call.change.segment === segment);
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

function isSigned(body: Buffer, header: string, secret: string): boolean {
  const [, t, v1] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(header) ?? [];
  if (t === undefined || v1 === undefined) return false;
  const expected = createHmac('sha256', secret).update(`${t}.`).update(body).digest();
  return timingSafeEqual(expected, Buffer.from(v1, 'hex'));
}
