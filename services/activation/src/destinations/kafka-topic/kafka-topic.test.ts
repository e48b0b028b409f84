import { randomBytes } from 'node:crypto';
import { createLogger } from '@hilo/service';
import { kafkaClient, partitionOf } from '@hilo/streaming';
import { freePorts, openStores, type StoresFor } from '@hilo/test-stack';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Attempt, OpenDestination } from '../destination-type.ts';
import { TargetUnavailableError } from '../destination-type.ts';
import { kafkaTopic } from './kafka-topic.ts';

const TOPIC = 'crm.segment-changes';
const PARTITIONS = 3;
const logger = createLogger({ name: 'test', level: 'silent' });
let stores: StoresFor<'kafka'>;
let type: OpenDestination;

const openAt = (...kafkaBrokers: string[]) =>
  kafkaTopic.open({
    logger,
    allowedNetworks: [],
    requiresTls: false,
    timeoutMs: 10_000,
    concurrency: 64,
    kafkaBrokers,
  });

async function ask<T>(
  question: (admin: ReturnType<ReturnType<typeof kafkaClient>['admin']>) => Promise<T>,
): Promise<T> {
  const admin = kafkaClient({ brokers: stores.kafkaBrokers, clientId: 'test', logger }).admin();
  await admin.connect();
  try {
    return await question(admin);
  } finally {
    await admin.disconnect();
  }
}

beforeAll(async () => {
  stores = await openStores('kafka');
  const small = [{ name: 'max.message.bytes', value: '20000' }];
  await ask((admin) =>
    admin.createTopics({
      waitForLeaders: true,
      topics: [{ topic: TOPIC, numPartitions: PARTITIONS, configEntries: small }],
    }),
  );
  type = openAt(...stores.kafkaBrokers);
}, 180_000);
afterAll(async () => {
  await type.close();
  await stores.close();
});

function attempt(id: string, fields: { topic?: string; profile_id?: string; body?: string; withinMs?: number } = {}) {
  const { topic = TOPIC, profile_id = 'p_1', body = JSON.stringify({ id }), withinMs = 30_000 } = fields;
  return {
    settings: { topic, headers: ['source: hilo: test'] },
    delivery: { delivery_id: id, idempotency_key: `key-${id}`, profile_id, body },
    signal: AbortSignal.timeout(withinMs),
    traceparent: undefined,
  } satisfies Attempt;
}

interface Read {
  readonly partition: number;
  readonly key: string;
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What lies in the topic, each delivery once, as soon as so many do. */
async function records(count: number): Promise<readonly Read[]> {
  const consumer = kafkaClient({ brokers: stores.kafkaBrokers, clientId: 'test', logger }).consumer({
    groupId: `test-${Date.now()}`,
  });
  const found = new Map<string, Read>();
  const { promise: all, resolve } = Promise.withResolvers<void>();
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [TOPIC], fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ partition, message: { key, value, headers = {} } }) => {
        const texts = Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, String(text)]));
        const id = texts['delivery-id'] ?? '';
        if (!found.has(id)) found.set(id, { partition, key: String(key), value: String(value), headers: texts });
        if (found.size >= count) resolve();
      },
    });
    await all;
  } finally {
    await consumer.disconnect();
  }
  return [...found.values()];
}

describe('a Kafka topic as destination', { timeout: 120_000 }, () => {
  it('gets each change as a record, keyed by profile, in the order in which they were performed', async () => {
    const profiles = ['p_1', 'p_2', 'p_3', 'p_4'];
    const tooLarge = type.perform(attempt('large', { body: randomBytes(100_000).toString('hex') }));
    for (const round of [1, 2, 3]) {
      const outcomes = await Promise.all(
        profiles.map((profile_id) => type.perform(attempt(`${profile_id}/${round}`, { profile_id }))),
      );
      expect(outcomes).toEqual(profiles.map(() => ({ kind: 'delivered', answer: null })));
    }
    expect(await tooLarge).toMatchObject({ kind: 'permanent_failure', reason: 'refused', answer: { status: null } });
    const found = await records(profiles.length * 3);
    for (const profile of profiles) {
      const own = found.filter(({ key }) => key === profile);
      expect(own.map(({ headers }) => headers['delivery-id'])).toEqual([1, 2, 3].map((round) => `${profile}/${round}`));
      expect(new Set(own.map(({ partition }) => partition))).toEqual(new Set([partitionOf(profile, PARTITIONS)]));
    }
    expect(found.find(({ headers }) => headers['delivery-id'] === 'p_1/1')).toMatchObject({
      value: '{"id":"p_1/1"}',
      headers: { source: 'hilo: test', 'idempotency-key': 'key-p_1/1' },
    });
  });

  it('that does not exist fails for good, says so, and is not created', async () => {
    expect(await type.perform(attempt('lost', { topic: 'crm.nobody' }))).toEqual({
      kind: 'permanent_failure',
      reason: 'unknown_target',
      answer: { status: null, body: 'Kafka has no such topic.' },
    });
    expect(await type.accept({ topic: 'crm.nobody' })).toMatchObject({ kind: 'refused', field: 'topic' });
    expect(await ask((admin) => admin.listTopics())).not.toContain('crm.nobody');
    expect(await type.accept({ topic: TOPIC })).toEqual({ kind: 'accepted', settings: { topic: TOPIC } });
  });

  it.each(['segments.membership', 'activation.retries', 'events.of-a-later-release', '__consumer_offsets', '_schemas'])(
    'is never %s: such topics belong to Hilo or to Kafka',
    async (topic) => {
      expect(await type.accept({ topic })).toMatchObject({ kind: 'refused', field: 'topic' });
      expect(await type.perform(attempt('x', { topic }))).toMatchObject({
        kind: 'permanent_failure',
        reason: 'refused',
      });
    },
  );

  it('that cannot be reached may be reached later', async () => {
    const [port = 0] = await freePorts(1);
    const unreachable = openAt(`127.0.0.1:${port}`);
    expect(await unreachable.perform(attempt('away', { withinMs: 300 }))).toEqual({
      kind: 'transient_failure',
      reason: 'timeout',
      retryAfterMs: null,
      answer: null,
    });
    await expect(unreachable.accept({ topic: TOPIC })).rejects.toThrow(TargetUnavailableError);
    await unreachable.close();
  });
});
