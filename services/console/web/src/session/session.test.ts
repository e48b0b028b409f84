import { describe, expect, it } from 'vitest';
import { hasRight } from './rights.ts';
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

describe('rights', () => {
  it('let a viewer change nothing', () => {
    for (const right of ['change-segments', 'change-destinations', 'change-sources', 'administer'] as const) {
      expect(hasRight('viewer', right)).toBe(false);
      expect(hasRight('admin', right)).toBe(true);
    }
  });

  it('leave people and tokens to administrators', () => {
    expect(hasRight('editor', 'change-segments')).toBe(true);
    expect(hasRight('editor', 'administer')).toBe(false);
  });
});
