import { readFileSync } from 'node:fs';
import { SchemaRegistry } from '@kafkajs/confluent-schema-registry';
import { Kafka } from 'kafkajs';

const { kafkaBrokers, registryUrl } = JSON.parse(readFileSync('.hilo/credentials.json', 'utf8'));
const registry = new SchemaRegistry({ host: registryUrl });
const value = await registry.encode(await registry.getLatestSchemaId('events.received-value'), {
  source: 'demo',
  message_id: 'my-first-record',
  type: 'track',
  event: 'Order Completed',
  user_id: 'ada',
  properties: JSON.stringify({ revenue: 9.5, currency: 'EUR' }),
  original_timestamp: Date.now(),
});
const producer = new Kafka({ brokers: kafkaBrokers }).producer();
await producer.connect();
await producer.send({ topic: 'events.received', messages: [{ key: 'ada', value }] });
await producer.disconnect();
