import { describe, expect, it } from 'vitest';
import { UTC } from '../../time/zone.ts';
import type { Condition } from '../condition.ts';
import { readCondition } from '../read-condition.ts';
import { compileSql, NotEvaluatedError } from './compile-sql.ts';
import { nodeHolds } from './nodes.ts';

const OPTIONS = { momentMs: Date.UTC(2026, 2, 10, 12), zone: UTC };

function compiled(json: unknown, options: object = {}) {
  const read = readCondition(json);
  if (read.kind === 'problems') throw new RangeError(JSON.stringify(read.problems));
  return compileSql(read.condition, { ...OPTIONS, ...options });
}

const HOSTILE = [
  "'; DROP TABLE hilo.event_rows; --",
  "\\'; SELECT 1; --",
  '{p0:String}',
  '{evil:Identifier}',
  '`profile_key`',
  '/* a */',
  '"\n\t\0',
  '🛒 – ü',
  'zzqq',
];

/** Every form, with the text at every place where somebody can write one. */
function conditionsWith(text: string): readonly Condition[] {
  const path = text.replaceAll(/[.\\]/g, (character) => `\\${character}`);
  const tests = [
    { eq: text },
    { ne: text, ignoreCase: true },
    { oneOf: [text, 1, true] },
    { contains: text },
    { startsWith: text, ignoreCase: true },
    { endsWith: text },
    { eq: { property: path } },
    { gt: { trait: path } },
  ];
  const where = [
    ...tests.map((is) => ({ property: path, is })),
    { element: path, where: tests.map((is) => ({ property: path, is })) },
  ];
  const all = [
    { trait: path, is: { eq: text }, for: '7d' },
    { did: text, where },
    { did: { type: 'page', name: text } },
    { did: { startsWith: text } },
    { sum: path, of: text, is: { gt: 1 } },
    { distinct: path, of: text, is: { gt: 1 } },
    { first: text, property: path, is: { eq: text } },
    { sequence: [{ did: text }, { did: text, without: [{ did: text, where }] }], same: [path, path] },
    { regular: text, where, periods: { every: '1w', atLeast: 1, of: 4 } },
    { randomBucket: { from: 0, to: 0.5, salt: text } },
    { list: text },
  ];
  return all.map((json) => {
    const read = readCondition(json);
    if (read.kind === 'problems') throw new RangeError(JSON.stringify(read.problems));
    return read.condition;
  });
}

/** Equal texts share a parameter. */
const unnumbered = (sql: string) => sql.replaceAll(/\{p\d+:/g, '{p:');

describe('a compiled condition', () => {
  it.each(HOSTILE)('has no text of a definition in the statement: %j', (text) => {
    const plain = conditionsWith('zzqq').map((condition) => compileSql(condition, OPTIONS));
    conditionsWith(text).forEach((condition, index) => {
      const { sql, params } = compileSql(condition, OPTIONS);
      expect(unnumbered(sql)).toBe(unnumbered(plain[index]?.sql ?? ''));
      expect(JSON.stringify(Object.values(params))).toContain(JSON.stringify(text).slice(1, -1));
    });
  });

  it('reads the events once, whatever the number of conditions', () => {
    const many = Array.from({ length: 20 }, (_, index) => ({
      did: `Event ${index}`,
      count: { gte: 2 },
      within: '30d',
    }));
    const { sql, leaves } = compiled({ all: many });
    expect(sql.match(/hilo\.event_rows/g)).toHaveLength(1);
    expect(leaves.map(({ field }) => field).slice(0, 2)).toEqual(['condition.all[0]', 'condition.all[1]']);
  });

  it('asks for all known profiles only if the condition holds for one without any row', () => {
    const asksForAll = (json: unknown) =>
      compiled(json).sql.includes('UNION ALL SELECT profile_key AS key FROM hilo.profile_rows');
    const lessThan = { sum: 'revenue', of: 'Order Completed', is: { lt: 100 } };
    expect(asksForAll({ did: 'Order Completed' })).toBe(false);
    expect(asksForAll({ did: 'Order Completed', count: { eq: 0 } })).toBe(true);
    expect(asksForAll({ not: { did: 'Order Completed' } })).toBe(true);
    expect(asksForAll({ trait: 'plan', is: { exists: false } })).toBe(true);
    expect(asksForAll(lessThan)).toBe(true);
    expect(asksForAll({ all: [lessThan, { did: 'Order Completed' }] })).toBe(false);
    expect(asksForAll({ avg: 'revenue', of: 'Order Completed', is: { lt: 100 } })).toBe(false);
  });

  it('looks for profiles with too many events only where they matter', () => {
    const sum = { sum: 'revenue', of: 'Order Completed', is: { gt: 1 }, within: '30d' };
    const passes = (json: unknown, options = {}) => compiled(json, options).sql.match(/hilo\.event_rows/g)?.length;
    expect(passes(sum)).toBe(3);
    expect(passes(sum, { hasFewEvents: true })).toBe(1);
    expect(passes({ ...sum, within: undefined })).toBe(1);
  });

  it.each(['consent', 'account', 'group'])('refuses %s with a closed code and its place', (form) => {
    const json = { consent: 'ads', group: { trait: 'a', is: { eq: 1 } }, account: { any: { did: 'A' } } };
    const one = { [form]: json[form as keyof typeof json] };
    expect(() => compiled({ all: [{ did: 'A' }, one] })).toThrowError(NotEvaluatedError);
    try {
      compiled({ all: [{ did: 'A' }, one] });
    } catch (error) {
      expect(error).toMatchObject({ code: 'not_evaluated', field: 'condition.all[1]' });
    }
  });

  it('holds for nobody where another segment is missing, or asks for itself', () => {
    const itself = readCondition({ in: 'a' });
    const segments = new Map(itself.kind === 'condition' ? [['a', itself.condition]] : []);
    expect(compiled({ in: 'a' }).sql).toContain('WHERE (0)');
    expect(compiled({ in: 'a' }, { segments }).sql).toContain('WHERE (0)');
  });

  it('says of each condition whether it holds, by the columns of a row', () => {
    const { leaves, words } = compiled({
      any: [{ did: 'A' }, { did: 'B', count: { eq: 0 } }, { trait: 'a', is: { eq: 1 } }],
    });
    expect(words).toBe(1);
    const hold = (word: number) => leaves.map(({ node }) => nodeHolds(node, [word]));
    expect(hold(0)).toEqual([false, true, false]);
    expect(hold(7)).toEqual([true, false, true]);
  });
});
