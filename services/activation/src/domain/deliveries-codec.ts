import { refuseUnreadableFormat, type StateCodec } from '@hilo/streaming';
import type { Delivery, ProfileDeliveries } from './delivery.ts';

const VERSION = 1;

/** A delivery in the format of releases before retries. */
type WrittenDelivery = Delivery & Partial<Pick<Delivery, 'idempotency_key' | 'retry_of' | 'overtaken'>>;

/**
 * Encodes a profile's deliveries as JSON. Each format ever written keeps its number here. Fields that later releases
 * added may be missing, and an earlier release ignores or omits them: both run side by side during an upgrade.
 */
export const deliveriesCodec: StateCodec<ProfileDeliveries> = {
  encode: (state) => Buffer.from(JSON.stringify({ v: VERSION, ...state })),
  decode: (bytes) => {
    const { v, ...state } = JSON.parse(bytes.toString('utf8')) as { v: number } & ProfileDeliveries;
    refuseUnreadableFormat('a state of deliveries', v, VERSION);
    return withRetries(state);
  },
};

function withRetries(written: Pick<ProfileDeliveries, 'records' | 'queue' | 'ended'> & Partial<ProfileDeliveries>) {
  const { records, retryable = [], lapsed = [] } = written;
  return {
    records,
    queue: written.queue.map((delivery: WrittenDelivery) => ({
      ...delivery,
      idempotency_key: delivery.idempotency_key ?? delivery.delivery_id,
      retry_of: delivery.retry_of ?? null,
      overtaken: delivery.overtaken ?? isOvertaken(delivery, records),
    })),
    ended: written.ended.map(({ record, published }) => ({
      record: { ...record, retry_of: record.retry_of ?? null, idempotency_key: record.idempotency_key ?? null },
      published,
    })),
    retryable,
    lapsed,
  };
}

function isOvertaken({ version }: Delivery, records: ProfileDeliveries['records']): boolean {
  const segment = records[version]?.segment;
  return Object.values(records).some((record) => record.segment === segment && record.version > version);
}
