import { columnsOf, type KeyedTablesOf, type StateChange, type Statement } from '@hilo/streaming';
import type { Delivery, LapsedDelivery, ProfileDeliveries } from '../domain/delivery.ts';
import type { DeliveryRow } from '../ports.ts';
import type { TOPOLOGY } from '../topology.ts';

const COLUMNS: readonly (readonly [keyof DeliveryRow, type: string])[] = [
  ['delivery_id', 'text'],
  ['destination', 'text'],
  ['profile_id', 'text'],
  ['segment', 'text'],
  ['membership_version', 'bigint'],
  ['membership_status', 'text'],
  ['status', 'text'],
  ['reason', 'text'],
  ['attempts', 'integer'],
  ['response_status', 'integer'],
  ['response_body', 'text'],
  ['message_id', 'text'],
  ['created_at_ms', 'bigint'],
  ['next_attempt_ms', 'bigint'],
  ['ended_at_ms', 'bigint'],
  ['retry', 'text'],
  ['retry_of', 'text'],
  ['idempotency_key', 'text'],
];

const CHANGING: readonly (keyof DeliveryRow)[] = [
  'status',
  'reason',
  'attempts',
  'response_status',
  'response_body',
  'next_attempt_ms',
  'ended_at_ms',
  'retry',
];

const UPSERT = `
  INSERT INTO delivery (${COLUMNS.map(([name]) => name).join(', ')})
  SELECT * FROM unnest(${COLUMNS.map(([, type], index) => `$${index + 1}::${type}[]`).join(', ')})
  ON CONFLICT (delivery_id) DO UPDATE SET ${CHANGING.map((name) => `${name} = excluded.${name}`).join(', ')}
  RETURNING 1`;

// An earlier verdict stays: a retry that is requested again much later finds nothing.
const LAPSE = `
  UPDATE delivery SET retry = lapsed.retry
  FROM unnest($1::text[], $2::text[]) AS lapsed (delivery_id, retry)
  WHERE delivery.delivery_id = lapsed.delivery_id AND delivery.retry = 'possible'
  RETURNING 1`;

/**
 * The rows of changed deliveries, and the failed ones that can no longer be sent again. A delivery whose first attempt
 * is in flight has no row yet: usually it ends a moment later, which saves half of the writes.
 */
export const DELIVERY_TABLES: KeyedTablesOf<typeof TOPOLOGY, ProfileDeliveries> = {
  project: (changes) => [putDeliveries(changes), markLapsed(changes)].filter((statement) => statement !== null),
};

function putDeliveries(changes: readonly StateChange<ProfileDeliveries>[]): Statement | null {
  const rows = changes.flatMap(changedRows).toSorted(byId);
  if (rows.length === 0) return null;
  const columns = COLUMNS.map(([name]) => name);
  const values = columns.map((column) => rows.map((row) => storable(row[column])));
  return { name: 'activation-put-deliveries', sql: UPSERT, values, columns };
}

function markLapsed(changes: readonly StateChange<ProfileDeliveries>[]): Statement | null {
  const lapsed = changes.flatMap(changedVerdicts).toSorted(byId);
  if (lapsed.length === 0) return null;
  const rows = lapsed.map(({ delivery_id, verdict }) => ({ delivery_id, retry: verdict }));
  return { name: 'activation-mark-lapsed', sql: LAPSE, ...columnsOf(rows, ['delivery_id', 'retry']) };
}

interface Identified {
  readonly delivery_id: string;
}

/** Always in the same order, so that two instances never wait for each other's rows. */
function byId(a: Identified, b: Identified): number {
  return a.delivery_id < b.delivery_id ? -1 : 1;
}

function changedRows({ before, after }: StateChange<ProfileDeliveries>): readonly DeliveryRow[] {
  if (after === null) return [];
  const ended = new Set(before?.ended.map(({ record }) => record.delivery_id));
  const waiting = new Map(before?.queue.map((delivery) => [delivery.delivery_id, delivery]));
  return [
    ...after.ended.filter(({ record }) => !ended.has(record.delivery_id)).map(({ record }) => endedRow(record, after)),
    ...after.queue
      .filter((delivery) => isShown(delivery) && !sameRow(waiting.get(delivery.delivery_id), delivery))
      .map((delivery) => waitingRow(delivery, after)),
  ];
}

/** For deliveries whose rows do not change otherwise: no row may be written twice. */
function changedVerdicts({ before, after }: StateChange<ProfileDeliveries>): readonly LapsedDelivery[] {
  if (after === null || after.lapsed.length === 0) return [];
  const known = new Set([
    ...(before?.lapsed ?? []).map(({ delivery_id }) => delivery_id),
    ...after.queue.map(({ delivery_id }) => delivery_id),
  ]);
  const ended = new Set(before?.ended.map(({ record }) => record.delivery_id));
  for (const { record } of after.ended) if (!ended.has(record.delivery_id)) known.add(record.delivery_id);
  return after.lapsed.filter(({ delivery_id }) => !known.has(delivery_id));
}

/** PostgreSQL's text holds every character but NUL, which answers of destinations may contain. */
function storable(value: string | number | null): string | number | null {
  return typeof value === 'string' ? value.replaceAll('\u0000', '\uFFFD') : value;
}

function isShown({ asked_ms, attempts, deferrals }: Delivery): boolean {
  return asked_ms === null || attempts + deferrals > 0;
}

function sameRow(before: Delivery | undefined, after: Delivery): boolean {
  return (
    before !== undefined &&
    isShown(before) &&
    before.attempts === after.attempts &&
    before.deferrals === after.deferrals &&
    before.due_ms === after.due_ms
  );
}

function endedRow(
  record: ProfileDeliveries['ended'][number]['record'],
  { retryable, lapsed }: ProfileDeliveries,
): DeliveryRow {
  const { created_at: created_at_ms, ended_at: ended_at_ms, ...rest } = record;
  const isIt = ({ delivery_id }: { readonly delivery_id: string }) => delivery_id === record.delivery_id;
  const verdict = retryable.some(isIt) ? 'possible' : (lapsed.find(isIt)?.verdict ?? 'not_kept');
  const retry = record.status === 'failed' ? verdict : null;
  const status = rest.status as DeliveryRow['status'];
  const membership_status = rest.membership_status as DeliveryRow['membership_status'];
  return { ...rest, status, membership_status, created_at_ms, next_attempt_ms: null, ended_at_ms, retry };
}

function waitingRow(delivery: Delivery, { records }: ProfileDeliveries): DeliveryRow {
  const record = records[delivery.version];
  if (record === undefined) throw new Error('a queued delivery has no record');
  return {
    delivery_id: delivery.delivery_id,
    destination: delivery.destination,
    profile_id: record.profile_id,
    segment: record.segment,
    membership_version: record.version,
    membership_status: record.status as DeliveryRow['membership_status'],
    status: delivery.attempts === 0 ? 'queued' : 'retrying',
    reason: delivery.reason,
    attempts: delivery.attempts,
    response_status: delivery.response_status,
    response_body: delivery.response_body,
    message_id: record.message_id,
    created_at_ms: delivery.created_at_ms,
    next_attempt_ms: delivery.due_ms,
    ended_at_ms: null,
    retry: null,
    retry_of: delivery.retry_of,
    idempotency_key: delivery.idempotency_key === delivery.delivery_id ? null : delivery.idempotency_key,
  };
}
