import { RegistryCodec } from '@hilo/schemas';
import { createTopics, openStores, type StoresFor } from '@hilo/test-stack';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SILENT } from '../testing/instance.ts';
import { kafkaClient } from './kafkajs-client.ts';
import { KafkajsTopicWriter } from './kafkajs-topic-writer.ts';

const TOPIC = 'activation.retries';
let stores: StoresFor<'kafka' | 'registry'>;

beforeAll(async () => {
  stores = await openStores('kafka', 'registry');
  await createTopics({ kafka_brokers: stores.kafka_brokers, partitions: 2 });
}, 180_000);
afterAll(() => stores.close());

function writerAt(address: string): KafkajsTopicWriter {
  return new KafkajsTopicWriter({
    ...{ kafka_brokers: [address], registry_url: stores.registry_url, logger: SILENT },
    ...{ topic: TOPIC, client_id: 'test' },
  });
}

const retry = (id: string) => ({
  ...{ key: 'p_1', partition: 1 },
  value: { delivery_id: id, profile_id: 'p_1', asked_at: 1 },
});

/** The first deliveries that partition 1 names. */
async function deliveries(count: number): Promise<readonly string[]> {
  const codec = new RegistryCodec({ registry_url: stores.registry_url });
  const kafka = kafkaClient({ brokers: stores.kafka_brokers, clientId: 'test', logger: SILENT });
  const consumer = kafka.consumer({ groupId: `test-${Date.now()}` });
  const found: string[] = [];
  const { promise: all, resolve } = Promise.withResolvers<void>();
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [TOPIC], fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ partition, message: { value } }) => {
        if (partition !== 1 || value === null) return;
        await codec.learn([value]);
        const read = codec.decode(TOPIC, value);
        found.push(read.ok ? (read.value as { readonly delivery_id: string }).delivery_id : read.message);
        if (found.length >= count) resolve();
      },
    });
    await all;
  } finally {
    await consumer.disconnect();
  }
  return found;
}

it('writes what is asked for at once, each call in its order', { timeout: 60_000 }, async () => {
  const writer = writerAt(stores.kafka_brokers[0] ?? '');
  await Promise.all([writer.write([retry('d_1'), retry('d_2')]), writer.write([retry('d_3')])]);
  await writer.stop();
  const found = await deliveries(3);
  expect(found.toSorted()).toEqual(['d_1', 'd_2', 'd_3']);
  expect(found.filter((id) => id !== 'd_3')).toEqual(['d_1', 'd_2']);
});

it('refuses a record that does not fit with those beside it, and writes the next ones', {
  timeout: 60_000,
}, async () => {
  const writer = writerAt(stores.kafka_brokers[0] ?? '');
  const unfit = { key: 'p_1', partition: 1, value: { delivery_id: 7 } };
  await expect(writer.write([retry('d_5'), unfit])).rejects.toThrow('does not fit its schema at delivery_id');
  await writer.write([retry('d_4')]);
  await writer.stop();
  expect((await deliveries(4)).at(-1)).toBe('d_4');
});

it('a Kafka that is away fails every call, the later ones too', { timeout: 60_000 }, async () => {
  const writer = writerAt('127.0.0.1:9');
  const calls = await Promise.allSettled([writer.write([retry('d_6')]), writer.write([retry('d_7')])]);
  expect(calls.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await expect(writer.write([retry('d_8')])).rejects.toThrow();
  await writer.stop();
});
