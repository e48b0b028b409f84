import { expect, it } from 'vitest';
import { entityTag, hasAlready } from './entity-tag.ts';

const tag = entityTag(Buffer.from('{"a":1}'));

it('is the same for equal answers alone', () => {
  expect(entityTag(Buffer.from('{"a":1}'))).toBe(tag);
  expect(entityTag(Buffer.from('{"a":2}'))).not.toBe(tag);
  expect(tag).toMatch(/^"[\w-]{27}"$/);
});

it.each([
  [tag, true],
  [`W/${tag}`, true],
  [`"other", ${tag}`, true],
  ['"other"', false],
  ['', false],
  [undefined, false],
])('with If-None-Match %j an answer is known: %s', (header, known) => {
  expect(hasAlready(header, tag)).toBe(known);
});
