import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OutRecord } from '../ports/log.ts';
import { OUTBOX_ROW_BYTES, packOutputs, unpackOutputs } from './outbox.ts';

const bytes = fc.uint8Array({ maxLength: 60 }).map((array) => Buffer.from(array));
const nullable = fc.option(bytes);
const header = fc.oneof(nullable, fc.array(nullable, { minLength: 2, maxLength: 3 }));
const record: fc.Arbitrary<OutRecord> = fc.record({
  topic: fc.string({ minLength: 1 }),
  partition: fc.integer({ min: 0, max: 100_000 }),
  key: nullable,
  value: nullable,
  headers: fc.dictionary(fc.string({ unit: 'grapheme' }), header, { maxKeys: 4 }).map((all) => ({ ...all })),
});

describe('the outbox', () => {
  it('gives back what was packed, in order: keys, values and headers that are null, empty or repeated too', () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 20 }), (records) => {
        expect(packOutputs(records, 1).flatMap((row) => unpackOutputs(row.body))).toEqual(records);
      }),
    );
  });

  it('takes header values that are texts', () => {
    const [row] = packOutputs([{ topic: 't', partition: 0, key: null, value: null, headers: { a: 'ä' } }], 1);
    expect(unpackOutputs(row?.body ?? Buffer.alloc(0))[0]?.headers).toEqual({ a: Buffer.from('ä') });
  });

  it('fills rows up to their size, numbers them densely, and gives a larger output a row of its own', () => {
    const size = fc.oneof(fc.integer({ min: 0, max: OUTBOX_ROW_BYTES }), fc.integer({ min: 0, max: 2_000_000 }));
    fc.assert(
      fc.property(fc.array(size, { maxLength: 8 }), fc.nat(1_000), (sizes, first) => {
        const records = sizes.map((length, partition) => ({
          topic: 't',
          partition,
          key: null,
          value: Buffer.alloc(length),
          headers: {},
        }));
        const rows = packOutputs(records, first);
        expect(rows.map((row) => row.id)).toEqual(rows.map((_, index) => first + index));
        const unpacked = rows.map((row) => unpackOutputs(row.body));
        expect(unpacked.flat().map((one) => one.partition)).toEqual(records.map((one) => one.partition));
        for (const [index, row] of rows.entries()) {
          expect(row.body.length <= OUTBOX_ROW_BYTES || unpacked[index]?.length === 1).toBe(true);
        }
      }),
      { numRuns: 30 },
    );
  });
});
