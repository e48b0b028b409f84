import { randomBytes } from 'node:crypto';
import { createLogger } from '@hilo/service';
import { kafkaClient, partitionOf } from '@hilo/streaming';
import { openEmbeddedStores } from '@hilo/test-stack';
import type { Kafka } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LogUnavailableError, RecordTooLargeError } from '../ports.ts';
import { KafkaEventLog } from './kafka-event-log.ts';

const TOPIC = 'events.received';
const logger = createLogger({ name: 'ingestion', level: 'silent' });
let stores: Awaited<ReturnType<typeof openEmbeddedStores<'kafka'>>>;
let kafka: Kafka;
let log: KafkaEventLog;

function logTo(
  brokers: readonly string[],
  changes: { waitingRecords?: number; waitingBytes?: number; deadlineMs?: number } = {},
): KafkaEventLog {
  const limits = { deadlineMs: 3000, partitions: 3, waitingRecords: 5000, waitingBytes: 10_000_000, ...changes };
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
  kafka = kafkaClient({ brokers: stores.kafkaBrokers, clientId: 'test', logger });
  const admin = kafka.admin();
  await admin.connect();
  // What brokers take by default.
  const configEntries = [{ name: 'max.message.bytes', value: '1048588' }];
  await admin.createTopics({ topics: [{ topic: TOPIC, numPartitions: 3, replicationFactor: 1, configEntries }] });
  await admin.disconnect();
  log = logTo(stores.kafkaBrokers);
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
    const ofOne = found.filter(({ key }) => key === 'r3-2').map(({ value }) => Number(value.split(' ')[1]));
    expect(ofOne).toEqual(ofOne.toSorted((a, b) => a - b));
  }, 60_000);

  it('keeps each send below what brokers take, however much comes for one partition at once', async () => {
    const value = randomBytes(29_000);
    const requests = Array.from({ length: 12 }, () => Array.from({ length: 16 }, () => ({ key: 'one', value })));
    const large = Array.from({ length: 140 }, () => ({ key: 'two', value }));
    const roomy = logTo(stores.kafkaBrokers, { waitingBytes: 32_000_000 });
    await roomy.start();
    await expect(Promise.all([...requests, large].map((records) => roomy.append(records)))).resolves.toBeDefined();
    await roomy.stop();
  }, 60_000);

  it('refuses one record that brokers do not take, and none of the others', async () => {
    const one = logTo(stores.kafkaBrokers, { waitingBytes: 32_000_000 });
    await one.start();
    const outcomes = await Promise.allSettled([
      one.append(records('before', 3)),
      one.append([{ key: 'before-0', value: randomBytes(1_500_000) }, ...records('beside', 2)]),
      one.append(records('after', 3)),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(outcomes[1]).toMatchObject({ reason: expect.any(RecordTooLargeError) as unknown });
    await expect(one.append(records('later', 2))).resolves.toBeUndefined();
    await one.stop();
  }, 60_000);

  it('counts what is claimed, and leaves room for small requests beside large ones', async () => {
    const small = logTo(stores.kafkaBrokers, { waitingBytes: 4_000_000, waitingRecords: 1000 });
    expect(small.claim(10, 9_000_000)).not.toBeNull();
    expect(small.claim(1, 10)).toBeNull();
    const next = logTo(stores.kafkaBrokers, { waitingBytes: 4_000_000, waitingRecords: 1000 });
    const large = next.claim(10, 2_900_000);
    expect(next.claim(10, 300_000)).toBeNull();
    expect(next.claim(10, 30_000)).not.toBeNull();
    if (large !== null) next.release(large);
    expect(next.claim(10, 300_000)).not.toBeNull();
  });

  it('says that it is full, and that it is not once Kafka has taken what waited', async () => {
    const small = logTo(stores.kafkaBrokers, { waitingRecords: 100 });
    await small.start();
    const appended = small.append(records('full', 100));
    expect(small.full()).toBe(true);
    await appended;
    await expect.poll(() => small.full()).toBe(false);
    await small.stop();
  }, 60_000);

  it('rejects in time while Kafka is unavailable, and writes again when it is back', async () => {
    await stores.kill('kafka');
    await expect(log.append(records('away', 10))).rejects.toThrow(LogUnavailableError);
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
