import { SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';
import { readFileSync } from 'node:fs';
import { sharedStack } from '@hilo/test-stack';
import { expect, it } from 'vitest';
import { eventually } from './eventually.ts';
import { HiloClient } from './hilo-client.ts';
import { kafkaOf, readBytes } from './topic-reader.ts';

const RUN = `replay${Date.now().toString(36)}`;
const credentials = sharedStack();
const hilo = new HiloClient(credentials);
const registry = new SchemaRegistry({ host: credentials.registryUrl });

interface DeadLetter {
  readonly partition: number;
  readonly offset: number;
  readonly key: string | null;
  readonly reason: string;
  readonly replay: string;
}

const deadLettersUrl = `${credentials.historyUrl}/v1/dead-letters/ingestion`;

/** The dead letters of this run, oldest first. */
async function deadLetters(): Promise<readonly DeadLetter[]> {
  const { body } = await hilo.admin('GET', deadLettersUrl);
  const { items } = body as { readonly items: readonly DeadLetter[] };
  return items.filter(({ key }) => key === RUN).toSorted((a, b) => a.offset - b.offset);
}

async function replay(some: readonly (DeadLetter | undefined)[]): Promise<readonly string[]> {
  const places = some.flatMap((one) => (one === undefined ? [] : [{ partition: one.partition, offset: one.offset }]));
  const { body } = await hilo.admin('POST', `${deadLettersUrl}/replay`, { dead_letters: places });
  return (body as { readonly items: readonly { readonly state: string }[] }).items.map(({ state }) => state);
}

/** Registers the schema of `events.received` with one more field, in a subject of its own; hands back its id. */
async function registered(field: string): Promise<number> {
  const text = readFileSync(new URL('../../schemas/avro/events.received.avsc', import.meta.url), 'utf8');
  const today = JSON.parse(text) as { fields: object[] };
  const more = { name: field, type: ['null', 'string'], default: null, doc: 'Of a producer of its own.' };
  const schema = JSON.stringify({ ...today, fields: [...today.fields, more] });
  return (await registry.register({ type: SchemaType.AVRO, schema }, { subject: `${RUN}-${field}-value` })).id;
}

/** A record written with a schema that gets its id only later: as by a producer whose registry is ahead of ours. */
async function recordOfNextSchema(): Promise<{ readonly value: Buffer; readonly id: number }> {
  const known = await registered('earlier');
  const value = await registry.encode(known, {
    ...{ source: 'demo', message_id: `${RUN}-1`, type: 'track', event: 'Replayed', user_id: RUN },
    ...{ properties: '{"n":1}', original_timestamp: Date.now() - 60_000, via: 'kafka', faults: [], earlier: null },
  });
  value.writeInt32BE(known + 1, 1);
  return { value, id: known + 1 };
}

it('a record that its stage could not read is replayed to its effect, once, when the schema is there', async () => {
  const { value, id } = await recordOfNextSchema();
  const producer = kafkaOf(credentials).producer();
  await producer.connect();
  await producer.send({ topic: 'events.received', messages: [{ key: RUN, value }] });
  await producer.disconnect();
  const [first] = await eventually('the dead letter', deadLetters, (found) => found.length === 1);
  expect(first).toMatchObject({ reason: 'unknown_schema', replay: 'possible' });

  // Nothing has changed yet: it returns as another dead letter.
  expect(await replay([first])).toEqual(['sent']);
  const [, second] = await eventually(
    'the second dead letter',
    deadLetters,
    (found) => found.length === 2 && found[0]?.replay === 'set_aside_again',
  );
  expect(second).toMatchObject({ reason: 'unknown_schema', replay: 'possible' });

  expect(await registered('later')).toBe(id);
  // A stage asks again for an id that it did not know only after ten seconds.
  await eventually(
    'a replay that is processed',
    async () => {
      const last = (await deadLetters()).at(-1);
      if (last?.replay === 'possible') await replay([last]);
      return last;
    },
    (last) => last?.replay === 'processed',
    60_000,
  );
  const all = await deadLetters();
  expect(await replay(all)).toEqual(all.map(() => 'replayed_before'));
  const rows = () =>
    hilo.rows('SELECT event, user_id, via FROM hilo.events WHERE message_id = {id:String}', { id: `${RUN}-1` });
  const found = await eventually('the event in ClickHouse', rows, ({ length }) => length > 0);
  expect(found).toEqual([{ event: 'Replayed', user_id: RUN, via: 'kafka' }]);

  // Copying the dead letter by hand changes nothing either.
  const copies = (await readBytes(credentials, 'ingestion.replay')).filter(({ key }) => key === RUN);
  expect(copies).toHaveLength(all.length);
  const again = kafkaOf(credentials).producer();
  await again.connect();
  const messages = copies.map(({ key, partition, headers, value: bytes }) => ({
    key,
    partition,
    headers,
    value: bytes,
  }));
  await again.send({ topic: 'ingestion.replay', messages });
  await again.disconnect();
  await hilo.send('track', { userId: `${RUN}-b`, event: 'After', messageId: `${RUN}-2` });
  await eventually(
    'an event after it',
    () => hilo.rows('SELECT event FROM hilo.events WHERE message_id = {id:String}', { id: `${RUN}-2` }),
    ({ length }) => length === 1,
  );
  expect(await rows()).toHaveLength(1);
  expect(await deadLetters()).toHaveLength(all.length);
}, 180_000);
