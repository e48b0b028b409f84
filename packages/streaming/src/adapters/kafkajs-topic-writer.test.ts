import { connect, createServer } from 'node:net';
import { RegistryCodec } from '@hilo/schemas';
import { createTopics, freePorts, openStores, type StoresFor } from '@hilo/test-stack';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SILENT } from '../testing/instance.ts';
import { kafkaClient } from './kafkajs-client.ts';
import { KafkajsTopicWriter } from './kafkajs-topic-writer.ts';

const TOPIC = 'activation.retries';
let stores: StoresFor<'kafka' | 'registry'>;

beforeAll(async () => {
  stores = await openStores('kafka', 'registry');
  await createTopics({ kafkaBrokers: stores.kafkaBrokers, partitions: 3 });
}, 180_000);
afterAll(() => stores.close());

function writerAt(address: string): KafkajsTopicWriter {
  return new KafkajsTopicWriter({
    ...{ kafkaBrokers: [address], registryUrl: stores.registryUrl, logger: SILENT },
    ...{ topic: TOPIC, client_id: 'test' },
  });
}

const retry = (id: string, partition = 0) => ({
  ...{ key: 'p_1', partition },
  value: { delivery_id: id, profile_id: 'p_1', asked_at: 1 },
});

/** The first deliveries that a partition names. */
async function deliveries(count: number, of: number): Promise<readonly string[]> {
  const codec = new RegistryCodec({ registryUrl: stores.registryUrl });
  const kafka = kafkaClient({ brokers: stores.kafkaBrokers, clientId: 'test', logger: SILENT });
  const consumer = kafka.consumer({ groupId: `test-${Date.now()}` });
  const found: string[] = [];
  const { promise: all, resolve } = Promise.withResolvers<void>();
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [TOPIC], fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ partition, message: { value } }) => {
        if (partition !== of || value === null) return;
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
  const writer = writerAt(stores.kafkaBrokers[0] ?? '');
  await Promise.all([writer.write([retry('d_1', 1), retry('d_2', 1)]), writer.write([retry('d_3', 1)])]);
  await writer.stop();
  const found = await deliveries(3, 1);
  expect(found.toSorted()).toEqual(['d_1', 'd_2', 'd_3']);
  expect(found.filter((id) => id !== 'd_3')).toEqual(['d_1', 'd_2']);
});

it('refuses a record that does not fit with those beside it, and writes the next ones', {
  timeout: 60_000,
}, async () => {
  const writer = writerAt(stores.kafkaBrokers[0] ?? '');
  const unfit = { ...retry(''), partition: 2, value: { delivery_id: 7 } };
  await expect(writer.write([retry('d_5', 2), unfit])).rejects.toThrow('does not fit its schema at delivery_id');
  await writer.write([retry('d_4', 2)]);
  await writer.stop();
  expect(await deliveries(1, 2)).toEqual(['d_4']);
});

it('writes once Kafka answers, though it was unavailable before', { timeout: 60_000 }, async () => {
  const [port = 0] = await freePorts(1);
  const writer = writerAt(`127.0.0.1:${port}`);
  const calls = await Promise.allSettled([writer.write([retry('d_6')]), writer.write([retry('d_7')])]);
  expect(calls.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  const [host = '', there = ''] = (stores.kafkaBrokers[0] ?? '').split(':');
  // The broker names its own address to whom it answers, so this need only lead there once.
  const way = createServer((socket) => void socket.pipe(connect(Number(there), host)).pipe(socket));
  await new Promise<void>((resolve) => way.listen(port, '127.0.0.1', resolve));
  await writer.write([retry('d_8')]);
  await writer.stop();
  way.close();
});
