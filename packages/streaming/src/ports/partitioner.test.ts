import fc from 'fast-check';
import kafkajs from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { murmur2, partitionOf } from './partitioner.ts';

describe('partitionOf', () => {
  it.each([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ])('hashes %s as Kafka does', (text, hash) => {
    expect(murmur2(Buffer.from(text))).toBe(hash);
  });

  it('picks the partition that the default partitioner of kafkajs picks, for any bytes and any count', () => {
    const choose = kafkajs.Partitioners.DefaultPartitioner();
    const metadata = (count: number) =>
      Array.from({ length: count }, (_, partitionId) => ({
        partitionId,
        leader: 1,
        isr: [1],
        replicas: [1],
        partitionErrorCode: 0,
      }));
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 64 }), (bytes, count) => {
        const key = Buffer.from(bytes);
        const chosen = choose({ topic: 't', partitionMetadata: metadata(count), message: { key, value: null } });
        expect(partitionOf(key, count)).toBe(chosen);
      }),
    );
  });

  it('hashes a text by its UTF-8 bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(partitionOf(text, 6)).toBe(partitionOf(Buffer.from(text, 'utf8'), 6));
      }),
    );
  });
});
