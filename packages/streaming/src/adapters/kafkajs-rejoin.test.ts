import { createRequire } from 'node:module';
import { type StoresFor, openStores } from '@hilo/test-stack';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { SILENT } from '../testing/instance.ts';
import { PATIENCE } from '../testing/log-reader.ts';
import { kafkaClient } from './kafkajs-client.ts';
import { KafkajsConsumer } from './kafkajs-consumer.ts';
import { KafkajsProducer } from './kafkajs-producer.ts';

interface Coordinators {
  findGroupCoordinatorMetadata(group: object): Promise<unknown>;
}

const require = createRequire(import.meta.url);
const { prototype: cluster } = require('kafkajs/src/cluster/index.js') as { readonly prototype: Coordinators };
const { KafkaJSGroupCoordinatorNotFound } = require('kafkajs/src/errors.js') as {
  readonly KafkaJSGroupCoordinatorNotFound: new (message: string) => Error;
};

let stores: StoresFor<'kafka'>;
beforeAll(async () => {
  stores = await openStores('kafka');
}, 180_000);
afterEach(() => {
  vi.restoreAllMocks();
});
afterAll(async () => {
  await stores.close();
});

it('a group whose coordinator is not found for a while is joined as soon as it is', { timeout: 120_000 }, async () => {
  const kafka = kafkaClient({ brokers: stores.kafkaBrokers, clientId: 'test', logger: SILENT });
  const topic = `rejoin-${Date.now()}`;
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: true });
  await admin.disconnect();
  // As kafkajs says it, not to be retried, where no broker could be asked.
  const lost = vi.spyOn(cluster, 'findGroupCoordinatorMetadata');
  for (let times = 0; times < 3; times += 1)
    lost.mockRejectedValueOnce(new KafkaJSGroupCoordinatorNotFound('Failed to find group coordinator'));
  const crashes: Error[] = [];
  const consumer = new KafkajsConsumer({
    kafka,
    group: topic,
    topics: [topic],
    partitions: 1,
    logger: SILENT,
    crashed: (error) => crashes.push(error),
  });
  const producer = new KafkajsProducer(kafka);
  try {
    await consumer.start();
    const assigned: number[] = [];
    await expect
      .poll(async () => {
        assigned.push(...((await consumer.poll(10, 50)).assignment ?? []));
        return assigned;
      }, PATIENCE)
      .toEqual([0]);
    expect(lost.mock.calls.length).toBeGreaterThan(3);
    await producer.send([{ topic, partition: 0, key: null, value: Buffer.from('after'), headers: {} }]);
    await consumer.open(0, {});
    const texts: string[] = [];
    await expect
      .poll(async () => {
        texts.push(...(await consumer.poll(10, 50)).records.map(({ value }) => String(value)));
        return texts;
      }, PATIENCE)
      .toEqual(['after']);
    expect(crashes).toEqual([]);
  } finally {
    await consumer.close();
    await producer.close();
  }
});
