import { randomUUID } from 'node:crypto';
import type { Consumer, EachBatchPayload, IHeaders, Kafka } from 'kafkajs';

/** A record's position in the log. */
export interface Place {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** A record that was read. */
export interface PlacedRecord extends Place {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: IHeaders;
  readonly at_ms: number;
}

/** Limits of one reading. */
interface ReadingLimits {
  readonly withinMs: number;
  /** Bytes of values to keep; the reading ends once it has as many. */
  readonly maxBytes: number;
  /** Topic of which only the headers of records are kept. */
  readonly headersOf?: string;
}

const FETCHED_BYTES = 256 * 1024;

/**
 * Reads records by their positions, which must be in the log, in a consumer group of its own that commits nothing.
 * Returns the ones found within the limits, in no particular order. `group` is the prefix of the group's name.
 */
export async function readPlaces(
  kafka: Kafka,
  places: readonly Place[],
  group: string,
  { withinMs, maxBytes, headersOf }: ReadingLimits,
): Promise<readonly PlacedRecord[]> {
  if (places.length === 0) return [];
  const left = offsetsByPartition(places);
  const found: PlacedRecord[] = [];
  let bytes = 0;
  const { promise: all, resolve } = Promise.withResolvers<void>();
  const consumer = kafka.consumer({
    groupId: `${group}.${randomUUID()}`,
    allowAutoTopicCreation: false,
    maxWaitTimeInMs: 100,
    maxBytesPerPartition: FETCHED_BYTES,
  });
  const eachBatch = async ({ batch }: EachBatchPayload): Promise<void> => {
    const { topic, partition } = batch;
    const wanted = left.get(idOf(batch));
    if (wanted === undefined) return;
    const offsets = new Set(wanted);
    for (const { offset, key, value: whole, headers = {}, timestamp } of batch.messages) {
      if (!offsets.has(Number(offset)) || bytes >= maxBytes) continue;
      const value = topic === headersOf ? null : whole;
      bytes += value?.length ?? 0;
      found.push({ topic, partition, offset: Number(offset), key, value, headers, at_ms: Number(timestamp) });
    }
    const last = Number(batch.lastOffset());
    const ahead = wanted.filter((offset) => offset > last);
    if (ahead.length > 0) left.set(idOf(batch), ahead);
    else left.delete(idOf(batch));
    if (left.size === 0 || bytes >= maxBytes) resolve();
    else goOn(consumer, { topic, partition }, ahead[0], last);
  };
  const timer = setTimeout(resolve, withinMs);
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [...new Set(places.map(({ topic }) => topic))], fromBeginning: false });
    await consumer.run({ autoCommit: false, eachBatch });
    for (const { topic, partition } of places) {
      const first = left.get(idOf({ topic, partition }))?.[0];
      if (first !== undefined) consumer.seek({ topic, partition, offset: String(first) });
    }
    await all;
  } finally {
    clearTimeout(timer);
    await consumer.disconnect();
  }
  return found;
}

/** Skips to the next wanted position of the partition; stops reading a partition that has none. */
function goOn(
  consumer: Consumer,
  { topic, partition }: Omit<Place, 'offset'>,
  next: number | undefined,
  last: number,
): void {
  if (next === undefined) consumer.pause([{ topic, partitions: [partition] }]);
  else if (next > last + 1) consumer.seek({ topic, partition, offset: String(next) });
}

function offsetsByPartition(places: readonly Place[]): Map<string, readonly number[]> {
  const offsets = Map.groupBy(places, idOf);
  return new Map([...offsets].map(([id, some]) => [id, some.map(({ offset }) => offset).sort((a, b) => a - b)]));
}

function idOf({ topic, partition }: Omit<Place, 'offset'>): string {
  return `${topic}/${partition}`;
}
