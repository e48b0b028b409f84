import type { Effect, Effector, Tracer } from '@hilo/streaming';
import type { AttemptRequest, AttemptResult, Deferred, Outcome } from '../domain/attempt.ts';
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
import type { OpenTypes } from './types.ts';

/** The effector's dependencies. */
export interface EffectorDependencies {
  readonly types: OpenTypes;
  readonly destinations: () => Destinations;
  readonly metrics: Pick<ActivationMetrics, 'attempted' | 'deferred'>;
  /** Attempts under way to one destination. */
  readonly concurrency: number;
  /** Longest time of one attempt. */
  readonly timeoutMs: number;
  /** Attempts under way and waiting, at all destinations together, beyond which the stage asks for no more. */
  readonly limit: number;
  /** The wall clock, for spans. */
  readonly nowMs: () => number;
  /** For how long attempts take, and how long a destination is left alone. */
  readonly monotonicMs: () => number;
  /** Null: nothing is traced. */
  readonly tracer: Tracer | null;
}

/** The state of one destination. */
interface DestinationState {
  circuit: Circuit;
  underWay: number;
  /** Callbacks of waiting requests, in order. */
  readonly waiting: Set<(isItsTurn: boolean) => void>;
}

/** How long a delivery to a destination of an unknown type is put off: until an instance of a newer release may have it. */
const UNKNOWN_TYPE_MS = 60_000;

/**
 * Performs attempts: as many at once to each destination as it can take, in the order in which they were asked for. Puts off
 * what finds no room soon, so that attempts of one destination never hold up those of another. How a delivery reaches its
 * destination is up to the destination's type.
 */
export class DestinationEffector implements Effector {
  readonly #dependencies: EffectorDependencies;
  readonly #states = new Map<string, DestinationState>();
  #attempts = 0;

  constructor(dependencies: EffectorDependencies) {
    this.#dependencies = dependencies;
  }

  async perform(effect: Effect, traceparent?: string): Promise<AttemptResult> {
    const request = effect.payload as AttemptRequest;
    const state = this.#stateOf(request.destination, this.#dependencies.destinations());
    this.#attempts += 1;
    try {
      const admission = this.#admit(state, state.underWay);
      if (admission.kind === 'defer') return this.#defer(admission);
      if (admission.kind === 'go') state.underWay += 1;
      else if (!(await turnAt(state))) return this.#defer(BUSY);
      try {
        // The destination may have failed while the request waited.
        const again = admission.kind === 'wait' ? this.#admit(state, state.underWay - 1) : admission;
        return again.kind === 'defer' ? this.#defer(again) : await this.#attempt(state, request, traceparent);
      } finally {
        this.#leave(state);
      }
    } finally {
      this.#attempts -= 1;
    }
  }

  /** Destinations that attempts went to, by key, and whether they fail. Excludes disabled and deleted ones. */
  circuits(): ReadonlyMap<string, boolean> {
    const destinations = this.#dependencies.destinations();
    this.#forgetDeleted(destinations);
    return new Map(
      [...this.#states].map(([key, { circuit }]) => [
        key,
        destinations.get(key)?.enabled === true && isTripped(circuit),
      ]),
    );
  }

  #admit({ circuit, waiting }: DestinationState, underWay: number): Admission {
    const { concurrency, limit, monotonicMs } = this.#dependencies;
    const share = shareOf(concurrency, limit - this.#attempts);
    return admit(circuit, { underWay, waiting: waiting.size, concurrency: share }, monotonicMs());
  }

  #defer({ reason, retryAfterMs }: Omit<Deferred, 'kind'>): Deferred {
    this.#dependencies.metrics.deferred(reason);
    return { kind: 'deferred', reason, retryAfterMs };
  }

  /** A waiting request takes the place over, so the count stays the same. */
  #leave(state: DestinationState): void {
    const [next] = state.waiting;
    if (next === undefined) state.underWay -= 1;
    else next(true);
  }

  async #attempt(state: DestinationState, request: AttemptRequest, parent: string | undefined): Promise<AttemptResult> {
    const { types, destinations, metrics, timeoutMs, nowMs, monotonicMs } = this.#dependencies;
    const destination = destinations().get(request.destination);
    const reason = withdrawReason(destination, request.record);
    if (destination === undefined || reason !== null)
      return { kind: 'withdrawn', reason: reason ?? 'destination_deleted' };
    const type = types.get(destination.type);
    if (type === undefined) return this.#defer({ reason: 'unknown_type', retryAfterMs: UNKNOWN_TYPE_MS });
    const { delivery_id, idempotency_key, record } = request;
    const startedMs = monotonicMs();
    const span = this.#span(request, destination, parent, nowMs());
    const outcome = await type.perform({
      settings: destination.settings,
      delivery: { delivery_id, idempotency_key, profile_id: record.profile_id, body: JSON.stringify(record) },
      signal: AbortSignal.timeout(timeoutMs),
      traceparent: span?.traceparent,
    });
    const endedMs = monotonicMs();
    span?.end(outcome.kind === 'delivered' ? undefined : labelOf(outcome));
    state.circuit = circuitAfter(state.circuit, outcome, endedMs - startedMs, endedMs);
    metrics.attempted(labelOf(outcome), (endedMs - startedMs) / 1000);
    return outcome;
  }

  #span(
    { delivery_id, record }: AttemptRequest,
    { key, type }: Destination,
    parent: string | undefined,
    startMs: number,
  ) {
    if (parent === undefined) return null;
    const attributes = {
      'hilo.destination': key,
      'hilo.delivery_id': delivery_id,
      ...(record.message_id === null ? {} : { 'hilo.message_id': record.message_id }),
    };
    return this.#dependencies.tracer?.begin({ name: type, kind: 'client', parent, startMs, attributes }) ?? null;
  }

  #stateOf(key: string, destinations: Destinations): DestinationState {
    const found = this.#states.get(key);
    if (found !== undefined) return found;
    this.#forgetDeleted(destinations);
    const state: DestinationState = { circuit: FRESH_CIRCUIT, underWay: 0, waiting: new Set() };
    this.#states.set(key, state);
    return state;
  }

  #forgetDeleted(destinations: ReadonlyMap<string, Destination>): void {
    for (const [key, state] of this.#states)
      if (!destinations.has(key) && state.underWay === 0) {
        this.#states.delete(key);
      }
  }
}

const BUSY = { reason: 'busy', retryAfterMs: PATIENCE_MS } as const;

/** Waits for a place at a destination, at most as long as a request may; false if there is none by then. */
function turnAt({ waiting }: DestinationState): Promise<boolean> {
  return new Promise((resolve) => {
    const called = (isItsTurn: boolean): void => {
      waiting.delete(called);
      clearTimeout(timer);
      resolve(isItsTurn);
    };
    const timer = setTimeout(() => called(false), PATIENCE_MS);
    waiting.add(called);
  });
}

function circuitAfter(circuit: Circuit, outcome: Outcome, tookMs: number, nowMs: number): Circuit {
  if (isAlive(outcome)) return succeeded(circuit, tookMs);
  const retryAfterMs = outcome.kind === 'transient_failure' ? outcome.retryAfterMs : null;
  return failed(circuit, tookMs, retryAfterMs, nowMs);
}

/** A destination that refuses a change is alive. One that must not be reached, or is not there, fails with every change. */
function isAlive(outcome: Outcome): boolean {
  if (outcome.kind !== 'permanent_failure') return outcome.kind === 'delivered';
  return outcome.reason === 'refused' || outcome.reason === 'redirected';
}

/** An outcome as a metric's label: the class of an HTTP status, else the reason. */
function labelOf(outcome: Outcome): string {
  const status = outcome.answer?.status ?? null;
  if (status !== null) return `${Math.floor(status / 100)}xx`;
  return outcome.kind === 'delivered' ? 'delivered' : outcome.reason;
}
