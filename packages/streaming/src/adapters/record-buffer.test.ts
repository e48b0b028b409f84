import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RawRecord } from '../ports/log.ts';
import { RecordBuffer } from './record-buffer.ts';

function record(offset: number, partition: number, size: number): RawRecord {
  return { topic: 't', partition, offset, key: null, value: Buffer.alloc(size), headers: {}, timestamp_ms: 0 };
}

const command = fc.oneof(
  { weight: 5, arbitrary: fc.record({ push: fc.nat(3), size: fc.nat(20) }) },
  { weight: 2, arbitrary: fc.record({ take: fc.nat(10), bytes: fc.integer({ min: 1, max: 60 }) }) },
  { weight: 1, arbitrary: fc.record({ drop: fc.nat(3) }) },
);

describe('RecordBuffer', () => {
  it('hands over in order, within the bounds asked for, and forgets what is dropped', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 200 }), (commands) => {
        const buffer = new RecordBuffer();
        let model: RawRecord[] = [];
        for (const [offset, step] of commands.entries()) {
          if ('push' in step) {
            const pushed = record(offset, step.push, step.size);
            buffer.push(pushed);
            model.push(pushed);
          } else if ('drop' in step) {
            buffer.drop(step.drop);
            model = model.filter(({ partition }) => partition !== step.drop);
          } else {
            const taken = buffer.take(step.take, step.bytes);
            expect(taken).toEqual(model.slice(0, taken.length));
            model = model.slice(taken.length);
            const before = taken.slice(0, -1).reduce((bytes, { value }) => bytes + (value?.length ?? 0), 0);
            expect(taken.length <= step.take && before < step.bytes).toBe(true);
            if (taken.length === 0) expect(model.length === 0 || step.take === 0).toBe(true);
          }
          expect(buffer.size).toBe(model.length);
          expect(buffer.bytes).toBe(model.reduce((bytes, { value }) => bytes + (value?.length ?? 0), 0));
        }
      }),
    );
  });

  it('keeps order over thousands of records', () => {
    const buffer = new RecordBuffer();
    const seen: number[] = [];
    for (let offset = 0; offset < 5_000; offset += 1) {
      buffer.push(record(offset, 0, 1));
      if (offset % 3 === 0) seen.push(...buffer.take(2, 1_000).map((one) => one.offset));
    }
    seen.push(...buffer.take(5_000, 10_000).map((one) => one.offset));
    expect(seen).toEqual(Array.from({ length: 5_000 }, (_, offset) => offset));
  });
});
