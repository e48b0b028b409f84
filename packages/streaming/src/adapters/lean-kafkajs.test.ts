import { createRequire } from 'node:module';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeRecord, groupByPartition, type RecordToEncode } from './lean-kafkajs.ts';

const require = createRequire(import.meta.url);
const path = require.resolve('kafkajs/src/protocol/recordBatch/record/v0/index.js');
const inUse: unknown = require(path);
delete require.cache[path];
const original = require(path) as (record: RecordToEncode) => { readonly buffer: Buffer };

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
);
const record: fc.Arbitrary<RecordToEncode> = fc.record({
  offsetDelta: fc.nat(100_000),
  timestampDelta: fc.oneof(fc.nat(1_000), fc.nat(2 ** 40)),
  key: fc.option(text),
  value: fc.option(
    fc.oneof(
      text,
      fc.nat(100_000).map((size) => Buffer.alloc(size, 'x')),
    ),
  ),
  headers: fc.dictionary(fc.string({ minLength: 1, maxLength: 20 }), fc.oneof(text, fc.array(text, { maxLength: 3 }))),
});

test('a record has the bytes that kafkajs gives it', () => {
  const records = fc.sample(record, { numRuns: 300, seed: 7 });
  for (const one of records) expect(encodeRecord(one).buffer).toEqual(original(one).buffer);
});

test('kafkajs encodes records with it', () => {
  expect(inUse).toBe(encodeRecord);
});

test('messages are grouped by partition, each in its order', () => {
  const partitioner = ({ message }: { message: number }) => message % 3;
  const options = { topic: 't', partitionMetadata: [{}], messages: [5, 3, 2, 8, 0], partitioner };
  expect(groupByPartition(options)).toEqual({ 0: [3, 0], 2: [5, 2, 8] });
  expect(groupByPartition({ ...options, partitionMetadata: [] })).toEqual({});
});
