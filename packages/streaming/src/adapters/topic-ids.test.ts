import { randomUUID } from 'node:crypto';
import { openStores, type StoresFor } from '@hilo/test-stack';
import type { Admin, Kafka } from 'kafkajs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SILENT } from '../testing/instance.ts';
import { kafkaClient } from './kafkajs-client.ts';
import { fetchTopicIds } from './topic-ids.ts';

let stores: StoresFor<'kafka'>;
let kafka: Kafka;
let admin: Admin;

beforeAll(async () => {
  stores = await openStores('kafka');
  kafka = kafkaClient({ brokers: stores.kafkaBrokers, clientId: 'test', logger: SILENT });
  admin = kafka.admin();
  await admin.connect();
}, 180_000);
afterAll(async () => {
  await admin?.disconnect();
  await stores?.close();
});

async function create(topic: string): Promise<void> {
  await admin.createTopics({ waitForLeaders: true, topics: [{ topic, numPartitions: 3 }] });
}

it('returns the id of each topic, and none of a topic that is not there', async () => {
  const [one, other] = [`ids-${randomUUID()}`, `ids-${randomUUID()}`];
  await create(one);
  await create(other);
  const ids = await fetchTopicIds(kafka, [one, other, `ids-${randomUUID()}`]);
  expect([...ids.keys()].sort()).toEqual([one, other].sort());
  for (const id of ids.values()) expect(id).toMatch(/^[\w-]{22}$/);
  expect(ids.get(one)).not.toBe(ids.get(other));
  expect(await fetchTopicIds(kafka, [one, other])).toEqual(ids);
});

it('returns another id once a topic was deleted and made again', async () => {
  const topic = `ids-${randomUUID()}`;
  await create(topic);
  const first = (await fetchTopicIds(kafka, [topic])).get(topic);
  await admin.deleteTopics({ topics: [topic] });
  await expect.poll(() => admin.listTopics(), { timeout: 30_000 }).not.toContain(topic);
  await create(topic);
  const second = (await fetchTopicIds(kafka, [topic])).get(topic);
  expect(second).toMatch(/^[\w-]{22}$/);
  expect(second).not.toBe(first);
}, 60_000);

it('throws a fault that passes while no broker answers', async () => {
  const unreachable = kafkaClient({ brokers: ['127.0.0.1:1'], clientId: 'test', logger: SILENT });
  await expect(fetchTopicIds(unreachable, ['any'])).rejects.toMatchObject({ retriable: true });
}, 60_000);
