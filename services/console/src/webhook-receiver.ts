import { createHmac } from 'node:crypto';
import { isFields } from '@hilo/service';
import { signatureFault } from './domain/webhook-signature.ts';

/** A membership change that arrived, without traits or identifiers: everybody who can open the page sees it. */
export interface ReceivedCall {
  readonly segment: string;
  readonly status: string;
  readonly reason: string;
  readonly profile_id: string;
  /** ISO time of arrival. */
  readonly received_at: string;
  /** From the decision to the arrival. */
  readonly after_ms: number;
}

/** Why a call was refused. */
export type RefusedCall = 'bad_signature' | 'bad_body';

const LATEST_KEPT = 12;
const KEYS_KEPT = 10_000;

/** The console's own webhook, so that the demo's deliveries have a real receiver. In memory only. */
export class WebhookReceiver {
  /**
   * The secret that calls are signed with; derived from the console's key, so that it stays the same when the console
   * restarts.
   */
  readonly secret: string;
  readonly #nowMs: () => number;
  readonly #keys = new Set<string>();
  #latest: readonly ReceivedCall[] = [];
  #received = 0;
  #repeats = 0;
  #refused = 0;

  constructor(key: string, nowMs: () => number) {
    this.secret = createHmac('sha256', key).update('console webhook receiver').digest('hex');
    this.#nowMs = nowMs;
  }

  /** Takes a call as it arrived; null: taken, or taken before under the same key. */
  receive(body: Buffer, signature: string, idempotency_key: string): RefusedCall | null {
    const nowMs = this.#nowMs();
    const refused =
      signatureFault({ body, signature, secret: this.secret, nowMs }) === null
        ? this.#take(body, idempotency_key, nowMs)
        : 'bad_signature';
    if (refused !== null) this.#refused++;
    return refused;
  }

  /** Counts since the start, and the calls, newest first. */
  summary() {
    return { received: this.#received, repeats: this.#repeats, refused: this.#refused, latest: this.#latest };
  }

  #take(body: Buffer, idempotency_key: string, nowMs: number): RefusedCall | null {
    const call = readCall(body, nowMs);
    if (call === null) return 'bad_body';
    if (this.#keys.has(idempotency_key)) {
      this.#repeats++;
      return null;
    }
    this.#keys.add(idempotency_key);
    const [oldest] = this.#keys;
    if (this.#keys.size > KEYS_KEPT && oldest !== undefined) this.#keys.delete(oldest);
    this.#received++;
    this.#latest = [call, ...this.#latest].slice(0, LATEST_KEPT);
    return null;
  }
}

function readCall(body: Buffer, nowMs: number): ReceivedCall | null {
  try {
    const { segment, status, reason, profile_id, decided_at } = asFields(JSON.parse(body.toString('utf8')));
    const decidedMs = typeof decided_at === 'number' ? decided_at : Date.parse(String(decided_at));
    return {
      segment: String(segment),
      status: String(status),
      reason: String(reason),
      profile_id: String(profile_id),
      received_at: new Date(nowMs).toISOString(),
      after_ms: Number.isNaN(decidedMs) ? 0 : Math.max(0, nowMs - decidedMs),
    };
  } catch {
    return null;
  }
}

function asFields(value: unknown): Readonly<Record<string, unknown>> {
  if (isFields(value) && typeof value.segment === 'string' && typeof value.profile_id === 'string') return value;
  throw new Error('no membership change');
}
