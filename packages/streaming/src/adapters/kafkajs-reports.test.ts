import { type StoresFor, openStores } from '@hilo/test-stack';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newCheckpoint } from '../ports/checkpoint.ts';
import type { OutRecord } from '../ports/log.ts';
import { ORIGIN_HEADER, SEQUENCE_HEADER } from '../ports/sequence.ts';
import { SILENT } from '../testing/instance.ts';
import { LogReader, PATIENCE } from '../testing/log-reader.ts';
import { kafkaClient } from './kafkajs-client.ts';
import { KafkajsConsumer } from './kafkajs-consumer.ts';
import { KafkajsProducer } from './kafkajs-producer.ts';

let stores: StoresFor<'kafka'>;
let producer: KafkajsProducer;
let group = '';
let topics: string[] = [];
const started: KafkajsConsumer[] = [];

beforeAll(async () => {
  stores = await openStores('kafka');
  group = `reports-${Date.now()}`;
  topics = [`a-${group}`, `b-${group}`];
  const admin = client().admin();
  await admin.connect();
  await admin.createTopics({
    waitForLeaders: true,
    topics: topics.map((topic) => ({
      topic,
      numPartitions: 3,
      configEntries: [{ name: 'message.timestamp.type', value: 'LogAppendTime' }],
    })),
  });
  await admin.disconnect();
  producer = new KafkajsProducer(client());
}, 180_000);

afterAll(async () => {
  await Promise.all(started.map((consumer) => consumer.close()));
  await producer.close();
  await stores.close();
});

function client() {
  return kafkaClient({ brokers: stores.kafkaBrokers, clientId: 'test', logger: SILENT });
}

async function consumer(of: string, partitions = 3): Promise<KafkajsConsumer> {
  const crashed = (error: Error) => expect(error).toBeUndefined();
  const made = new KafkajsConsumer({ kafka: client(), group: of, topics, partitions, logger: SILENT, crashed });
  started.push(made);
  await made.start();
  return made;
}

async function reader(): Promise<LogReader> {
  return new LogReader(await consumer(`${group}-${started.length}`));
}

function topicOf(index: 0 | 1): string {
  return topics[index] ?? '';
}

function out(index: 0 | 1, partition: number, value: string, more: Partial<OutRecord> = {}): OutRecord {
  return { topic: topicOf(index), partition, key: null, value: Buffer.from(value), headers: {}, ...more };
}

describe('what Kafka knows of a stage', { timeout: 120_000 }, () => {
  it('keeps how far a checkpoint is, and reports it to whoever takes over', async () => {
    await producer.send(['0', '1'].map((text) => out(0, 0, text)));
    const one = await (await reader()).assigned(0, 1, 2);
    expect(await one.consumer.reports([0, 1, 2])).toEqual(new Map());
    await one.consumer.open(0, {});
    const checkpoint = { ...newCheckpoint('abc'), revision: 7, offsets: { [topicOf(0)]: 2, elsewhere: 9 } };
    one.consumer.commit(0, checkpoint, 1_700_000_000_000);
    const reported = async () => {
      await one.poll();
      return (await one.consumer.reports([0, 1])).get(0);
    };
    await expect
      .poll(reported, PATIENCE)
      .toMatchObject({ incarnation: 'abc', revision: 7, offsets: { [topicOf(0)]: 2 } });
    expect((await reported())?.knownMs).toBe(1_700_000_000_000);
  });

  it('finds the last sequences of origins, of all partitions of what a stage writes', async () => {
    const headers = (origin: string, sequence: number) => ({
      [ORIGIN_HEADER]: `stage/${origin}`,
      [SEQUENCE_HEADER]: String(sequence),
    });
    const one = await (await reader()).assigned(0, 1, 2);
    const both = new Set(['stage/0/a', 'stage/1/a']);
    expect(await one.consumer.lastSequences(both, topics, -Infinity)).toEqual(new Map());
    await producer.send([
      ...Array.from({ length: 3_000 }, (_, index) => out(0, 0, 'x', { headers: headers('0/a', index + 1) })),
      out(0, 2, 'x', { headers: headers('0/a', 4) }),
      out(0, 2, 'x', { headers: headers('0/b', 9) }),
      out(1, 1, 'x', { headers: headers('1/a', 1) }),
      out(1, 1, 'x'),
    ]);
    expect(await one.consumer.lastSequences(both, topics, -Infinity)).toEqual(
      new Map([
        ['stage/0/a', { [`${topicOf(0)}/0`]: 3_000, [`${topicOf(0)}/2`]: 4 }],
        ['stage/1/a', { [`${topicOf(1)}/1`]: 1 }],
      ]),
    );
    expect(await one.consumer.lastSequences(both, topics, Date.now() + 60_000)).toEqual(new Map());
  });

  it('refuses topics that have another number of partitions than the service is set to', async () => {
    await expect(consumer(`${group}-other`, 4)).rejects.toThrow(`set to 4 partitions, but ${topicOf(0)} has 3`);
  });
});
