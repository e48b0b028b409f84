import { expect, it } from 'vitest';
import type { Rights } from '../api/api.ts';
import { placeholderIn, scopesOf, tokenExample } from './token-scopes.ts';

const EVERYTHING: Rights = {
  ...{ ingestion: 'write', identity: 'write', profile: 'write', segmentation: 'write', activation: 'write' },
  ...{ history: 'write', pipeline: 'write', explore: 'write', people: 'write' },
};

it('offers no more than somebody may do', () => {
  const rights: Rights = { ...EVERYTHING, people: null, pipeline: 'read' };
  const offered = scopesOf(rights);
  expect(offered.filter((scope) => scope.startsWith('people'))).toEqual([]);
  expect(offered.filter((scope) => scope.startsWith('pipeline'))).toEqual(['pipeline:read']);
  expect(offered).toContain('segmentation:write');
  expect(scopesOf(EVERYTHING)).toHaveLength(18);
});

it.each(scopesOf(EVERYTHING))('a token with %s alone has an example within that scope', (scope) => {
  const example = tokenExample('https://hilo.example', 'hilo_t', [scope]);
  const path = { pipeline: 'overview', explore: 'explore/', people: 'users' }[scope.split(':')[0] ?? ''];
  expect(example).toContain(`https://hilo.example/api/${path ?? scope.split(':')[0]}`);
});

it('says which examples ask for a person, and has none without a scope', () => {
  const inExample = (...scopes: readonly string[]) => placeholderIn(tokenExample('', '', scopes) ?? '');
  expect(inExample('identity:read')).toBe('ada');
  expect(inExample('profile:read')).toBe('PROFILE_ID');
  expect(inExample('history:read', 'identity:read')).toBeNull();
  expect(tokenExample('', '', [])).toBeNull();
});
