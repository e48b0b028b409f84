import { describe, expect, it } from 'vitest';
import { safePath } from './safe-path.ts';

describe('the way after signing in', () => {
  it.each([
    ['/segments/new?x=1', '/segments/new?x=1'],
    [null, '/'],
    ['https://evil.example', '/'],
    ['//evil.example', '/'],
    ['/\\evil.example', '/'],
    ['javascript:alert(1)', '/'],
  ])('of %j is %j', (wanted, path) => {
    expect(safePath(wanted)).toBe(path);
  });
});
