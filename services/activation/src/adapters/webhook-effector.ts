import type { Effect, Effector, Tracer } from '@hilo/streaming';
import type { Answered, AttemptRequest, AttemptResult, Deferred, Unreachable } from '../domain/attempt.ts';
import { verdictOf } from '../domain/attempt.ts';
import {
  type Admission,
  admit,
  type Circuit,
  failed,
  FRESH_CIRCUIT,
  isTripped,
  PATIENCE_MS,
  shareOf,
  succeeded,
} from '../domain/circuit.ts';
import { type Destination, type Destinations, withdrawReason } from '../domain/destination.ts';
import type { ActivationMetrics } from '../metrics.ts';
import type { WebhookClient } from '../ports.ts';

/** What an effector is made from. */
export interface WebhookEffectorParts {
  readonly client: WebhookClient;
  readonly destinations: () => Destinations;
  readonly metrics: ActivationMetrics;
  /** Requests under way to one destination. */
  readonly concurrency: number;
  /** Requests under way and waiting, at all destinations together, beyond which the stage asks for no more. */
  readonly limit: number;
  /** The wall clock, for spans. */
  readonly now_ms: () => number;
  /** For how long requests take, and how long a destination is left alone. */
  readonly monotonic_ms: () => number;
  /** Null: nothing is traced. */
  readonly tracer: Tracer | null;
}

/** What goes on at one destination. */
interface Desk {
  circuit: Circuit;
  under_way: number;
  /** Told whether their turn has come, in this order. */
  readonly waiting: Set<(is_its_turn: boolean) => void>;
}

/**
 * Performs attempts: as many at once to each destination as it can take, in the order in which they were asked for. Puts off
 * what finds no room soon, so that attempts of one destination never hold up those of another.
 */
export class WebhookEffector implements Effector {
  readonly #parts: WebhookEffectorParts;
  readonly #desks = new Map<string, Desk>();
  #requests = 0;

  constructor(parts: WebhookEffectorParts) {
    this.#parts = parts;
  }

  async perform(effect: Effect, traceparent?: string): Promise<AttemptResult> {
    const request = effect.payload as AttemptRequest;
    const desk = this.#deskOf(request.destination, this.#parts.destinations());
    this.#requests += 1;
    try {
      const admission = this.#admit(desk, desk.under_way);
      if (admission.kind === 'defer') return this.#defer(admission);
      if (admission.kind === 'go') desk.under_way += 1;
      else if (!(await turnAt(desk))) return this.#defer(BUSY);
      try {
        // The destination may have failed while the request waited.
        const again = admission.kind === 'wait' ? this.#admit(desk, desk.under_way - 1) : admission;
        return again.kind === 'defer' ? this.#defer(again) : await this.#attempt(desk, request, traceparent);
      } finally {
        this.#leave(desk);
      }
    } finally {
      this.#requests -= 1;
    }
  }

  /** Destinations that attempts went to, by key, and whether they fail: one that was disabled or deleted bothers nobody. */
  circuits(): ReadonlyMap<string, boolean> {
    const destinations = this.#parts.destinations();
    this.#forgetDeleted(destinations);
    return new Map(
      [...this.#desks].map(([key, { circuit }]) => [
        key,
        destinations.get(key)?.enabled === true && isTripped(circuit),
      ]),
    );
  }

  #admit({ circuit, waiting }: Desk, under_way: number): Admission {
    const { concurrency, limit, monotonic_ms } = this.#parts;
    const share = shareOf(concurrency, limit - this.#requests);
    return admit(circuit, { under_way, waiting: waiting.size, concurrency: share }, monotonic_ms());
  }

  #defer({ reason, retry_after_ms }: Omit<Deferred, 'kind'>): Deferred {
    this.#parts.metrics.deferred(reason);
    return { kind: 'deferred', reason, retry_after_ms };
  }

  /** Whoever waits takes the place over; the count stays as it is then. */
  #leave(desk: Desk): void {
    const [next] = desk.waiting;
    if (next === undefined) desk.under_way -= 1;
    else next(true);
  }

  async #attempt(desk: Desk, request: AttemptRequest, parent: string | undefined): Promise<AttemptResult> {
    const { client, destinations, metrics, now_ms, monotonic_ms } = this.#parts;
    const destination = destinations().get(request.destination);
    const reason = withdrawReason(destination, request.record.segment);
    if (destination === undefined || reason !== null)
      return { kind: 'withdrawn', reason: reason ?? 'destination_deleted' };
    const started_ms = monotonic_ms();
    const span = this.#span(request, parent, now_ms());
    const result = await client.post(destination, request, span?.traceparent);
    const ended_ms = monotonic_ms();
    span?.end(isDelivered(result) ? undefined : outcomeOf(result));
    desk.circuit = circuitAfter(desk.circuit, result, ended_ms - started_ms, ended_ms);
    metrics.attempted(outcomeOf(result), (ended_ms - started_ms) / 1000);
    return result;
  }

  #span({ destination, delivery_id, record }: AttemptRequest, parent: string | undefined, start_ms: number) {
    if (parent === undefined) return null;
    const attributes = {
      'hilo.destination': destination,
      'hilo.delivery_id': delivery_id,
      ...(record.message_id === null ? {} : { 'hilo.message_id': record.message_id }),
    };
    return this.#parts.tracer?.begin({ name: 'webhook', kind: 'client', parent, start_ms, attributes }) ?? null;
  }

  #deskOf(key: string, destinations: Destinations): Desk {
    const found = this.#desks.get(key);
    if (found !== undefined) return found;
    this.#forgetDeleted(destinations);
    const desk: Desk = { circuit: FRESH_CIRCUIT, under_way: 0, waiting: new Set() };
    this.#desks.set(key, desk);
    return desk;
  }

  #forgetDeleted(destinations: ReadonlyMap<string, Destination>): void {
    for (const [key, desk] of this.#desks)
      if (!destinations.has(key) && desk.under_way === 0) {
        this.#desks.delete(key);
      }
  }
}

const BUSY = { reason: 'busy', retry_after_ms: PATIENCE_MS } as const;

/** Waits for a place at a destination, and no longer than a request may: false then. */
function turnAt({ waiting }: Desk): Promise<boolean> {
  return new Promise((resolve) => {
    const told = (is_its_turn: boolean): void => {
      waiting.delete(told);
      clearTimeout(timer);
      resolve(is_its_turn);
    };
    const timer = setTimeout(() => told(false), PATIENCE_MS);
    waiting.add(told);
  });
}

function circuitAfter(circuit: Circuit, result: Answered | Unreachable, took_ms: number, now_ms: number): Circuit {
  if (result.kind === 'unreachable') return failed(circuit, took_ms, null, now_ms);
  const alive = verdictOf(result.status) !== 'retry';
  return alive ? succeeded(circuit, took_ms) : failed(circuit, took_ms, result.retry_after_ms, now_ms);
}

function isDelivered(result: Answered | Unreachable): boolean {
  return result.kind === 'answered' && verdictOf(result.status) === 'delivered';
}

function outcomeOf(result: Answered | Unreachable): string {
  return result.kind === 'unreachable' ? result.reason : `${Math.floor(result.status / 100)}xx`;
}
