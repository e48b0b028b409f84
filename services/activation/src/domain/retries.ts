import type { MembershipChanged } from '@hilo/schemas';
import {
  type Delivery,
  type LapsedDelivery,
  newDelivery,
  type ProfileDeliveries,
  type RetryableDelivery,
  retryId,
  withRecords,
} from './delivery.ts';

/** Failed deliveries about one profile that are kept for retries; older ones can no longer be retried. */
export const MAX_RETRYABLE = 50;

/** How long a failed delivery can be retried: as long as the list shows it. */
const KEEP_FAILED_MS = 30 * 86_400_000;

/** Until when a failed delivery is kept. */
export function keptUntil({ failed_ms }: RetryableDelivery): number {
  return failed_ms + KEEP_FAILED_MS;
}

/** Whether a failed delivery is still kept. */
export function isKept(delivery: RetryableDelivery, nowMs: number): boolean {
  return keptUntil(delivery) > nowMs;
}

/** Keeps a delivery that has just failed, unless a later change of its segment has arrived. */
export function keepFailed(
  state: ProfileDeliveries,
  { delivery_id, destination, version, idempotency_key, overtaken }: Delivery,
  segment: string,
  nowMs: number,
): ProfileDeliveries {
  if (overtaken) return lapse(state, [delivery_id], 'superseded', nowMs);
  const failed = { delivery_id, destination, segment, version, idempotency_key, failed_ms: nowMs };
  const all = [...state.retryable, failed];
  const beyond = all.slice(0, Math.max(0, all.length - MAX_RETRYABLE)).map((delivery) => delivery.delivery_id);
  return lapse({ ...state, retryable: all }, beyond, 'not_kept', nowMs);
}

/**
 * A membership record arrived: failed deliveries of earlier changes of its segment are superseded and cannot be
 * retried, nor can waiting ones once they fail. This also holds if no destination wants the record: what it says is
 * still true.
 */
export function supersede(state: ProfileDeliveries, record: MembershipChanged, nowMs: number): ProfileDeliveries {
  const isEarlier = (segment: string | undefined, version: number) =>
    segment === record.segment && version < record.version;
  const old = state.retryable.filter(({ segment, version }) => isEarlier(segment, version));
  const isOvertaken = ({ version, overtaken }: Delivery) =>
    !overtaken && isEarlier(state.records[version]?.segment, version);
  const queue = state.queue.some(isOvertaken)
    ? state.queue.map((delivery) => (isOvertaken(delivery) ? { ...delivery, overtaken: true } : delivery))
    : state.queue;
  const marked = queue === state.queue ? state : { ...state, queue };
  if (old.length === 0) return marked;
  const lapsed = lapse(
    marked,
    old.map(({ delivery_id }) => delivery_id),
    'superseded',
    nowMs,
  );
  return withRecords(lapsed, state.records);
}

/** What becomes of a requested retry. */
export type Retry =
  | {
      readonly kind: 'deliver';
      /** Without the failed delivery, whose retry is not in the queue yet. */
      readonly state: ProfileDeliveries;
      readonly delivery: Delivery;
      readonly record: MembershipChanged;
    }
  | {
      readonly kind: 'refuse';
      readonly state: ProfileDeliveries;
      readonly reason: `retry_${LapsedDelivery['verdict']}`;
    };

/**
 * Takes a failed delivery and sends it again, as a delivery of its own with the same Idempotency-Key. One that is not
 * kept stays as it ended.
 */
export function takeRetry(state: ProfileDeliveries, delivery_id: string, nowMs: number): Retry {
  const known = state.lapsed.find((lapsed) => lapsed.delivery_id === delivery_id);
  if (known !== undefined) return { kind: 'refuse', state, reason: `retry_${known.verdict}` };
  const failed = state.retryable.find((retryable) => retryable.delivery_id === delivery_id);
  const record = failed === undefined ? undefined : state.records[failed.version];
  if (failed === undefined || record === undefined)
    return { kind: 'refuse', state: lapse(state, [delivery_id], 'not_kept', nowMs), reason: 'retry_not_kept' };
  const delivery: Delivery = {
    ...newDelivery(failed.destination, record, nowMs),
    delivery_id: retryId(delivery_id),
    idempotency_key: failed.idempotency_key,
    retry_of: delivery_id,
  };
  return { kind: 'deliver', state: lapse(state, [delivery_id], 'retried', nowMs), delivery, record };
}

function lapse(
  state: ProfileDeliveries,
  ids: readonly string[],
  verdict: LapsedDelivery['verdict'],
  nowMs: number,
): ProfileDeliveries {
  if (ids.length === 0) return state;
  const gone = new Set(ids);
  return {
    ...state,
    retryable: state.retryable.filter(({ delivery_id }) => !gone.has(delivery_id)),
    lapsed: [...state.lapsed, ...ids.map((delivery_id) => ({ delivery_id, verdict, lapsed_ms: nowMs }))],
  };
}
