import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dueTime, preciseNow } from './message-times.ts';
import { type Distribution, distributionOf } from './percentiles.ts';
import type { Sample } from './trend.ts';

/** What arrived since the last reset. */
export interface Arrivals {
  /** From when the causing event was due to be sent until the webhook got the change, in milliseconds. */
  readonly enteredMs: Distribution;
  /** From when the window closed until the webhook got the change, in milliseconds. */
  readonly leftByTimeMs: Distribution;
}

interface Change {
  readonly segment: string;
  readonly status: string;
  readonly reason: string;
  readonly message_id: string | null;
  readonly event_time: number | string | null;
}

/** A webhook that measures how long membership changes took to reach it. */
export class WebhookLatency {
  readonly #server: Server;
  #run = '';
  #entered: { due_ms: number; lateMs: number }[] = [];
  #left_ms: number[] = [];

  constructor() {
    this.#server = createServer((request, response) => {
      const arrivedMs = preciseNow();
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        response.writeHead(204).end();
        this.#take(JSON.parse(Buffer.concat(chunks).toString('utf8')) as Change, arrivedMs);
      });
    });
  }

  /** Listens on any free port of this machine; resolves with the address. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  /** Forgets what arrived; from now on only changes caused by events of `run` count. */
  measure(run: string): void {
    this.#run = run;
    this.#entered = [];
    this.#left_ms = [];
  }

  arrivals(): Arrivals {
    return {
      enteredMs: distributionOf(this.#entered.map(({ lateMs }) => lateMs)),
      leftByTimeMs: distributionOf(this.#left_ms),
    };
  }

  /**
   * How late each entry came, in seconds, by when its event was due, in that order. A backlog anywhere shows here, also
   * where no lag is counted: in the ingest endpoint, or in what a stage has fetched and not yet folded.
   */
  lateness(): readonly Sample[] {
    const byDue = this.#entered.toSorted((a, b) => a.due_ms - b.due_ms);
    return byDue.map(({ due_ms, lateMs }) => ({ atS: due_ms / 1000, value: lateMs / 1000 }));
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #take(change: Change, arrivedMs: number): void {
    if (change.reason === 'time' && change.status === 'exited' && change.event_time !== null) {
      this.#left_ms.push(arrivedMs - new Date(change.event_time).getTime());
      return;
    }
    const due_ms = change.message_id === null ? null : dueTime(change.message_id, this.#run);
    if (due_ms !== null && change.status === 'entered') this.#entered.push({ due_ms, lateMs: arrivedMs - due_ms });
  }
}
