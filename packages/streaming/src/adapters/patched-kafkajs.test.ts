import { createRequire } from 'node:module';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type BatchContext,
  type DecodedRecord,
  decodeRecord,
  encodeRecord,
  groupByPartition,
  type RecordToEncode,
} from './patched-kafkajs.ts';

const require = createRequire(import.meta.url);

/** What kafkajs uses now, and what it came with. */
function functionsOf<F>(inner: string): { readonly inUse: unknown; readonly original: F } {
  const path = require.resolve(`kafkajs/src/${inner}`);
  const inUse: unknown = require(path);
  delete require.cache[path];
  return { inUse, original: require(path) as F };
}

const encoding = functionsOf<(record: RecordToEncode) => { readonly buffer: Buffer }>(
  'protocol/recordBatch/record/v0/index.js',
);
const decoding = functionsOf<(decoder: object, context: BatchContext) => DecodedRecord>(
  'protocol/recordBatch/record/v0/decoder.js',
);
const Decoder = require('kafkajs/src/protocol/decoder.js') as new (buffer: Buffer) => { readVarIntBytes(): Buffer };

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
  // Comparing 100 KB as texts of a failure would take seconds.
  for (const one of records) expect(encodeRecord(one).buffer.equals(encoding.original(one).buffer)).toBe(true);
});

test('a record is read as kafkajs reads it', () => {
  const context = fc.record({
    firstOffset: fc.nat(2 ** 40).map(String),
    firstTimestamp: fc.nat(2 ** 42).map(String),
    maxTimestamp: fc.nat(2 ** 42).map(String),
    timestampType: fc.constantFrom(0, 1),
    magicByte: fc.constant(2),
    isControlBatch: fc.boolean(),
  });
  for (const [one, of] of fc.sample(fc.tuple(record, context), { numRuns: 300, seed: 8 })) {
    const bytes = new Decoder(Buffer.from(encodeRecord(one).buffer)).readVarIntBytes();
    const read = decodeRecord(new Decoder(bytes) as unknown as { buffer: Buffer }, of);
    const inherited = Object.keys(read.headers).some((name) => name in Object.prototype);
    // There the original takes what every object has for an earlier header of the name.
    if (!inherited) expect(read).toEqual(decoding.original(new Decoder(bytes), of));
  }
});

test('a header may have any name, such as one that every object has', () => {
  const headers = { constructor: 'a', toString: ['b', 'c'], ['__proto__']: 'd' };
  const bytes = new Decoder(Buffer.from(encodeRecord({ headers }).buffer)).readVarIntBytes();
  const batch = { firstOffset: '0', firstTimestamp: '0', maxTimestamp: '0' };
  const read = decodeRecord({ buffer: bytes }, { ...batch, timestampType: 0, magicByte: 2, isControlBatch: false });
  expect(Object.entries(read.headers).map(([name, value]) => [name, String(value)])).toEqual([
    ['constructor', 'a'],
    ['toString', 'b,c'],
    ['__proto__', 'd'],
  ]);
});

test('kafkajs writes and reads records with it', () => {
  expect(encoding.inUse).toBe(encodeRecord);
  expect(decoding.inUse).toBe(decodeRecord);
});

test('messages are grouped by partition, each in its order', () => {
  const partitioner = ({ message }: { message: number }) => message % 3;
  const options = { topic: 't', partitionMetadata: [{}], messages: [5, 3, 2, 8, 0], partitioner };
  expect(groupByPartition(options)).toEqual({ 0: [3, 0], 2: [5, 2, 8] });
  expect(groupByPartition({ ...options, partitionMetadata: [] })).toEqual({});
});
