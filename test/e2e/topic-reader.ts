import { RegistryCodec } from '@hilo/schemas';
import type { Credentials } from '@hilo/test-stack';
import kafkajs, { type EachBatchPayload, type Kafka } from 'kafkajs';
import { compressFrame, decompressFrame } from 'lz4-napi';

const { CompressionCodecs, CompressionTypes, logLevel } = kafkajs;

CompressionCodecs[CompressionTypes.LZ4] = () => ({
  compress: (encoder: { buffer: Buffer }) => compressFrame(encoder.buffer),
  decompress: (buffer: Buffer) => decompressFrame(buffer),
});

/** A record in a topic. */
export interface TopicRecord<Value> {
  readonly partition: number;
  readonly offset: number;
  /** When the broker appended it, in milliseconds. */
  readonly appendedMs: number;
  readonly key: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: Value;
}

let groups = 0;

/** A kafkajs client such as anybody's. */
export function kafkaOf(credentials: Credentials): Kafka {
  return new kafkajs.Kafka({ clientId: 'test', brokers: [...credentials.kafkaBrokers], logLevel: logLevel.NOTHING });
}

/**
 * Reads a topic from its beginning, or from what was appended since a time, to its current end, decoded with the registry.
 * Rejects at bytes that do not decode.
 */
export async function readTopic<Value>(
  credentials: Credentials,
  topic: string,
  sinceMs?: number,
): Promise<readonly TopicRecord<Value>[]> {
  const codec = new RegistryCodec({ registryUrl: credentials.registryUrl });
  const records = await readBytes(credentials, topic, sinceMs);
  await codec.learn(records.map((record) => record.value));
  return records.map((record) => {
    const decoded = codec.decode(topic, record.value);
    if (!decoded.ok) throw new Error(`${topic}/${record.partition}/${record.offset}: ${decoded.message}`);
    return { ...record, value: decoded.value as Value };
  });
}

/** Reads a topic from its beginning, or from what was appended since a time, to its current end, as bytes. */
export async function readBytes(
  credentials: Credentials,
  topic: string,
  sinceMs = 0,
): Promise<readonly TopicRecord<Buffer>[]> {
  const kafka = kafkaOf(credentials);
  const spans = await spansOf(kafka, topic, sinceMs);
  const left = new Map(spans.map(({ partition, end }) => [partition, end]));
  const records: TopicRecord<Buffer>[] = [];
  if (left.size === 0) return records;
  const consumer = kafka.consumer({ groupId: `test-${process.pid}-${groups++}-${Date.now()}`, maxWaitTimeInMs: 100 });
  const all = Promise.withResolvers<void>();
  const eachBatch = async ({ batch }: EachBatchPayload): Promise<void> => {
    const end = left.get(batch.partition);
    if (end === undefined) return;
    for (const { offset, timestamp, key, headers = {}, value } of batch.messages) {
      if (Number(offset) >= end || value === null) continue;
      const texts = Object.entries(headers).map(([name, content]) => [name, String(content)] as const);
      records.push({
        partition: batch.partition,
        offset: Number(offset),
        appendedMs: Number(timestamp),
        key: key?.toString() ?? null,
        headers: Object.fromEntries(texts),
        value,
      });
    }
    if (Number(batch.lastOffset()) + 1 >= end) left.delete(batch.partition);
    if (left.size === 0) all.resolve();
  };
  try {
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({ autoCommit: false, eachBatch });
    for (const { partition, start } of spans) consumer.seek({ topic, partition, offset: `${start}` });
    await all.promise;
  } finally {
    await consumer.disconnect();
  }
  return records;
}

/** From where to where to read: of every partition that has something to read. */
async function spansOf(
  kafka: Kafka,
  topic: string,
  sinceMs: number,
): Promise<readonly { readonly partition: number; readonly start: number; readonly end: number }[]> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const starts = new Map(
      (await admin.fetchTopicOffsetsByTimestamp(topic, sinceMs)).map(({ partition, offset }) => [partition, offset]),
    );
    const ends = await admin.fetchTopicOffsets(topic);
    return ends
      .map(({ partition, high }) => ({ partition, start: Number(starts.get(partition) ?? 0), end: Number(high) }))
      .filter(({ start, end }) => start >= 0 && start < end);
  } finally {
    await admin.disconnect();
  }
}
