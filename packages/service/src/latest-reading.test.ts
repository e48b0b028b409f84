import { expect, it } from 'vitest';
import { LatestReading } from './latest-reading.ts';

const settled = () => new Promise((resolve) => setImmediate(resolve));

it('what changes slowly is read when somebody asks, and not again within 30 seconds', async () => {
  let nowMs = 0;
  let reads = 0;
  const reading = new LatestReading(
    async () => ++reads,
    () => nowMs,
  );
  expect(reads).toBe(0);
  expect(reading.get()).toBeNull();
  await settled();
  nowMs = 29_999;
  expect(reading.get()).toBe(1);
  nowMs = 30_000;
  expect(reading.get()).toBe(1);
  await settled();
  expect(reading.get()).toBe(2);
});

it('a reading that takes longer than that is waited for, by no one', async () => {
  let nowMs = 0;
  const begun: PromiseWithResolvers<number>[] = [];
  const reading = new LatestReading(
    () => {
      const one = Promise.withResolvers<number>();
      begun.push(one);
      return one.promise;
    },
    () => nowMs,
  );
  reading.get();
  nowMs = 60_000;
  expect(reading.get()).toBeNull();
  expect(begun).toHaveLength(1);
  begun[0]?.resolve(7);
  await settled();
  expect(reading.get()).toBe(7);
  expect(begun).toHaveLength(2);
});

it('after a reading that failed nothing is known', async () => {
  let nowMs = 0;
  let works = true;
  const read = async () => (works ? 1 : Promise.reject(new Error('away')));
  const reading = new LatestReading(read, () => nowMs);
  reading.get();
  await settled();
  works = false;
  nowMs = 30_000;
  expect(reading.get()).toBe(1);
  await settled();
  expect(reading.get()).toBeNull();
});
