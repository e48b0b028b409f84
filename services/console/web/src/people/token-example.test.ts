import { expect, it } from 'vitest';
import { scopesOf } from './scopes.ts';
import { needsPerson, tokenExample } from './token-example.ts';

it.each(scopesOf('admin'))('a token with %s alone has an example within that scope', (scope) => {
  const example = tokenExample('https://hilo.example', 'hilo_t', [scope]);
  const path = { pipeline: 'overview', explore: 'explore/', people: 'users' }[scope.split(':')[0] ?? ''];
  expect(example).toContain(`https://hilo.example/api/${path ?? scope.split(':')[0]}`);
});

it('says which examples ask for a person, and has none without a scope', () => {
  expect(needsPerson(tokenExample('', '', ['identity:read']) ?? '')).toBe(true);
  expect(needsPerson(tokenExample('', '', ['history:read', 'identity:read']) ?? '')).toBe(false);
  expect(tokenExample('', '', [])).toBeNull();
});
