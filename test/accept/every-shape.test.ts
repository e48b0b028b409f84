import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SchemaRegistry } from '@kafkajs/confluent-schema-registry';
import {
  jsonCorpus,
  type OpenedStack,
  openStack,
  type SentJson,
  type StoredValue,
  storedValues,
} from '@hilo/test-stack';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../e2e/eventually.ts';
import { HiloClient } from '../e2e/hilo-client.ts';
import { kafkaOf } from '../e2e/topic-reader.ts';

const SOURCE = 'shapes';
const EVENTS = 10_000;
const BATCH = 500;
const ARRIVED_WITHIN_MS = 300_000;

interface StoredRow {
  readonly message_id: string;
  readonly properties_text: string;
  readonly values: Readonly<Record<string, { readonly type: string; readonly text: string }>>;
  readonly items: Readonly<Record<string, readonly Omit<StoredValue, 'path'>[]>>;
}

let data: string;
let opened: OpenedStack;
let hilo: HiloClient;
let corpus: readonly SentJson[];

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'hilo-accept-'));
  opened = await openStack({ data });
  hilo = new HiloClient(opened.credentials);
  await hilo.source(SOURCE, { name: 'Shapes' });
  corpus = jsonCorpus(2026, EVENTS);
  await send();
});

afterAll(async () => {
  await opened?.close();
  await rm(data, { recursive: true, force: true });
});

/** Sends each text as it is: over HTTP, JSON is read and written again. */
async function send(): Promise<void> {
  const registry = new SchemaRegistry({ host: opened.credentials.registryUrl });
  const id = await registry.getLatestSchemaId('events.received-value');
  const producer = kafkaOf(opened.credentials).producer();
  await producer.connect();
  for (let first = 0; first < corpus.length; first += BATCH) {
    const messages = corpus.slice(first, first + BATCH).map(async ({ text }, n) => {
      const about = {
        source: SOURCE,
        type: 'track',
        event: 'Any',
        user_id: `person-${n % 100}`,
        via: 'kafka',
        faults: [],
      };
      const value = { ...about, message_id: `shape-${first + n}`, properties: text };
      return { key: about.user_id, value: await registry.encode(id, value) };
    });
    await producer.send({ topic: 'events.received', messages: await Promise.all(messages) });
  }
  await producer.disconnect();
}

const byPath = (a: StoredValue, b: StoredValue) => Number(a.path > b.path) - Number(a.path < b.path);

function flat({ values, items }: StoredRow): StoredValue[] {
  return [
    ...Object.entries(values).map(([path, { type, text }]) => ({ path, place: null, type, text })),
    ...Object.entries(items).flatMap(([path, of]) => of.map(({ place, type, text }) => ({ path, place, type, text }))),
  ].sort(byPath);
}

it('10,000 events of every JSON shape are in ClickHouse as they were sent', async () => {
  const count = "SELECT count() AS n FROM hilo.event_rows WHERE startsWith(message_id, 'shape-')";
  await eventually(
    'every event is in ClickHouse',
    () => hilo.rows<{ n: number }>(count),
    ([row]) => Number(row?.n) === EVENTS,
    ARRIVED_WITHIN_MS,
  );
  for (let first = 0; first < EVENTS; first += BATCH) {
    const rows = await hilo.rows<StoredRow>(
      `SELECT message_id, properties_text, property_values AS values, property_items AS items FROM hilo.events
       WHERE toUInt32OrZero(substring(message_id, 7)) BETWEEN ${first} AND ${first + BATCH - 1}
         AND startsWith(message_id, 'shape-')`,
    );
    expect(rows).toHaveLength(BATCH);
    for (const row of rows) {
      const sent = corpus[Number(row.message_id.slice('shape-'.length))] as SentJson;
      expect(row.properties_text).toBe(sent.text);
      expect(flat(row), sent.text).toEqual([...storedValues(sent.object)].sort(byPath));
    }
  }
});

it('every one of them can be looked at', async () => {
  const [row] = await hilo.rows(
    `SELECT countIf(length(toString(properties)) >= 2) AS shown, sum(values_left_out) AS left_out
     FROM hilo.events WHERE startsWith(message_id, 'shape-')`,
  );
  expect(row).toMatchObject({ shown: EVENTS, left_out: 0 });
});
