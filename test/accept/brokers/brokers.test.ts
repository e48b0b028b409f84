import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type StoresFor, openStores } from '@hilo/test-stack';
import kafkajs, { type Admin, type Kafka } from 'kafkajs';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { kafkaClient, KafkajsProducer, partitionOf, SYSTEM_CLOCK } from '@hilo/streaming';
import {
  admit,
  DEFAULT_LIMITS,
  headerText,
  type Hit,
  JsonCodec,
  KafkajsConsumer,
  KeyedRunner,
  type LogConsumer,
  NO_METRICS,
  NO_PROGRESS,
  ORIGIN_HEADER,
  PostgresStageStore,
  type RawRecord,
  SEQUENCE_HEADER,
  SILENT,
  StageRuntime,
  type Tally,
  topicsRead,
  TOY_LOGIC,
  TOY_TOPOLOGY,
} from '@hilo/streaming/testing';
import { type BrokerCluster, startBrokerCluster } from './broker-cluster.ts';

const PARTITIONS = 4;
const INSTANCES = 2;
const CODEC = new JsonCodec();
/** Within this time after any one broker goes or comes, time goes on in every partition. */
const TIME_WITHIN_MS = 15_000;
const PATIENCE = { timeout: 120_000, interval: 200 };
const LOOK_MS = 100;
const WRITE_EVERY_MS = 20;
const KEYS = 40;

let cluster: BrokerCluster;
let stores: StoresFor<'postgres'>;
let kafka: Kafka;
let admin: Admin;
const instances: { readonly runtime: StageRuntime; readonly consumer: LogConsumer; readonly ended: Promise<void> }[] =
  [];
const bugs: Error[] = [];

beforeAll(async () => {
  [cluster, stores] = await Promise.all([startBrokerCluster(), openStores('postgres')]);
  kafka = kafkaClient({ brokers: cluster.addresses, clientId: 'test', logger: SILENT });
  admin = kafka.admin();
  await admin.connect();
  const topics = new Set([...topicsRead(TOY_TOPOLOGY), ...TOY_TOPOLOGY.sinks]);
  await admin.createTopics({
    waitForLeaders: true,
    topics: [...topics].map((topic) => ({
      topic,
      numPartitions: PARTITIONS,
      replicationFactor: 3,
      configEntries: [{ name: 'message.timestamp.type', value: 'LogAppendTime' }],
    })),
  });
  const postgres = new pg.Client({ connectionString: stores.postgresUrl });
  await postgres.connect();
  await postgres.query('CREATE SCHEMA toy');
  await postgres.query('SET search_path = toy');
  await postgres.query(
    await readFile(new URL('../../../packages/streaming/postgres/0001-stage.sql', import.meta.url), 'utf8'),
  );
  await postgres.end();
  for (let index = 0; index < INSTANCES; index += 1) instances.push(await startInstance(`instance-${index}`));
});

afterAll(async () => {
  for (const { runtime } of instances) runtime.stop();
  await Promise.all(instances.map(({ ended }) => ended));
  await Promise.all(instances.map(({ runtime }) => runtime.close()));
  await admin.disconnect();
  await stores.close();
  await cluster.close();
});

async function startInstance(owner: string) {
  const own = kafkaClient({ brokers: cluster.addresses, clientId: owner, logger: SILENT });
  const consumer = new KafkajsConsumer({
    kafka: own,
    group: 'hilo.toy',
    topics: topicsRead(TOY_TOPOLOGY),
    partitions: PARTITIONS,
    logger: SILENT,
    crashed: (error) => bugs.push(error),
  });
  const runtime = new StageRuntime({
    topology: { ...TOY_TOPOLOGY, time: { kind: 'wall' } },
    runner: new KeyedRunner(TOY_LOGIC, { maxRows: 1_000, maxBytes: 1_000_000 }),
    handoverTopic: 'toy.handover',
    consumer,
    progress: NO_PROGRESS,
    producer: new KafkajsProducer(own),
    store: new PostgresStageStore({ url: stores.postgresUrl, schema: 'toy', owner }),
    codec: CODEC,
    clock: SYSTEM_CLOCK,
    metrics: NO_METRICS,
    logger: { ...SILENT, error: (fields, message) => bugs.push(new Error(`${message} ${JSON.stringify(fields)}`)) },
    limits: DEFAULT_LIMITS,
    partitions: PARTITIONS,
    build: 'test',
    effector: null,
    tracer: null,
  });
  await runtime.start();
  return { runtime, consumer, ended: runtime.run().catch((error: Error) => void bugs.push(error)) };
}

/** How far the time of each partition ever came, by whichever instance reads it. */
const comeMs = Array.from({ length: PARTITIONS }, () => -Infinity);

/** How far behind the clock the time of the slowest partition is, in milliseconds. */
function behindMs(): number {
  for (const { consumer } of instances)
    for (const [partition, beforeMs] of comeMs.entries())
      comeMs[partition] = Math.max(beforeMs, consumer.caughtUpTo(partition, topicsRead(TOY_TOPOLOGY)));
  return Date.now() - Math.min(...comeMs);
}

/** Writes hits until it is stopped; hands back the ids of those that Kafka acknowledged. */
function writeHits(): { stop(): Promise<readonly string[]> } {
  const acknowledged: string[] = [];
  let running = true;
  const writer = (async () => {
    const producer = kafka.producer({
      allowAutoTopicCreation: false,
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
      retry: { initialRetryTime: 50, maxRetryTime: 500, retries: 3 },
    });
    await producer.connect();
    for (let count = 0; running; count += 1) {
      const key = `k${count % KEYS}`;
      const hit: Hit = { id: `h${Date.now()}-${count}`, ...(count % 3 === 0 ? { until_ms: Date.now() + 2_000 } : {}) };
      const message = { key, value: CODEC.encode('hits', hit), partition: partitionOf(key, PARTITIONS) };
      try {
        await producer.send({ topic: 'hits', messages: [message], acks: -1 });
        acknowledged.push(hit.id);
      } catch {
        // Its outcome is unknown: the log says whether it is there.
      }
      await sleep(WRITE_EVERY_MS);
    }
    await producer.disconnect();
  })();
  return {
    stop: async () => {
      running = false;
      await writer;
      return acknowledged;
    },
  };
}

/** All records of a topic, read outside of the stage. */
async function readAll(topic: string): Promise<RawRecord[]> {
  const reader = new KafkajsConsumer({
    kafka,
    group: `reader-${topic}-${Date.now()}`,
    topics: [topic],
    partitions: PARTITIONS,
    logger: SILENT,
    crashed: (error) => bugs.push(error),
  });
  const records: RawRecord[] = [];
  try {
    await reader.start();
    let opened = false;
    await expect
      .poll(async () => {
        const polled = await reader.poll(10_000, 50);
        for (const partition of polled.assignment ?? []) {
          await reader.open(partition, {});
          opened = true;
        }
        records.push(...polled.records);
        const ends = Array.from({ length: PARTITIONS }, (_, partition) => reader.progress(topic, partition));
        return opened && ends.every((one) => one?.reported != null && one.position >= one.reported.highWatermark);
      }, PATIENCE)
      .toBe(true);
  } finally {
    await reader.close();
  }
  return records;
}

const decoded = <T>({ topic, value }: RawRecord): T => {
  const found = CODEC.decode(topic, value ?? Buffer.alloc(0));
  if (!found.ok) throw new Error(found.message);
  return found.value as T;
};

/** Every hit of the log is counted as often as it lies there, and sequences lead to the tallies without a gap. */
async function checkCounts(acknowledged: readonly string[]): Promise<void> {
  const hits = await readAll('hits');
  const inLog = new Map<string, number>();
  for (const { id } of hits.map(decoded<Hit>)) inLog.set(id, (inLog.get(id) ?? 0) + 1);
  expect(acknowledged.filter((id) => !inLog.has(id))).toEqual([]);
  const last = new Map<string, number>();
  const newest = new Map<string, Tally>();
  for (const record of await readAll('tallies')) {
    const origin = `${headerText(record.headers, ORIGIN_HEADER)} ${record.partition}`;
    const sequence = Number(headerText(record.headers, SEQUENCE_HEADER));
    const admission = admit(last.get(origin) ?? 0, sequence);
    expect(admission, `${origin} ${sequence}`).not.toBe('gap');
    if (admission === 'drop') continue;
    last.set(origin, sequence);
    const tally = decoded<Tally>(record);
    newest.set(tally.key, tally);
  }
  const counted = new Map([...newest.values()].flatMap(({ hits: of }) => Object.entries(of)));
  expect(counted).toEqual(inLog);
}

it.each([1, 2, 3].flatMap((broker) => (['kill -9', 'stop and start'] as const).map((how) => ({ broker, how }))))(
  'nothing is lost or counted twice, and time goes on within 15 s: $how of broker $broker under load',
  async ({ broker, how }) => {
    const victim = cluster.brokers[broker - 1];
    if (victim === undefined) throw new Error('there is no such broker');
    await expect.poll(behindMs, PATIENCE).toBeLessThan(1_000);
    const load = writeHits();
    let slowestMs = 0;
    let watching = true;
    const watch = (async () => {
      while (watching) {
        slowestMs = Math.max(slowestMs, behindMs());
        await sleep(LOOK_MS);
      }
    })();
    if (how === 'kill -9') {
      victim.kill('SIGKILL');
      await expect.poll(() => victim.restarts, PATIENCE).toBeGreaterThan(0);
      await victim.ready();
    } else {
      await victim.stop();
      await expect.poll(behindMs, PATIENCE).toBeLessThan(1_000);
      await victim.start();
    }
    await expect.poll(behindMs, PATIENCE).toBeLessThan(1_000);
    const acknowledged = await load.stop();
    await expect
      .poll(() => instances.flatMap(({ consumer }) => consumer.lag()).every(({ records }) => records === 0), PATIENCE)
      .toBe(true);
    watching = false;
    await watch;
    process.stdout.write(`${how} of broker ${broker}: time stood for ${slowestMs} ms, ${acknowledged.length} hits\n`);
    expect(slowestMs).toBeLessThan(TIME_WITHIN_MS);
    expect(acknowledged.length).toBeGreaterThan(0);
    // The last timers end two seconds after the last hit.
    await expect.poll(() => checkCounts(acknowledged).then(() => 'all counted'), PATIENCE).toBe('all counted');
    expect(bugs).toEqual([]);
  },
);
