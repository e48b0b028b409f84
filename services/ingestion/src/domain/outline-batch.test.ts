import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outlineBatch } from './outline-batch.ts';

const textAt = (bytes: Buffer, span: { from: number; to: number }) => bytes.toString('utf8', span.from, span.to);

function items(text: string): string[] | null | undefined {
  const bytes = Buffer.from(text);
  const outline = outlineBatch(bytes);
  return outline === null ? undefined : (outline.items?.map((span) => textAt(bytes, span)) ?? null);
}

describe('the outline of a batch', () => {
  it.each([
    ['{"batch":[]}', []],
    [
      '\ufeff { "batch" : [ 1 , {"a":"]\\"}"} ,\n"x,y", [ [] ] ,null] , "z":{} } ',
      ['1', '{"a":"]\\"}"}', '"x,y"', '[ [] ]', 'null'],
    ],
    ['{"batch":[1],"b\\u0061tch":[2,3]}', ['2', '3']],
    ['{"batch":{}}', null],
    ['{}', null],
    ['[]', undefined],
    ['', undefined],
    ['{"batch":[1}', undefined],
    ['{"batch":[1,]}', undefined],
    ['{"batch":[,1]}', undefined],
    ['{"batch":[1]', undefined],
    ['{"batch":["', undefined],
    ['{"batch":[1]} x', undefined],
    ['{"batch" [1]}', undefined],
  ])('of %s', (text, expected) => expect(items(text)).toEqual(expected));

  it('names the write key, of the request or of its first event', () => {
    for (const text of [
      '{"writeKey":"k1","batch":[{"writeKey":"k2"}]}',
      '{"batch":[{"a":{"writeKey":"k0"},"writeKey":"k1"}]}',
    ]) {
      const bytes = Buffer.from(text);
      expect(textAt(bytes, outlineBatch(bytes)?.write_key ?? { from: 0, to: 0 })).toBe('"k1"');
    }
  });

  it('says how deep an event is', () => {
    const depths = outlineBatch(Buffer.from('{"batch":[1,{},{"a":[{"b":"[[["}]}]}'))?.items?.map(({ depth }) => depth);
    expect(depths).toEqual([0, 1, 3]);
  });

  it('agrees with JSON.parse on any batch, however it is spaced', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.jsonValue(), fc.constantFrom(0, 1, 3), (batch, other, indent) => {
        const bytes = Buffer.from(JSON.stringify({ other, batch, also: other }, null, indent));
        const found = outlineBatch(bytes)?.items?.map((span) => JSON.parse(textAt(bytes, span)) as unknown);
        expect(found).toEqual((JSON.parse(bytes.toString()) as { batch: unknown[] }).batch);
      }),
    );
  });

  it('ends on any bytes, within them', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...'{}[]",:\\ ab1\n'.split('')), { maxLength: 40 }), (letters) => {
        const bytes = Buffer.from(`{"batch":[${letters.join('')}`);
        for (const { from, to } of outlineBatch(bytes)?.items ?? []) expect(from < to && to <= bytes.length).toBe(true);
      }),
    );
  });
});
