import type { MembershipChanged } from '@hilo/schemas';
import type { WithdrawReason } from './destination.ts';

/** One attempt at a delivery, as the stage asks for it. */
export interface AttemptRequest {
  readonly delivery_id: string;
  /** Lets the receiver recognize what it has had before. */
  readonly idempotency_key: string;
  readonly destination: string;
  readonly record: MembershipChanged;
}

/** The result of an attempt. */
export type AttemptResult = Outcome | Deferred | Withdrawn;

/** How a destination's type says that an attempt ended. */
export type Outcome = Delivered | PermanentFailure | TransientFailure;

/** The destination has the change. */
export interface Delivered {
  readonly kind: 'delivered';
  readonly answer: Answer | null;
}

/** The attempt would end like this every time: the delivery fails at once. */
export interface PermanentFailure {
  readonly kind: 'permanent_failure';
  readonly reason: PermanentReason;
  readonly answer: Answer | null;
}

/** A later attempt may succeed. */
export interface TransientFailure {
  readonly kind: 'transient_failure';
  readonly reason: 'server_error' | 'timeout' | 'network';
  /** How long the destination asks to be left alone, milliseconds; null: it does not say. */
  readonly retryAfterMs: number | null;
  readonly answer: Answer | null;
}

/** Reason codes of permanent failures (docs/reasons.md). */
export type PermanentReason = 'refused' | 'redirected' | 'blocked_address' | 'unknown_target';

/** What the destination said; shown with the delivery. */
export interface Answer {
  /** HTTP status; null: the destination does not speak HTTP. */
  readonly status: number | null;
  /** Up to 1,000 characters; null: nothing was said, or it must not be kept. */
  readonly body: string | null;
}

/** No attempt was made: the destination is busy or has been failing, or this instance does not know its type. */
export interface Deferred {
  readonly kind: 'deferred';
  readonly reason: 'busy' | 'circuit_open' | 'unknown_type';
  readonly retryAfterMs: number;
}

/** No attempt was made: the destination no longer wants the change. */
export interface Withdrawn {
  readonly kind: 'withdrawn';
  readonly reason: WithdrawReason;
}
