import { randomBytes } from 'node:crypto';
import { type StoresFor, openStores } from '@hilo/test-stack';
import kafkajs, { type Admin, CompressionTypes, type Kafka } from 'kafkajs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { OutRecord, RawRecord } from '../ports/log.ts';
import { TransientFaultError } from '../ports/retry.ts';
import { SILENT } from '../testing/instance.ts';
import { LogReader, PATIENCE } from '../testing/log-reader.ts';
import { kafkaClient } from './kafkajs-client.ts';
import { KafkajsConsumer } from './kafkajs-consumer.ts';
import { KafkajsProducer } from './kafkajs-producer.ts';
import { fetchTopicIds } from './topic-ids.ts';

const PARTITIONS = 3;
let stores: StoresFor<'kafka'>;
let kafka: Kafka;
let admin: Admin;
let producer: KafkajsProducer;
let round = 0;
let topics: string[] = [];
let group = '';
let crashes: Error[] = [];
let started: KafkajsConsumer[] = [];

beforeAll(async () => {
  stores = await openStores('kafka');
  kafka = kafkaClient({ brokers: stores.kafkaBrokers, clientId: 'test', logger: SILENT });
  admin = kafka.admin();
  await admin.connect();
}, 180_000);

beforeEach(async () => {
  round += 1;
  group = `group-${round}-${Date.now()}`;
  topics = [`a-${group}`, `b-${group}`];
  crashes = [];
  await admin.createTopics({
    waitForLeaders: false,
    topics: topics.map((topic) => ({
      topic,
      numPartitions: PARTITIONS,
      configEntries: [{ name: 'message.timestamp.type', value: 'LogAppendTime' }],
    })),
  });
  // A topic just made is not known everywhere at once.
  const known = async () => {
    for (const topic of topics) await admin.fetchTopicOffsets(topic);
    return true;
  };
  await expect.poll(() => known().catch(() => false), PATIENCE).toBe(true);
  producer = new KafkajsProducer(kafka);
}, 60_000);

afterEach(async () => {
  await Promise.all(started.map((consumer) => consumer.close()));
  started = [];
  await producer.close();
});

afterAll(async () => {
  await admin.disconnect();
  await stores.close();
});

function topicOf(index: 0 | 1): string {
  return topics[index] ?? '';
}

function out(index: 0 | 1, partition: number, value: string | Buffer | null, more: Partial<OutRecord> = {}): OutRecord {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  return { topic: topicOf(index), partition, key: null, value: bytes, headers: {}, ...more };
}

async function consumer(): Promise<KafkajsConsumer> {
  const made = new KafkajsConsumer({
    kafka,
    group,
    topics,
    partitions: PARTITIONS,
    logger: SILENT,
    crashed: (error) => crashes.push(error),
  });
  started.push(made);
  await made.start();
  return made;
}

async function reader(): Promise<LogReader> {
  return new LogReader(await consumer());
}

describe('the log in Kafka', { timeout: 120_000 }, () => {
  it('hands over what was sent, byte for byte, repeated headers too; a header without a value comes as an empty one', async () => {
    const headers = { text: 'ä', none: null, twice: ['x', null, Buffer.from([0, 255])], empty: Buffer.alloc(0) };
    await producer.send([
      out(0, 1, Buffer.from([0, 1, 255]), { key: Buffer.from([9, 0]), headers }),
      out(0, 1, null, { key: Buffer.from('gone') }),
      out(0, 1, ''),
    ]);
    const one = await (await reader()).assigned(0, 1, 2);
    await one.consumer.open(1, {});
    await one.until(() => expect(one.records).toHaveLength(3));
    const [first, second, third] = one.records;
    expect(first).toMatchObject({ topic: topicOf(0), partition: 1, offset: 0, key: Buffer.from([9, 0]) });
    expect(first?.value).toEqual(Buffer.from([0, 1, 255]));
    expect(first?.headers).toEqual({
      text: Buffer.from('ä'),
      none: Buffer.alloc(0),
      twice: [Buffer.from('x'), Buffer.alloc(0), Buffer.from([0, 255])],
      empty: Buffer.alloc(0),
    });
    expect([second?.value, third?.value]).toEqual([null, Buffer.alloc(0)]);
    expect(Math.abs((first?.timestamp_ms ?? 0) - Date.now())).toBeLessThan(60_000);
    const ids = await fetchTopicIds(kafka, topics);
    expect(one.records.map(({ topic_id }) => topic_id)).toEqual(Array(3).fill(ids.get(topicOf(0))));
  });

  it('reads only what is open, from the offsets it is opened at, also when it is opened again', async () => {
    await producer.send(
      ['0', '1', '2', '3'].flatMap((text) => [out(0, 0, text), out(1, 0, `b${text}`), out(0, 1, 'x')]),
    );
    const one = await (await reader()).assigned(0, 1, 2);
    await one.consumer.open(0, { [topicOf(0)]: 2 });
    const expected = ['2', '3', 'b0', 'b1', 'b2', 'b3'];
    await one.until(() => expect(one.texts().sort()).toEqual(expected));
    one.consumer.shut(0);
    await producer.send([out(0, 0, '4')]);
    await one.consumer.open(0, { [topicOf(0)]: 3, [topicOf(1)]: 4 });
    await one.until(() => expect(one.texts().slice(6)).toEqual(['3', '4']));
    expect(one.records.slice(6).map(({ offset }) => offset)).toEqual([3, 4]);
  });

  it('gives the same partitions of all topics to one member, and each record to one, through joining and leaving', async () => {
    const sent: string[] = [];
    const send = async () => {
      const batch = Array.from({ length: 60 }, (_, index) => `${sent.length + index}`);
      sent.push(...batch);
      await producer.send(batch.map((text, index) => out(index % 2 === 0 ? 0 : 1, index % PARTITIONS, text)));
    };
    await send();
    const one = await (await reader()).assigned(0, 1, 2);
    for (const partition of [0, 1, 2]) await one.consumer.open(partition, {});
    await one.until(() => expect(one.records).toHaveLength(60));
    const two = await reader();
    await expect
      .poll(async () => {
        await one.poll();
        await two.poll();
        return [...one.assignment, ...two.assignment].sort((x, y) => x - y);
      }, PATIENCE)
      .toEqual([0, 1, 2]);
    for (const partition of two.assignment) {
      one.consumer.shut(partition);
      await two.consumer.open(partition, positionsIn(one.records, partition));
    }
    await send();
    await expect
      .poll(async () => {
        await one.poll();
        await two.poll();
        return one.records.length + two.records.length;
      }, PATIENCE)
      .toBe(120);
    expect(new Set(two.records.map(({ partition }) => partition))).toEqual(new Set(two.assignment));
    const moved = [...two.assignment];
    started = started.filter((other) => other !== two.consumer);
    await two.consumer.close();
    await one.assigned(0, 1, 2);
    const all = () => [...one.records, ...two.records];
    for (const partition of moved) await one.consumer.open(partition, positionsIn(all(), partition));
    await send();
    await one.until(() => expect(all()).toHaveLength(180));
    expect(
      all()
        .map(({ value }) => Number(value))
        .sort((x, y) => x - y),
    ).toEqual(sent.map(Number));
  });

  function positionsIn(records: readonly RawRecord[], partition: number): Record<string, number> {
    const next: Record<string, number> = {};
    for (const record of records) if (record.partition === partition) next[record.topic] = record.offset + 1;
    return next;
  }

  it('knows up to when everything was handed over: not before it is open, nor ahead of what waits', async () => {
    await producer.send(Array.from({ length: 50 }, (_, index) => out(0, 0, String(index))));
    const one = await (await reader()).assigned(0, 1, 2);
    expect(one.consumer.caughtUpTo(0, topics)).toBe(-Infinity);
    const openedMs = Date.now();
    await one.consumer.open(0, {});
    await expect.poll(() => one.lag(), PATIENCE).toBe(50);
    expect(one.consumer.caughtUpTo(0, topics)).toBe(-Infinity);
    await one.poll(49);
    expect(one.consumer.caughtUpTo(0, topics)).toBeLessThan(openedMs);
    await one.poll();
    await one.until(() => expect(one.consumer.caughtUpTo(0, topics)).toBeGreaterThan(openedMs));
    const laterMs = Date.now();
    await one.until(() => expect(one.consumer.caughtUpTo(0, topics)).toBeGreaterThan(laterMs));
    expect(one.consumer.caughtUpTo(0, topics)).toBeLessThanOrEqual(Date.now());
    expect(one.consumer.caughtUpTo(1, topics)).toBe(-Infinity);
    const { position, reported } = one.consumer.progress(topicOf(0), 0) ?? {};
    expect(position).toBe(50);
    expect(reported?.highWatermark).toBe(50);
    expect(reported?.startedMs).toBeGreaterThan(openedMs);
    expect(one.consumer.progress(topicOf(0), 1)).toBeNull();
  });

  it('says of each topic and partition what the broker said of it, and nothing of others', async () => {
    await producer.send([out(0, 0, '0'), out(0, 0, '1'), out(1, 0, 'b'), out(0, 1, 'x')]);
    const one = await (await reader()).assigned(0, 1, 2);
    await one.consumer.open(0, {});
    await one.until(() => expect(one.records).toHaveLength(3));
    const ends = () => topics.map((topic) => one.consumer.progress(topic, 0)?.reported?.highWatermark);
    await one.until(() => expect(ends()).toEqual([2, 1]));
    // Nobody takes: the broker reports what comes, and nothing is handed over.
    await producer.send([out(1, 0, 'c')]);
    await expect.poll(ends, PATIENCE).toEqual([2, 2]);
    expect(topics.map((topic) => one.consumer.progress(topic, 0)?.position)).toEqual([2, 1]);
    const beforeMs = Date.now();
    await one.until(() => expect(one.consumer.progress(topicOf(1), 0)?.position).toBe(2));
    await one.until(() => expect(one.consumer.caughtUpTo(0, topics)).toBeGreaterThan(beforeMs));
  });

  it('knows how much comes while the stage holds and polls nothing', async () => {
    const one = await (await reader()).assigned(0, 1, 2);
    await one.consumer.open(0, {});
    const send = (count: number) => producer.send(Array.from({ length: count }, (_, n) => out(0, 0, `${n}`)));
    // More than what is read ahead at most.
    for (let n = 0; n < 3; n += 1) await send(3_000);
    await expect.poll(() => one.lag(), PATIENCE).toBe(9_000);
    await send(5);
    await expect.poll(() => one.lag(), PATIENCE).toBe(9_005);
  });

  it('stops to fetch while nobody takes, and loses nothing by it', async () => {
    const count = 12_000;
    for (let from = 0; from < count; from += 3_000) {
      await producer.send(
        Array.from({ length: 3_000 }, (_, index) =>
          out(index % 2 === 0 ? 0 : 1, index % PARTITIONS, String(from + index)),
        ),
      );
    }
    const one = await (await reader()).assigned(0, 1, 2);
    for (const partition of [0, 1, 2]) await one.consumer.open(partition, {});
    await expect.poll(() => one.lag(), PATIENCE).toBe(count);
    await one.until(() => expect(one.records).toHaveLength(count));
    expect(new Set(one.texts()).size).toBe(count);
    for (const topic of topics) {
      for (const partition of [0, 1, 2]) {
        const offsets = one.records.filter((r) => r.topic === topic && r.partition === partition).map((r) => r.offset);
        expect(offsets).toEqual(offsets.map((_, index) => index));
      }
    }
  });

  it('bounds what is read ahead in bytes', async () => {
    const value = randomBytes(200_000);
    for (let turn = 0; turn < 10; turn += 1) {
      await producer.send(Array.from({ length: 20 }, (_, index) => out(0, index % PARTITIONS, value)));
    }
    const one = await (await reader()).assigned(0, 1, 2);
    for (const partition of [0, 1, 2]) await one.consumer.open(partition, {});
    await one.until(() => expect(one.records.length).toBeGreaterThan(0));
    const largest = Math.max(
      ...(await Promise.all(Array.from({ length: 3 }, () => one.consumer.poll(1_000, 0)))).map(
        ({ records }) => records.length,
      ),
    );
    expect(largest * value.length).toBeLessThan(10 * 1024 * 1024);
  });

  it('takes batches that together exceed what a broker takes at once', async () => {
    const values = Array.from({ length: 40 }, () => randomBytes(150_000));
    await producer.send(values.map((value) => out(0, 2, value)));
    const one = await (await reader()).assigned(0, 1, 2);
    await one.consumer.open(2, {});
    await one.until(() => expect(one.records).toHaveLength(40));
    expect(one.records.every(({ value }, index) => value?.equals(values[index] ?? Buffer.alloc(0)))).toBe(true);
  });

  it('reads what other clients wrote, whatever their compression', async () => {
    const other = new kafkajs.Kafka({
      brokers: [...stores.kafkaBrokers],
      logLevel: kafkajs.logLevel.NOTHING,
    }).producer();
    await other.connect();
    const kinds = [CompressionTypes.None, CompressionTypes.GZIP, CompressionTypes.LZ4];
    for (const compression of kinds) {
      const messages = Array.from({ length: 20 }, (_, index) => ({ value: `${compression}/${index}`, partition: 0 }));
      await other.send({ topic: topicOf(0), messages, compression });
    }
    await other.disconnect();
    const one = await (await reader()).assigned(0, 1, 2);
    await one.consumer.open(0, {});
    await one.until(() => expect(one.records).toHaveLength(60));
    expect(one.texts()).toEqual(kinds.flatMap((kind) => Array.from({ length: 20 }, (_, index) => `${kind}/${index}`)));
  });

  it('passes over the ends of transactions, and reads none that was given up', async () => {
    const other = new kafkajs.Kafka({
      brokers: [...stores.kafkaBrokers],
      logLevel: kafkajs.logLevel.NOTHING,
    }).producer({
      transactionalId: group,
      maxInFlightRequests: 1,
      idempotent: true,
    });
    await other.connect();
    for (const [index, kept] of [true, false, true].entries()) {
      const transaction = await other.transaction();
      await transaction.send({ topic: topicOf(0), messages: [{ value: String(index), partition: 0 }] });
      await (kept ? transaction.commit() : transaction.abort());
    }
    await other.disconnect();
    const one = await (await reader()).assigned(0, 1, 2);
    const openedMs = Date.now();
    await one.consumer.open(0, {});
    await one.until(() => expect(one.texts()).toEqual(['0', '2']));
    await one.until(() => expect(one.consumer.caughtUpTo(0, topics)).toBeGreaterThan(openedMs));
    // Three records and three ends of transactions.
    expect(one.consumer.progress(topicOf(0), 0)?.position).toBe(6);
    expect(crashes).toEqual([]);
  });

  it('refuses a position that was deleted before it was read, and one beyond the end', async () => {
    await producer.send(['0', '1', '2'].map((text) => out(0, 0, text)));
    await admin.fetchTopicMetadata({ topics });
    await admin.deleteTopicRecords({ topic: topicOf(0), partitions: [{ partition: 0, offset: '2' }] });
    const one = await (await reader()).assigned(0, 1, 2);
    await expect(one.consumer.open(0, { [topicOf(0)]: 1 })).rejects.toThrow(
      'records were deleted before they were read',
    );
    await expect(one.consumer.open(0, { [topicOf(0)]: 4 })).rejects.toThrow('the log lost records that were read');
    await one.consumer.open(0, {});
    await one.until(() => expect(one.texts()).toEqual(['2']));
  });

  it.each(['59', '60'])(
    'lets go of a partition whose records below %s of 60 are deleted before they are read',
    async (offset) => {
      const one = await (await reader()).assigned(0, 1, 2);
      const value = randomBytes(700_000);
      for (let turn = 0; turn < 12; turn += 1) await producer.send(Array.from({ length: 5 }, () => out(0, 0, value)));
      await one.consumer.open(0, {});
      await one.until(() => expect(one.records.length).toBeGreaterThan(0));
      await admin.fetchTopicMetadata({ topics });
      await admin.deleteTopicRecords({ topic: topicOf(0), partitions: [{ partition: 0, offset }] });
      await one.until(() => expect(one.truncated).toHaveLength(1));
      expect(one.truncated[0]).toContain('records were deleted before they were read');
      await one.consumer.open(1, {});
      await producer.send([out(0, 1, 'other')]);
      await one.until(() => expect(one.texts()).toContain('other'));
      expect(crashes).toEqual([]);
    },
  );

  it('says that it is unavailable where no broker answers', async () => {
    const nowhere = new kafkajs.Kafka({
      brokers: ['127.0.0.1:1'],
      logLevel: kafkajs.logLevel.NOTHING,
      retry: { retries: 1 },
    });
    await expect(new KafkajsProducer(nowhere).send([out(0, 0, 'x')])).rejects.toBeInstanceOf(TransientFaultError);
  });

  it('sends on after its connection was given up', async () => {
    await producer.send([out(0, 0, '0')]);
    await producer.reset();
    await producer.send([out(0, 0, '1')]);
    const one = await (await reader()).assigned(0, 1, 2);
    await one.consumer.open(0, {});
    await one.until(() => expect(one.texts()).toEqual(['0', '1']));
  });

  it('can be steered while kafkajs is starting, and then reads as it was steered', async () => {
    await producer.send(['0', '1'].map((text) => out(0, 0, text)));
    const made = await consumer();
    const restarting = new KafkajsConsumer({
      kafka,
      group: `${group}-2`,
      topics,
      partitions: PARTITIONS,
      logger: SILENT,
      crashed: () => undefined,
    });
    restarting.shut(0);
    started.push(restarting);
    await restarting.start();
    const one = await new LogReader(restarting).assigned(0, 1, 2);
    await one.consumer.open(0, { [topicOf(0)]: 1 });
    await one.until(() => expect(one.texts()).toEqual(['1']));
    expect(made.lag()).toEqual([]);
  });
});
