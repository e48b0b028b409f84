import { createHash } from 'node:crypto';
import type { DeliveryEnded, MembershipChanged } from '@hilo/schemas';
import type { PermanentReason } from './attempt.ts';

/** One membership change on its way to one destination. */
export interface Delivery {
  readonly delivery_id: string;
  readonly destination: string;
  /** Version of the membership record, which is in `ProfileDeliveries.records`. */
  readonly version: number;
  readonly created_at_ms: number;
  /** Requests with a known outcome. */
  readonly attempts: number;
  /** How often the destination had no room for it, so that no request was made. */
  readonly deferrals: number;
  /** Not before this time. */
  readonly due_ms: number;
  /** When the attempt in flight was started; null: none is. */
  readonly asked_ms: number | null;
  /** The destination's last answer. */
  readonly response_status: number | null;
  readonly response_body: string | null;
  /** Why it has to be tried again; empty before the first outcome. */
  readonly reason: string;
  /** Sent with each request: the delivery's id; for a retry, the id of the change's first delivery. */
  readonly idempotency_key: string;
  /** Id of the failed delivery that it sends again; null: it is the first. */
  readonly retry_of: string | null;
  /** Whether a later change of the segment has arrived: if this delivery fails, it cannot be sent again. */
  readonly overtaken: boolean;
}

/** Whether a failed delivery can be sent again, and why not: reason codes of retries (docs/reasons.md). */
export type RetryVerdict = 'possible' | 'retried' | 'superseded' | 'not_kept';

/** A failed delivery that can be sent again; its membership record is in `ProfileDeliveries.records`. */
export interface RetryableDelivery {
  readonly delivery_id: string;
  readonly destination: string;
  readonly segment: string;
  readonly version: number;
  readonly idempotency_key: string;
  readonly failed_ms: number;
}

/** A failed delivery that cannot be sent again, or no longer. */
export interface LapsedDelivery {
  readonly delivery_id: string;
  readonly verdict: Exclude<RetryVerdict, 'possible'>;
  readonly lapsed_ms: number;
}

/** A delivery in its terminal state. */
export interface EndedDelivery {
  readonly record: DeliveryEnded;
  readonly published: boolean;
}

/** A profile's deliveries: the state of its key. */
export interface ProfileDeliveries {
  /** The membership records that `queue` and `retryable` refer to, by version. */
  readonly records: Readonly<Record<string, MembershipChanged>>;
  /** In the order in which they were decided; a destination gets them in this order, one at a time. */
  readonly queue: readonly Delivery[];
  /** The last ended ones: until they are published, and slightly longer, for the API's table. */
  readonly ended: readonly EndedDelivery[];
  /** Failed ones that can be sent again, oldest first. */
  readonly retryable: readonly RetryableDelivery[];
  /** The last dropped ones: slightly longer, for the API's table. */
  readonly lapsed: readonly LapsedDelivery[];
}

/** States of a delivery, in the order of its life. */
export type DeliveryStatus = 'queued' | 'retrying' | DeliveryEnd['status'];

/** What is known about a delivery when it ends. */
export interface DeliveryEnd {
  readonly status: 'delivered' | 'filtered' | 'failed';
  readonly reason: EndReason;
}

/** Reason codes of ended deliveries (docs/reasons.md); empty for delivered ones. */
export type EndReason =
  | ''
  | 'destination_deleted'
  | 'destination_disabled'
  | 'not_subscribed'
  | 'superseded'
  | PermanentReason
  | 'attempts_exhausted'
  | 'expired'
  | 'queue_full';

/** State of a profile without deliveries. */
export const NO_DELIVERIES: ProfileDeliveries = { records: {}, queue: [], ended: [], retryable: [], lapsed: [] };

/**
 * Unique and stable id of a delivery: a receiver recognises a repeat by it. Safe in a header, whatever the keys
 * contain.
 */
export function deliveryId(destination: string, record: MembershipChanged): string {
  return idOf([destination, record.profile_id, record.segment, record.version]);
}

/** Id of the retry of a failed delivery: there is at most one, however often it is asked for. */
export function retryId(delivery_id: string): string {
  return idOf(['retry', delivery_id]);
}

function idOf(about: readonly (string | number)[]): string {
  return `d_${createHash('sha256').update(JSON.stringify(about)).digest('hex').slice(0, 32)}`;
}

/** A new delivery. */
export function newDelivery(destination: string, record: MembershipChanged, nowMs: number): Delivery {
  const delivery_id = deliveryId(destination, record);
  return {
    delivery_id,
    destination,
    version: record.version,
    created_at_ms: nowMs,
    attempts: 0,
    deferrals: 0,
    due_ms: nowMs,
    asked_ms: null,
    response_status: null,
    response_body: null,
    reason: '',
    idempotency_key: delivery_id,
    retry_of: null,
    overtaken: false,
  };
}

/** The state with only those membership records that it still refers to. */
export function withRecords(
  state: ProfileDeliveries,
  records: Readonly<Record<string, MembershipChanged>>,
): ProfileDeliveries {
  const spoken = new Set([...state.queue, ...state.retryable].map(({ version }) => String(version)));
  const kept = Object.entries(records).filter(([version]) => spoken.has(version));
  return { ...state, records: Object.fromEntries(kept) };
}

/** The terminal record of a delivery. */
export function endedRecord(
  delivery: Delivery,
  record: MembershipChanged,
  end: DeliveryEnd,
  nowMs: number,
): DeliveryEnded {
  return {
    delivery_id: delivery.delivery_id,
    destination: delivery.destination,
    profile_id: record.profile_id,
    segment: record.segment,
    membership_version: record.version,
    membership_status: record.status,
    status: end.status,
    reason: end.reason,
    attempts: delivery.attempts,
    response_status: delivery.response_status,
    response_body: delivery.response_body,
    message_id: record.message_id,
    created_at: delivery.created_at_ms,
    ended_at: nowMs,
    retry_of: delivery.retry_of,
    idempotency_key: delivery.idempotency_key === delivery.delivery_id ? null : delivery.idempotency_key,
  };
}

/** How many deliveries a change of the state created: those of the state after it that the state before it does not have. */
export function createdBetween(before: ProfileDeliveries | null, after: ProfileDeliveries | null): number {
  if (after === null) return 0;
  const known = new Set(before === null ? [] : idsOf(before));
  return idsOf(after).filter((id) => !known.has(id)).length;
}

function idsOf({ queue, ended }: ProfileDeliveries): string[] {
  return [...queue.map(({ delivery_id }) => delivery_id), ...ended.map(({ record }) => record.delivery_id)];
}
