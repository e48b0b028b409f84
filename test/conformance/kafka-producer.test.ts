import { readFileSync } from 'node:fs';
import { SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';
import { describe, expect, it } from 'vitest';
import { kafkaOf, readBytes } from '../e2e/topic-reader.ts';
import { eventually } from '../e2e/eventually.ts';
import { sharedStack } from '@hilo/test-stack';
import { createSource, endsOf } from './ending.ts';

const credentials = sharedStack();
const PAGE = { type: 'page', user_id: 'u', via: 'kafka', faults: [] };

async function produce(messages: readonly { readonly key: string; readonly value: Buffer }[]): Promise<void> {
  const producer = kafkaOf(credentials).producer();
  await producer.connect();
  await producer.send({ topic: 'events.received', messages: [...messages] });
  await producer.disconnect();
}

describe('a plain kafkajs producer', () => {
  it('writes Avro through the registry, and its events go the way of all others', async () => {
    const source = await createSource(credentials, 'kafkajs');
    const registry = new SchemaRegistry({ host: credentials.registryUrl });
    const id = await registry.getLatestSchemaId('events.received-value');
    const event = (changes: object) =>
      registry.encode(id, {
        source: source.key,
        type: 'track',
        event: 'Seen',
        user_id: 'u',
        faults: [],
        via: 'kafka',
        ...changes,
      });
    await produce([
      {
        key: 'u',
        value: await event({ message_id: 'first', properties: '{"n":1}', original_timestamp: 1_767_323_045_678 }),
      },
      { key: 'u', value: await event({ message_id: 'first' }) },
      { key: 'u', value: await event({}) },
      { key: 'u', value: await event({ event: null }) },
      { key: 'u', value: await event({ properties: 'not JSON' }) },
    ]);
    const { accepted, rejected } = await endsOf(credentials, source, 5);
    expect(accepted.map(({ message_id, timestamp, via }) => [message_id.split('-')[0], timestamp, via])).toEqual([
      ['first', 1_767_323_045_678, 'kafka'],
      ['kafka', expect.any(Number), 'kafka'],
    ]);
    expect(rejected.map(({ reason }) => reason).sort()).toEqual(['duplicate', 'invalid_type', 'missing_event']);
  });

  it('that writes with a newer schema is read with the one of today', async () => {
    const source = await createSource(credentials, 'newer');
    const registry = new SchemaRegistry({ host: credentials.registryUrl });
    const text = readFileSync(new URL('../../schemas/avro/events.received.avsc', import.meta.url), 'utf8');
    const today = JSON.parse(text) as { fields: object[] };
    const mood = { name: 'mood', type: ['null', 'string'], default: null, doc: 'New.' };
    const schema = JSON.stringify({ ...today, fields: [...today.fields, mood] });
    // In a subject of its own: other tests use the topic's.
    const subject = `${source.key}-value`;
    const { id } = await registry.register({ type: SchemaType.AVRO, schema }, { subject });
    const value = { ...PAGE, source: source.key, message_id: 'newer', mood: 'good' };
    await produce([{ key: 'u', value: await registry.encode(id, value) }]);
    expect((await endsOf(credentials, source, 1)).accepted).toMatchObject([{ message_id: 'newer', type: 'page' }]);
  });

  it('that writes bytes which are no record sees them set aside, and blocks nobody', async () => {
    const source = await createSource(credentials, 'poison');
    const registry = new SchemaRegistry({ host: credentials.registryUrl });
    const id = await registry.getLatestSchemaId('events.received-value');
    const good = await registry.encode(id, { ...PAGE, source: source.key, message_id: 'good' });
    const unknown = Buffer.concat([Buffer.from([0, 0x7f, 0xff, 0xff, 0xfe]), good.subarray(5)]);
    const cut = good.subarray(0, 20);
    const poison = [Buffer.from(`{"json":"${source.key}"}`), unknown, cut];
    await produce([...poison, good].map((value) => ({ key: source.key, value })));
    expect((await endsOf(credentials, source, 1)).accepted).toMatchObject([{ message_id: 'good' }]);
    const dead = await eventually(
      'the dead letters',
      async () => (await readBytes(credentials, 'ingestion.dead-letter')).filter(({ key }) => key === source.key),
      (found) => found.length >= 3,
    );
    expect(dead.map(({ value }) => value.toString('hex'))).toEqual(poison.map((bytes) => bytes.toString('hex')));
  });
});
