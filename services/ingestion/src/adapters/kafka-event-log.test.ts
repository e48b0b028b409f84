import { createLogger } from '@hilo/service';
import { kafkaClient, partitionOf } from '@hilo/streaming';
import { openEmbeddedStores } from '@hilo/test-stack';
import type { Kafka } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LogAwayError } from '../ports.ts';
import { KafkaEventLog } from './kafka-event-log.ts';

const TOPIC = 'events.received';
const logger = createLogger({ name: 'ingestion', level: 'silent' });
let stores: Awaited<ReturnType<typeof openEmbeddedStores<'kafka'>>>;
let kafka: Kafka;
let log: KafkaEventLog;

function logTo(
  brokers: readonly string[],
  changes: { waiting_records?: number; deadline_ms?: number } = {},
): KafkaEventLog {
  const limits = { deadline_ms: 3000, partitions: 3, waiting_records: 5000, waiting_bytes: 10_000_000, ...changes };
  return new KafkaEventLog({ brokers, topic: TOPIC, client_id: 'test', logger, ...limits });
}

function records(name: string, count: number): { key: string; value: Buffer }[] {
  return Array.from({ length: count }, (_, index) => ({
    key: `${name}-${index % 7}`,
    value: Buffer.from(`${name} ${index}`),
  }));
}

/** What a topic holds, by partition. */
async function read(count: number): Promise<{ partition: number; key: string; value: string }[]> {
  const found: { partition: number; key: string; value: string }[] = [];
  const consumer = kafka.consumer({ groupId: `read-${count}-${Math.random()}`, maxWaitTimeInMs: 100 });
  await consumer.connect();
  await consumer.subscribe({ topics: [TOPIC], fromBeginning: true });
  await new Promise<void>((resolve, reject) => {
    consumer
      .run({
        eachMessage: async ({ partition, message }) => {
          found.push({ partition, key: message.key?.toString() ?? '', value: message.value?.toString() ?? '' });
          if (found.length >= count) resolve();
        },
      })
      .catch(reject);
  });
  await consumer.disconnect();
  return found;
}

beforeAll(async () => {
  stores = await openEmbeddedStores('kafka');
  kafka = kafkaClient({ brokers: stores.kafka_brokers, clientId: 'test', logger });
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: TOPIC, numPartitions: 3, replicationFactor: 1 }] });
  await admin.disconnect();
  log = logTo(stores.kafka_brokers);
  await log.start();
}, 120_000);

afterAll(async () => {
  await log.stop();
  await stores.close();
});

describe('the event log in Kafka', () => {
  it('has every record once, in the order of each key and in the partition of the key, when it says so', async () => {
    await Promise.all(Array.from({ length: 40 }, (_, request) => log.append(records(`r${request}`, 50))));
    await log.append([]);
    const found = await read(2000);
    expect(new Set(found.map(({ value }) => value)).size).toBe(2000);
    for (const { key, partition } of found) expect(partition).toBe(partitionOf(key, 3));
    const of_one = found.filter(({ key }) => key === 'r3-2').map(({ value }) => Number(value.split(' ')[1]));
    expect(of_one).toEqual(of_one.toSorted((a, b) => a - b));
  }, 60_000);

  it('says that it is full, and that it is not once Kafka has taken what waited', async () => {
    const small = logTo(stores.kafka_brokers, { waiting_records: 100 });
    await small.start();
    const appended = small.append(records('full', 100));
    expect(small.full()).toBe(true);
    await appended;
    await expect.poll(() => small.full()).toBe(false);
    await small.stop();
  }, 60_000);

  it('rejects in time while Kafka is away, and writes again when it is back', async () => {
    await stores.kill('kafka');
    await expect(log.append(records('away', 10))).rejects.toThrow(LogAwayError);
    await stores.ready();
    await expect
      .poll(
        () =>
          log.append(records('back', 1)).then(
            () => 'written',
            () => 'away',
          ),
        { timeout: 30_000, interval: 200 },
      )
      .toBe('written');
    expect(log.full()).toBe(false);
  }, 90_000);
});
