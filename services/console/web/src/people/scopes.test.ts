import { expect, it } from 'vitest';
import { scopesOf } from './scopes.ts';

it('offers a viewer nothing that changes anything', () => {
  expect(scopesOf('viewer').filter((scope) => !scope.endsWith(':read'))).toEqual([]);
  expect(scopesOf('privacy').filter((scope) => !scope.endsWith(':read'))).toEqual([]);
});

it('offers people to administrators alone', () => {
  expect(scopesOf('admin')).toContain('people:write');
  expect(scopesOf('editor')).toContain('segmentation:write');
  expect(scopesOf('editor').some((scope) => scope.startsWith('people'))).toBe(false);
});
