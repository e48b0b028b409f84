import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OutRecord } from '../ports/log.ts';
import { chunks } from './kafkajs-producer.ts';

const BROKER_BYTES = 1_000_000;
const record: fc.Arbitrary<OutRecord> = fc.record({
  topic: fc.constantFrom('a', 'b'),
  partition: fc.nat(2),
  key: fc.constant(null),
  value: fc.oneof(fc.nat(2_000), fc.nat(600_000)).map((size) => Buffer.alloc(size)),
  headers: fc.constant({}),
});

describe('the pieces of a send', () => {
  it('are all of it in order, and no batch of a partition exceeds what brokers take', () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 40 }), (records) => {
        const pieces = [...chunks(records)];
        expect(pieces.flat()).toEqual(records);
        for (const piece of pieces) {
          expect(piece.length).toBeGreaterThan(0);
          const batches = Object.groupBy(piece, ({ topic, partition }) => `${topic}/${partition}`);
          for (const batch of Object.values(batches)) {
            const bytes = (batch ?? []).reduce((sum, { value }) => sum + (value?.length ?? 0), 0);
            expect(bytes <= BROKER_BYTES || batch?.length === 1).toBe(true);
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  it('count headers too', () => {
    const headers = { big: Buffer.alloc(500_000) };
    const one = { topic: 'a', partition: 0, key: null, value: null, headers };
    expect([...chunks([one, one])].map((piece) => piece.length)).toEqual([1, 1]);
  });
});
