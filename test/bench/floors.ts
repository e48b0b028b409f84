import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { Kafka, logLevel } from 'kafkajs';
import { preciseNow } from './message-times.ts';
import { ownProcess } from './own-process.ts';
import { shopTraffic } from './shop-traffic.ts';

/** What the underlying tools do with the same events, and nothing else. Events per second. */
export interface Floors {
  /** A bare fastify endpoint that parses the batches. */
  readonly fastify: number;
  /** kafkajs producing, acks=all, idempotent. */
  readonly kafkajsProduce: number;
  /** kafkajs consuming what was produced. */
  readonly kafkajsConsume: number;
}

const BATCH = 100;
const REQUESTS_AT_ONCE = 16;
const PRODUCE_BATCH = 500;
const TOPIC = 'bench.floor';
const PARTITIONS = 6;

/** Measures each floor for `seconds`. The broker gets its own topic, removed at the end. */
export async function measureFloors(brokers: readonly string[], seconds: number): Promise<Floors> {
  const traffic = shopTraffic({ seed: 7, run: 'floor', visitsAtOnce: 400, customers: 20_000 });
  const calls = Array.from({ length: 20_000 }, () => JSON.stringify(traffic.next().value));
  const fastify = await fastifyFloor(calls, seconds);
  const { produced, consumed } = await kafkaFloors(brokers, calls, seconds);
  return { fastify, kafkajsProduce: produced, kafkajsConsume: consumed };
}

async function fastifyFloor(calls: readonly string[], seconds: number): Promise<number> {
  const server = ownProcess('floor-http-server', []);
  const [first] = (await once(server.stdout as NonNullable<typeof server.stdout>, 'data')) as [Buffer];
  const url = `${first.toString('utf8').trim()}/v1/batch`;
  const agent = new Agent({ keepAlive: true, maxSockets: REQUESTS_AT_ONCE });
  const bodies = Array.from({ length: calls.length / BATCH }, (_, n) => {
    return `{"batch":[${calls.slice(n * BATCH, (n + 1) * BATCH).join()}]}`;
  });
  let events = 0;
  let next = 0;
  const startedMs = preciseNow();
  const work = async (): Promise<void> => {
    while (preciseNow() - startedMs < seconds * 1000) {
      await post(agent, url, bodies[next++ % bodies.length] as string);
      events += BATCH;
    }
  };
  try {
    await Promise.all(Array.from({ length: REQUESTS_AT_ONCE }, work));
    return (events * 1000) / (preciseNow() - startedMs);
  } finally {
    agent.destroy();
    server.kill('SIGTERM');
  }
}

function post(agent: Agent, url: string, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const sending = request(url, { agent, method: 'POST', headers }, (answer) => {
      answer.resume();
      answer.once('end', () => {
        if (answer.statusCode === 200) resolve();
        else reject(new Error(`the bare endpoint answers ${answer.statusCode}`));
      });
    });
    sending.once('error', reject);
    sending.end(body);
  });
}

async function kafkaFloors(brokers: readonly string[], calls: readonly string[], seconds: number) {
  const kafka = new Kafka({ clientId: 'bench-floor', brokers: [...brokers], logLevel: logLevel.ERROR });
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: TOPIC, numPartitions: PARTITIONS, replicationFactor: 1 }] });
  try {
    const { sent, rate } = await produceFloor(kafka, calls, seconds);
    return { produced: rate, consumed: await consumeFloor(kafka, sent) };
  } finally {
    await admin.deleteTopics({ topics: [TOPIC] });
    await admin.disconnect();
  }
}

async function produceFloor(kafka: Kafka, calls: readonly string[], seconds: number) {
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  let sent = 0;
  const startedMs = preciseNow();
  while (preciseNow() - startedMs < seconds * 1000) {
    const messages = Array.from({ length: PRODUCE_BATCH }, (_, n) => {
      const place = (sent + n) % calls.length;
      return { key: `k${place}`, value: calls[place] as string };
    });
    await producer.send({ topic: TOPIC, acks: -1, messages });
    sent += PRODUCE_BATCH;
  }
  const rate = (sent * 1000) / (preciseNow() - startedMs);
  await producer.disconnect();
  return { sent, rate };
}

async function consumeFloor(kafka: Kafka, expected: number): Promise<number> {
  const consumer = kafka.consumer({ groupId: `bench-floor-${process.pid}`, maxWaitTimeInMs: 200 });
  await consumer.connect();
  await consumer.subscribe({ topic: TOPIC, fromBeginning: true });
  let read = 0;
  let beganMs = 0;
  const all = Promise.withResolvers<number>();
  await consumer.run({
    autoCommit: false,
    eachBatch: async ({ batch }) => {
      beganMs ||= preciseNow();
      for (const message of batch.messages) if (message.value !== null) read++;
      if (read >= expected) all.resolve((read * 1000) / (preciseNow() - beganMs));
    },
  });
  try {
    return await all.promise;
  } finally {
    await consumer.disconnect();
  }
}
