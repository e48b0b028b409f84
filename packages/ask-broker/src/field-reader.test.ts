import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compactBytes, count, NO_TAGS } from './compact-bytes.ts';
import { FieldReader } from './field-reader.ts';

const texts = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ minLength: 126, maxLength: 20_000 }));

describe('a reader of fields', () => {
  it('reads an array of texts as it was written', () => {
    fc.assert(
      fc.property(fc.array(texts, { maxLength: 200 }), (written) => {
        const reader = new FieldReader(Buffer.concat([NO_TAGS, count(written.length), ...written.map(compactBytes)]));
        const found: string[] = [];
        reader.tags();
        reader.each(() => found.push(reader.text()));
        expect(found).toEqual(written.map((text) => Buffer.from(text).toString()));
      }),
      { numRuns: 50 },
    );
  });

  it('passes over tags and arrays of numbers', () => {
    const tagged = Buffer.from([2, 7, 3, 1, 2, 3, 9, 0]);
    const reader = new FieldReader(Buffer.concat([tagged, count(2), Buffer.alloc(8), Buffer.from([0xff, 0xfe])]));
    reader.tags();
    reader.skipArray(4);
    expect(reader.int16()).toBe(-2);
  });

  it('reads an absent text as empty, and an absent array as one without items', () => {
    const reader = new FieldReader(Buffer.from([0, 0]));
    expect(reader.text()).toBe('');
    reader.each(() => expect.unreachable());
  });

  it.each([
    ['a number', [1], (reader: FieldReader) => reader.int16()],
    ['a text', [5, 0x61], (reader: FieldReader) => reader.text()],
    ['a length', [0x80], (reader: FieldReader) => reader.text()],
  ] as const)('refuses an answer that ends within %s', (_, bytes, read) => {
    expect(() => read(new FieldReader(Buffer.from(bytes)))).toThrow(RangeError);
  });
});
