import { expect, it } from 'vitest';
import { typedIn } from './typed-texts.ts';

it.each([
  [{ typed: { q: 'ann@example.com', who: '' } }, { q: 'ann@example.com', who: '' }],
  [{ typed: { q: 7, who: 'ann' } }, { who: 'ann' }],
  [{ typed: 'ann' }, {}],
  [{ typed: null }, {}],
  [{}, {}],
  [null, {}],
  ['typed', {}],
])('the state %j of a page has the texts %j', (state, texts) => {
  expect(typedIn(state)).toEqual(texts);
});
