import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProblemError } from './problem.ts';
import { isPlainText, refuseUnplain } from './plain-text.ts';

function refusal(value: unknown): string | null {
  try {
    refuseUnplain(value);
    return null;
  } catch (error) {
    if (error instanceof ProblemError) return `${error.status} ${error.details.field}`;
    throw error;
  }
}

describe('text that no store can hold', () => {
  it.each([
    [{ name: 'a\0b' }, '400 name'],
    [{ name: '\ud800' }, '400 name'],
    [{ a: { b: ['x', { c: '\udc00x' }] } }, '400 a.b[1].c'],
    [{ 'a\0': 1 }, '400 a'],
    [{ a: { '\ud83d': 1 } }, '400 a.\ufffd'],
    ['\0', '400 body'],
    [{ name: 'añ😀', more: [null, 1, true, {}] }, null],
    [undefined, null],
    [Buffer.from([0]), null],
  ])('is refused by the name of its field: %j', (value, expected) => expect(refusal(value)).toBe(expected));

  it('is found however deep it lies', () => {
    let value: unknown = '\0';
    for (let depth = 0; depth < 200_000; depth++) value = [value];
    expect(refusal({ x: value })).toMatch(/^400 x\[0\]/);
  });

  it('is found in any JSON that has it, and in no other', () => {
    const text = fc.oneof(fc.string(), fc.constantFrom('\0', '\ud800', 'x\udfff'));
    const json = fc.letrec((tie) => ({
      value: fc.oneof(text, fc.integer(), fc.array(tie('value')), fc.dictionary(text, tie('value'))),
    })).value;
    fc.assert(
      fc.property(json, (value) => {
        const texts: string[] = [];
        JSON.stringify(value, (key, part: unknown) => {
          texts.push(key, typeof part === 'string' ? part : '');
          return part;
        });
        expect(refusal(value) === null).toBe(texts.every(isPlainText));
      }),
    );
  });
});
