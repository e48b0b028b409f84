import type { AddressInfo } from 'node:net';
import { RegistryCodec, TOPICS } from '@hilo/schemas';
import { createLogger, createServiceApp, MemoryChanges, openApiOf, type ServiceApp } from '@hilo/service';
import { kafkaClient } from '@hilo/streaming';
import { openEmbeddedStores } from '@hilo/test-stack';
import type { Kafka, Producer } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HistoryModule } from '../history.module.ts';
import { contract } from '../http/contract.ts';
import { LiveEvents } from '../use-cases/live-events.ts';
import type { FiguresReader, HistoryReader, SeenReader, Statements } from '../ports.ts';
import { identified, rejected } from '../testing/records.ts';
import { KafkaDeadLetters } from './kafka-dead-letters.ts';
import { kafkaLiveFeed } from './kafka-live-feed.ts';
import { readPlaces } from './read-places.ts';

const logger = createLogger({ name: 'history', level: 'silent' });
const IDENTIFIED = 'events.identified';
const REJECTED = 'events.rejected';

interface Update {
  readonly items: readonly { readonly message_id: string; readonly kind: string; readonly event: string | null }[];
  readonly passed: number;
  readonly left_out: number;
  readonly unread: number;
}

let stores: Awaited<ReturnType<typeof openEmbeddedStores<'kafka' | 'registry'>>>;
let kafka: Kafka;
let producer: Producer;
let codec: RegistryCodec;
let app: ServiceApp;
let base: string;

beforeAll(async () => {
  stores = await openEmbeddedStores('kafka', 'registry');
  const { kafkaBrokers, registryUrl } = stores;
  kafka = kafkaClient({ brokers: kafkaBrokers, clientId: 'test', logger });
  codec = new RegistryCodec({ registryUrl });
  await codec.prepare([IDENTIFIED, REJECTED]);
  const admin = kafka.admin();
  await admin.connect();
  const names = [
    IDENTIFIED,
    REJECTED,
    ...TOPICS.flatMap(({ name }) => (/\.(dead-letter|replay)$/.test(name) ? [name] : [])),
  ];
  await admin.createTopics({ topics: names.map((topic) => ({ topic, numPartitions: 2, replicationFactor: 1 })) });
  await admin.disconnect();
  producer = kafka.producer();
  await producer.connect();
  app = await createServiceApp({
    name: 'history',
    module: HistoryModule.of({
      reader: {} as HistoryReader,
      figures: {} as FiguresReader,
      seen: {} as SeenReader,
      live: new LiveEvents(kafkaLiveFeed({ kafkaBrokers, registryUrl, logger })),
      dead_letters: new KafkaDeadLetters({ kafkaBrokers, logger }),
      statements: { endAll: () => undefined } as Statements,
    }),
    adminToken: 'token',
    openapi: openApiOf(contract),
    changes: new MemoryChanges(),
    logger,
    ready: () => true,
  });
  await app.nest.listen(0, '127.0.0.1');
  base = `http://127.0.0.1:${(app.instance.server.address() as AddressInfo).port}/v1`;
}, 120_000);

afterAll(async () => {
  await app.nest.close();
  await producer.disconnect();
  await stores.close();
});

async function send(topic: string, values: readonly object[]): Promise<void> {
  const messages = values.map((value, index) => ({ key: String(index), value: codec.encode(topic, value) }));
  await producer.send({ topic, messages });
}

function watch(filter: object, signal?: AbortSignal): Promise<Response> {
  return fetch(`${base}/events/live`, {
    method: 'POST',
    headers: { authorization: 'Bearer token', 'content-type': 'application/json' },
    body: JSON.stringify(filter),
    signal: signal ?? null,
  });
}

/** Reads the stream until `enough` says so, or it ends. */
async function* updates(filter: object = {}, signal?: AbortSignal): AsyncGenerator<Update> {
  const answer = await watch(filter, signal);
  expect(answer.headers.get('content-type')).toContain('text/event-stream');
  let text = '';
  for await (const chunk of answer.body as ReadableStream<Uint8Array>) {
    text += Buffer.from(chunk).toString();
    const whole = text.split('\n\n');
    text = whole.pop() ?? '';
    for (const message of whole)
      if (message.startsWith('data: ')) yield JSON.parse(message.slice('data: '.length)) as Update;
  }
}

const groups = async (): Promise<readonly string[]> => {
  const admin = kafka.admin();
  await admin.connect();
  const found = (await admin.listGroups()).groups.map(({ groupId }) => groupId);
  await admin.disconnect();
  return found;
};

describe('the live events', () => {
  it('arrive as they come, from the moment on at which somebody watches', async () => {
    await send(IDENTIFIED, [identified({ message_id: 'before' })]);
    expect((await groups()).filter((group) => group.startsWith('hilo.history.live'))).toEqual([]);
    const gone = new AbortController();
    const seen: string[] = [];
    let isSent = false;
    for await (const { items } of updates({}, gone.signal)) {
      seen.push(...items.map(({ message_id, kind }) => `${kind} ${message_id}`));
      if (!isSent) {
        isSent = true;
        await send(IDENTIFIED, [identified({ message_id: 'a' }), identified({ message_id: 'b' })]);
        await send(REJECTED, [rejected({ message_id: 'c' })]);
        await producer.send({ topic: IDENTIFIED, messages: [{ value: Buffer.from('no record') }] });
      }
      if (seen.length >= 3) break;
    }
    expect(seen.toSorted()).toEqual(['accepted a', 'accepted b', 'rejected c']);
  }, 60_000);

  it('are those that fit, and no more than can be read; what is left out is counted', async () => {
    let passed = 0;
    let unread = 0;
    const seen: string[] = [];
    const wanted = identified({ message_id: 'wanted', event: 'Refund', source: 'shop' });
    let isSent = false;
    for await (const update of updates({ source: 'shop', event: 'refund' })) {
      passed += update.passed;
      unread += update.unread;
      seen.push(...update.items.map(({ message_id }) => message_id));
      if (!isSent) {
        isSent = true;
        await send(
          IDENTIFIED,
          Array.from({ length: 400 }, (_, n) => identified({ message_id: String(n), properties: '{}' })),
        );
      }
      if (passed >= 400 && seen.length === 0) await send(IDENTIFIED, [wanted]);
      if (seen.length > 0) break;
    }
    expect(seen[0]).toBe('wanted');
    expect(passed).toBeGreaterThanOrEqual(401);
    expect(unread).toBeGreaterThan(0);
  }, 60_000);

  it('refuse a filter that is none', async () => {
    const answer = await watch({ source: 'x'.repeat(501) });
    expect(await answer.json()).toMatchObject({ status: 400, field: 'source' });
    expect((await fetch(`${base}/events/live`, { method: 'POST' })).status).toBe(401);
  });
});

describe('dead letters', () => {
  const read = async (path: string) => {
    const answer = await fetch(`${base}/dead-letters${path}`, { headers: { authorization: 'Bearer token' } });
    return (await answer.json()) as { readonly status?: number; readonly items: readonly Record<string, unknown>[] };
  };

  it('are counted, and the latest of a stage shown with where they came from and why', async () => {
    expect((await read('/profile')).items).toEqual([]);
    const topic = 'identity.dead-letter';
    const headers = (n: number) => ({
      'hilo-source-topic': 'events.accepted',
      'hilo-reason': 'not_avro',
      'hilo-failed-at': new Date(Date.UTC(2026, 10, 22) + n).toISOString(),
    });
    const messages = Array.from({ length: 40 }, (_, n) => ({
      partition: 1,
      value: `letter ${n}`,
      headers: headers(n),
    }));
    await producer.send({ topic, messages: [...messages, { partition: 0, value: 'other', headers: headers(-1) }] });
    const { items } = await read('/identity');
    expect(items).toHaveLength(26);
    expect(items[0]).toMatchObject({
      value: 'letter 39',
      partition: 1,
      offset: 39,
      reason: 'not_avro',
      value_bytes: 9,
    });
    expect(items.at(-1)).toMatchObject({ value: 'other', source_topic: 'events.accepted' });
    const counts = await read('');
    expect(counts.items.find(({ stage }) => stage === 'identity')).toEqual({ stage: 'identity', topic, count: 41 });
    expect(counts.items.map(({ stage }) => stage)).toContain('history');
    expect((await read('/nothing')).status).toBe(404);
  }, 60_000);

  it('are replayed: each copied once onto the topic of its stage, with a word on those that are not', async () => {
    const topic = 'segmentation.dead-letter';
    const headers = (seq: number, processed = 'none') => ({
      ...{ 'hilo-origin': 'segmentation/1/x', 'hilo-seq': String(seq), 'hilo-processed': processed, mine: `m${seq}` },
      ...{ 'hilo-source-topic': 'events.identified', 'hilo-source-partition': '1', 'hilo-source-offset': '5' },
    });
    const deadLetter = (n: number, processed?: string) => ({
      ...{ partition: 1, key: 'k', value: Buffer.from([0, n]), headers: headers(n, processed) },
    });
    // The third lies there twice, as after a send of unknown outcome.
    const deadLetters = [
      deadLetter(0),
      deadLetter(1),
      deadLetter(2),
      deadLetter(2),
      deadLetter(3, 'part'),
      { partition: 1, value: 'bare' },
    ];
    await producer.send({ topic, messages: deadLetters });
    const replay = async (places: readonly unknown[], stage = 'segmentation') => {
      const answer = await fetch(`${base}/dead-letters/${stage}/replay`, {
        method: 'POST',
        headers: { authorization: 'Bearer token', 'content-type': 'application/json' },
        body: JSON.stringify({ dead_letters: places }),
      });
      return { status: answer.status, ...((await answer.json()) as { items: readonly { state: string }[] }) };
    };
    const at = (...offsets: readonly number[]) => offsets.map((offset) => ({ partition: 1, offset }));
    const { items } = await replay([...at(5, 3, 2, 4, 0, 99), { partition: 0, offset: 0 }]);
    expect(items).toEqual([
      ...[
        { ...at(5)[0], state: 'not_replayable' },
        { ...at(3)[0], state: 'sent' },
        { ...at(2)[0], state: 'replayed_before' },
        { ...at(4)[0], state: 'processed_in_part' },
        { ...at(0)[0], state: 'sent' },
      ],
      ...[
        { ...at(99)[0], state: 'not_found' },
        { partition: 0, offset: 0, state: 'not_found' },
      ],
    ]);
    expect((await replay(at(0, 1))).items.map(({ state }) => state)).toEqual(['replayed_before', 'sent']);
    const found = await readPlaces(
      kafka,
      [0, 1, 2].map((offset) => ({ topic: 'segmentation.replay', partition: 1, offset })),
      'test',
      { withinMs: 10_000, maxBytes: 1_000 },
    );
    expect(found.toSorted((a, b) => a.offset - b.offset)).toMatchObject(
      [2, 0, 1].map((n) => ({ key: Buffer.from('k'), value: Buffer.from([0, n]) })),
    );
    expect(found.map(({ headers: { mine } }) => String(mine))).toEqual(['m2', 'm0', 'm1']);
    const listed = (await read('/segmentation')).items.toSorted((a, b) => Number(a['offset']) - Number(b['offset']));
    expect(listed.map((one) => [one['replay'], typeof one['replayed_at']])).toEqual([
      ...Array.from({ length: 4 }, () => ['waiting', 'string']),
      ['processed_in_part', 'object'],
      ['not_replayable', 'object'],
    ]);
    for (const places of [[], at(1, 1), [{ partition: -1, offset: 0 }], [{ ...at(1)[0], more: 1 }], [1]])
      expect((await replay(places)).status).toBe(400);
    expect((await replay(at(1), 'nothing')).status).toBe(404);
  }, 120_000);
});
