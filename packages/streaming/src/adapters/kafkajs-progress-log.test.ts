import { randomBytes } from 'node:crypto';
import type { StageProgress } from '@hilo/schemas';
import { type StoresFor, openStores } from '@hilo/test-stack';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { SILENT } from '../testing/instance.ts';
import { JsonCodec } from '../testing/json-codec.ts';
import { PATIENCE } from '../testing/log-reader.ts';
import { progressOf } from '../testing/progress.ts';
import { kafkaClient } from './kafkajs-client.ts';
import { KafkajsProgressLog } from './kafkajs-progress-log.ts';

let stores: StoresFor<'kafka'>;
const open: KafkajsProgressLog[] = [];

beforeAll(async () => {
  stores = await openStores('kafka');
  const admin = kafkaClient({ brokers: stores.kafkaBrokers, clientId: 'test', logger: SILENT }).admin();
  await admin.connect();
  if (!(await admin.listTopics()).includes('stages.progress'))
    await admin.createTopics({ topics: [{ topic: 'stages.progress', numPartitions: 1 }], waitForLeaders: true });
  await admin.disconnect();
}, 180_000);
afterEach(async () => {
  await Promise.all(open.splice(0).map((log) => log.close()));
});
afterAll(async () => {
  await stores.close();
}, 60_000);

/** A log that follows a stage of this test's own; what it reads is gathered in `read`. */
async function opened(
  stage: string,
): Promise<{ log: KafkajsProgressLog; read: () => StageProgress[]; arrivalsSeen: () => number }> {
  let arrivals = 0;
  const log = new KafkajsProgressLog({
    kafka: kafkaClient({ brokers: stores.kafkaBrokers, clientId: 'test', logger: SILENT }),
    codec: new JsonCodec(),
    stage: 'test',
    followed: new Set([stage]),
    logger: SILENT,
    arrived: () => {
      arrivals += 1;
    },
    crashed: (error) => {
      throw error;
    },
  });
  open.push(log);
  await log.start();
  const all: StageProgress[] = [];
  return {
    log,
    read: () => {
      all.push(...log.take());
      return all;
    },
    arrivalsSeen: () => arrivals,
  };
}

it('is read by everyone, from the beginning and in its order, also by who comes later', {
  timeout: 120_000,
}, async () => {
  const stage = `stage-${Date.now()}`;
  const [one, other] = await Promise.all([opened(stage), opened(stage)]);
  const records = [1, 2, 3].map((revision) => progressOf({ stage, revision, read_to: revision * 1_000 }));
  for (const record of records) {
    await expect.poll(() => one.log.isBusy, PATIENCE).toBe(false);
    one.log.publish([progressOf({ stage: `${stage}-not-followed`, partition: record.partition }), record]);
    expect(one.log.isBusy).toBe(true);
  }
  for (const reader of [one, other]) await expect.poll(reader.read, PATIENCE).toEqual(records);
  expect(other.arrivalsSeen()).toBeGreaterThan(0);
  const later = await opened(stage);
  await expect.poll(later.read, PATIENCE).toEqual(records);
});

it('brings a release to everyone, in the order of the log, and nothing before all is read that was there', {
  timeout: 120_000,
}, async () => {
  const stage = `released-${Date.now()}`;
  const one = await opened(stage);
  const stood = progressOf({ stage, read_to: 1_000 });
  one.log.publish([stood]);
  await expect.poll(one.read, PATIENCE).toEqual([stood]);
  await one.log.release({ stage, partition: 0, incarnation: 'i', read_to: 1_000 });
  await expect.poll(one.read, PATIENCE).toHaveLength(2);
  expect(one.read()[1]).toMatchObject({
    stage: '',
    released: { stage, partition: 0, incarnation: 'i', read_to: 1_000 },
  });
  // So much that it comes by several fetches: who begins now must not act on the release before the origin's move.
  const long = () => randomBytes(750).toString('base64');
  const moved = Array.from({ length: 4_000 }, (_, index) =>
    progressOf({ stage, incarnation: long(), revision: 2 + index, read_to: 2_000 + index }),
  );
  one.log.publish(moved);
  await expect.poll(() => one.log.isBusy, PATIENCE).toBe(false);
  const later = await opened(stage);
  const first: StageProgress[] = [];
  await expect
    .poll(() => {
      first.push(...later.log.take());
      return first.length;
    }, PATIENCE)
    .toBeGreaterThan(0);
  expect(first.filter((record) => record.stage === stage)).toHaveLength(1 + moved.length);
});
