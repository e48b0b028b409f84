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
 * Reads a topic from its beginning to its current end, decoded with the registry. Rejects at bytes that do not decode.
 */
export async function readTopic<Value>(
  credentials: Credentials,
  topic: string,
): Promise<readonly TopicRecord<Value>[]> {
  const codec = new RegistryCodec({ registryUrl: credentials.registryUrl });
  const records = await readBytes(credentials, topic);
  await codec.learn(records.map((record) => record.value));
  return records.map((record) => {
    const decoded = codec.decode(topic, record.value);
    if (!decoded.ok) throw new Error(`${topic}/${record.partition}/${record.offset}: ${decoded.message}`);
    return { ...record, value: decoded.value as Value };
  });
}

/** Reads a topic from its beginning to its current end, as bytes. */
export async function readBytes(credentials: Credentials, topic: string): Promise<readonly TopicRecord<Buffer>[]> {
  const kafka = kafkaOf(credentials);
  const left = await endOffsets(kafka, topic);
  const records: TopicRecord<Buffer>[] = [];
  if (left.size === 0) return records;
  const consumer = kafka.consumer({ groupId: `test-${process.pid}-${groups++}-${Date.now()}`, maxWaitTimeInMs: 100 });
  const all = Promise.withResolvers<void>();
  const eachBatch = async ({ batch }: EachBatchPayload): Promise<void> => {
    const end = left.get(batch.partition);
    if (end === undefined) return;
    for (const { offset, key, headers = {}, value } of batch.messages) {
      if (Number(offset) >= end || value === null) continue;
      const texts = Object.entries(headers).map(([name, content]) => [name, String(content)] as const);
      records.push({
        partition: batch.partition,
        offset: Number(offset),
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
    await all.promise;
  } finally {
    await consumer.disconnect();
  }
  return records;
}

/** End of every non-empty partition. */
async function endOffsets(kafka: Kafka, topic: string): Promise<Map<number, number>> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const offsets = await admin.fetchTopicOffsets(topic);
    return new Map(
      offsets
        .filter(({ low, high }) => Number(high) > Number(low))
        .map(({ partition, high }) => [partition, Number(high)]),
    );
  } finally {
    await admin.disconnect();
  }
}
