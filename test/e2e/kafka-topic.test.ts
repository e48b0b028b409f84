import { sharedStack } from '@hilo/test-stack';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from './eventually.ts';
import { HiloClient } from './hilo-client.ts';
import { kafkaOf, readBytes } from './topic-reader.ts';

const RUN = `topic${Date.now().toString(36)}`;
const TOPIC = `crm.${RUN}`;
const credentials = sharedStack();
const hilo = new HiloClient(credentials);
const url = `${credentials.activationUrl}/v1/destinations/${RUN}`;
const put = (topic: string) => hilo.admin('PUT', url, { type: 'kafka-topic', settings: { topic }, segments: [RUN] });

beforeAll(async () => {
  await hilo.segment(RUN, { trait: 'run', is: { eq: RUN } });
  const admin = kafkaOf(credentials).admin();
  await admin.connect();
  await admin.createTopics({ waitForLeaders: true, topics: [{ topic: TOPIC, numPartitions: 2 }] });
  await admin.disconnect();
});
afterAll(() => hilo.admin('DELETE', url));

it('a Kafka topic is sent what a webhook would be, and no topic of Hilo ever is', async () => {
  for (const topic of ['segments.membership', `crm.nobody-${RUN}`])
    expect(await put(topic)).toMatchObject({ status: 400, body: { code: 'invalid_request', field: 'settings.topic' } });
  expect(await put(TOPIC)).toMatchObject({ status: 201, body: { type: 'kafka-topic', settings: { topic: TOPIC } } });
  await hilo.send('identify', { userId: RUN, messageId: `${RUN}-1`, traits: { run: RUN } });
  const [record] = await eventually(
    'the change is in the topic',
    () => readBytes(credentials, TOPIC),
    (found) => found.length > 0,
  );
  const change = JSON.parse(record?.value.toString() ?? '') as { readonly profile_id: string };
  expect(change).toMatchObject({ segment: RUN, status: 'entered', message_id: `${RUN}-1` });
  expect(record?.key).toBe(change.profile_id);
  const { body } = await hilo.admin('GET', `${credentials.activationUrl}/v1/deliveries?destination=${RUN}`);
  const { items } = body as { readonly items: readonly { readonly delivery_id: string }[] };
  expect(items).toMatchObject([{ status: 'delivered', reason: '', attempts: 1, response_status: null }]);
  expect(record?.headers).toMatchObject({
    'delivery-id': items[0]?.delivery_id,
    'idempotency-key': items[0]?.delivery_id,
  });
});
