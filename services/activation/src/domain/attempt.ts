import type { MembershipChanged } from '@hilo/schemas';
import type { WithdrawReason } from './destination.ts';

/** What an attempt is asked to do. */
export interface AttemptRequest {
  readonly delivery_id: string;
  /** Tells the receiver what it has had before. */
  readonly idempotency_key: string;
  readonly destination: string;
  readonly record: MembershipChanged;
}

/** What became of an attempt. */
export type AttemptResult = Answered | Unreachable | Deferred | Withdrawn;

/** The destination answered. */
export interface Answered {
  readonly kind: 'answered';
  readonly status: number;
  /** The first 1,000 characters of the body, as far as they came soon after the status; null where it is not kept, because the address is not public. */
  readonly body: string | null;
  /** How long the destination asks to be left alone, milliseconds; null where it doesn't say. */
  readonly retry_after_ms: number | null;
}

/** No answer came. `blocked_address`: the address is one that must not be called. */
export interface Unreachable {
  readonly kind: 'unreachable';
  readonly reason: 'timeout' | 'network' | 'blocked_address';
}

/** No request was made: the destination is busy, or has been failing. */
export interface Deferred {
  readonly kind: 'deferred';
  readonly reason: 'busy' | 'circuit_open';
  readonly retry_after_ms: number;
}

/** No request was made: the destination is gone or disabled. */
export interface Withdrawn {
  readonly kind: 'withdrawn';
  readonly reason: WithdrawReason;
}

/** Request timeout, too early, too many requests. */
const RETRIED = new Set([408, 425, 429]);

/** What an answer means for the delivery. */
export type Verdict = 'delivered' | 'retry' | 'refused' | 'redirected';

/** 2xx is delivered; 408, 425, 429 and 5xx are worth another try; what else is said will be said again. */
export function verdictOf(status: number): Verdict {
  if (status >= 200 && status < 300) return 'delivered';
  if (RETRIED.has(status) || status >= 500) return 'retry';
  return status >= 300 && status < 400 ? 'redirected' : 'refused';
}
