import { expect, it } from 'vitest';
import { tokenIn } from './link-token.ts';

it.each([
  ['#token=Abc-_9', 'Abc-_9'],
  ['#from=mail&token=Abc', 'Abc'],
  ['#token=', null],
  ['#', null],
  ['', null],
  ['#Abc', null],
])('the fragment %j has the token %j', (fragment, token) => {
  expect(tokenIn(fragment)).toBe(token);
});
