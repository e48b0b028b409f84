import fc from 'fast-check';
import { expect, it } from 'vitest';
import { refuseUnfit, unfitText } from './unfit-text.ts';

it.each([
  [{ name: 'a\0' }, 'name'],
  [{ content: { tiles: [{ title: 'a' }, { title: '\ud800' }] } }, 'content.tiles.1.title'],
  [{ a: { 'b\0': 1 } }, 'a.b\ufffd'],
  [['a', '\udc00'], '1'],
  ['\0', ''],
])('%j has its unfit text at %j', (value, place) => {
  expect(unfitText(value)).toBe(place);
  expect(() => refuseUnfit(value)).toThrow('without NUL');
});

it.each(['', 'plain', 'emoji 😀', '\u0001\u2028\ufeff', 7, null, true, [], {}, { a: [{ b: 'c' }] }, Buffer.from('\0')])(
  '%j has none',
  (value) => {
    expect(unfitText(value)).toBeNull();
  },
);

it('finds one in any JSON, and nothing where there is none', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom('\0', '\ud800', 'x\udfff'), (value, unfit) => {
      const is_fit = !/\\u0000|\\ud[89a-f]/.test(JSON.stringify(value));
      expect(unfitText(value) === null).toBe(is_fit);
      expect(unfitText({ value, unfit })).not.toBeNull();
      expect(unfitText([value, { [unfit]: null }])).not.toBeNull();
    }),
  );
});

it('looks into what is nested deeper than a stack is', () => {
  expect(unfitText(JSON.parse(`${'['.repeat(400_000)}"a"${']'.repeat(400_000)}`))).toBeNull();
});
