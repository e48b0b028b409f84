import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packOutputs, unpackOutputs } from '../commit/outbox.ts';
import { restore, shrink } from './outbox-bytes.ts';

const output = fc.record({
  topic: fc.constantFrom('events.accepted', 'a'),
  partition: fc.nat(9),
  key: fc.option(fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes))),
  value: fc.option(fc.uint8Array({ maxLength: 900 }).map((bytes) => Buffer.from(bytes))),
  headers: fc.constant({}),
});

describe('the bytes of an outbox row', () => {
  it('come back as they were, large or small', () => {
    fc.assert(
      fc.property(fc.array(output, { minLength: 1, maxLength: 20 }), (outputs) => {
        for (const { body } of packOutputs(outputs, 1)) expect(restore(shrink(body)).equals(body)).toBe(true);
      }),
    );
  });

  it('of rows that were stored plain are read as they are', () => {
    const outputs = [{ topic: 'a', partition: 1, key: null, value: Buffer.alloc(2_000, 'x'), headers: {} }];
    const [row] = packOutputs(outputs, 1);
    expect(unpackOutputs(restore(row?.body ?? Buffer.alloc(0)))).toEqual(outputs);
  });

  it('are a fraction of it where outputs resemble each other', () => {
    const value = Buffer.from(JSON.stringify({ userAgent: 'Mozilla/5.0', page: { path: '/cart', title: 'Cart' } }));
    const outputs = Array.from({ length: 100 }, (_, n) => ({
      ...{ topic: 'events.accepted', partition: n % 4, key: Buffer.from(`visitor-${n}`), value, headers: {} },
    }));
    const [row] = packOutputs(outputs, 1);
    expect(shrink(row?.body ?? Buffer.alloc(0)).length).toBeLessThan((row?.body.length ?? 0) / 3);
  });
});
