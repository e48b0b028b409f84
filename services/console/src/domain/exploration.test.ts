import { describe, expect, it } from 'vitest';
import { EXPLORATION_LIMITS, explorationContent, explorationName } from './exploration.ts';

const QUERY = { sql: 'SELECT 1', view: 'table' };
const TILE = { title: 'One', ...QUERY, width: 1 };
const DASHBOARD = { tiles: [TILE], segment: null, refreshSeconds: 30 };

describe('what is saved', () => {
  it('is read as it came', () => {
    expect(explorationContent('query', QUERY)).toEqual(QUERY);
    expect(explorationContent('dashboard', { ...DASHBOARD, segment: 'vip-1' })).toEqual({
      ...DASHBOARD,
      segment: 'vip-1',
    });
    expect(explorationName('  Sales ')).toBe('Sales');
  });

  it.each([
    null,
    'x',
    {},
    { ...QUERY, view: 'pie' },
    { ...QUERY, sql: 1 },
    { ...QUERY, sql: 'a\0' },
    { ...QUERY, sql: 'x'.repeat(EXPLORATION_LIMITS.sql_characters + 1) },
    { ...QUERY, more: 1 },
    { sql: 'SELECT 1' },
  ])('is no query: %j', (value) => {
    expect(explorationContent('query', value)).toBeUndefined();
  });

  it.each([
    { ...DASHBOARD, segment: 'a b' },
    { ...DASHBOARD, segment: 1 },
    { ...DASHBOARD, refreshSeconds: 1 },
    { ...DASHBOARD, refreshSeconds: 30.5 },
    { ...DASHBOARD, refreshSeconds: '30' },
    { ...DASHBOARD, tiles: {} },
    { ...DASHBOARD, tiles: [{ ...TILE, width: 3 }] },
    { ...DASHBOARD, tiles: [{ ...TILE, title: ' ' }] },
    { ...DASHBOARD, tiles: [TILE, null] },
    { ...DASHBOARD, tiles: Array.from({ length: EXPLORATION_LIMITS.tiles + 1 }, () => TILE) },
    { ...DASHBOARD, tiles: Array.from({ length: 20 }, () => ({ ...TILE, sql: 'x'.repeat(20_000) })) },
  ])('is no dashboard (%#)', (value) => {
    expect(explorationContent('dashboard', value)).toBeUndefined();
  });

  it.each(['', '  ', 'x'.repeat(201), 'a\0b', 7])('has no such name: %j', (name) => {
    expect(explorationName(name)).toBeUndefined();
  });
});
