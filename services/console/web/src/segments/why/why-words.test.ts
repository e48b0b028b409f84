import { describe, expect, it } from 'vitest';
import { formatsOf } from '../../language/formats.ts';
import { whyMessages } from './messages.ts';
import type { Explanation, Step, Value } from './why-api.ts';
import { conditionAt, stepWords, valueWords } from './why-words.ts';

const english = { t: whyMessages.en, formats: formatsOf('en', 'UTC') };
const spanish = { t: whyMessages.es, formats: formatsOf('es', 'UTC') };
const AT = '2026-03-12T10:00:00.000Z';
const TIME = '12 Mar 2026, 10:00:00';

const WHOLE = {
  all: [
    { did: 'Order Completed', count: { gte: 3 }, within: '30d' },
    { not: { sum: 'revenue', of: { startsWith: 'Order ' }, is: { gte: 100 } } },
    {
      any: [
        { trait: 'plan', is: { eq: 'pro' } },
        { in: 'vip' },
        { did: { any: true } },
        { distinct: 'sku', of: 'Order', is: { gte: 2 } },
      ],
    },
  ],
} as Explanation['condition'];
const [ORDERS, SUM] = ['condition.all[0]', 'condition.all[1].not'];

describe('an explanation in words', () => {
  it('finds the condition at a place', () => {
    expect(conditionAt(WHOLE, 'condition')).toBe(WHOLE);
    expect(conditionAt(WHOLE, SUM)).toMatchObject({ sum: 'revenue' });
    expect(conditionAt(WHOLE, 'condition.all[2].any[1]')).toEqual({ in: 'vip' });
  });

  it.each<[Step, string]>([
    [{ code: 'events', field: ORDERS, count: 1, by: AT }, `1 more Order Completed, before ${TIME}`],
    [{ code: 'events', field: ORDERS, count: 2, by: null }, '2 more Order Completed'],
    [{ code: 'events', field: 'condition.all[2].any[2]', count: 1, by: null }, '1 more event'],
    [{ code: 'new_values', field: 'condition.all[2].any[3]', count: 1, by: null }, '1 more Order with a new value'],
    [{ code: 'number', field: SUM, relation: 'at_least', number: '1099.9' }, 'one more Order … with at least 1,099.9'],
    [{ code: 'trait', field: 'condition.all[2].any[0]', passes: true }, 'the trait “plan” passes the test'],
    [{ code: 'segment', field: 'condition.all[2].any[1]', enters: false }, 'the person leaves “vip”'],
    [{ code: 'time', field: ORDERS, at: AT, leaving: 2 }, `2 events are too old from ${TIME} on`],
    [{ code: 'time', field: ORDERS, at: AT, leaving: null }, `nothing happens until ${TIME}`],
  ])('says %j as: %s', (step, words) => {
    expect(stepWords(step, WHOLE, english)).toBe(words);
  });

  it('speaks Spanish', () => {
    const step: Step = { code: 'events', field: ORDERS, count: 2, by: null };
    expect(stepWords(step, WHOLE, spanish)).toBe('2 Order Completed más');
    expect(valueWords({ kind: 'count', count: 1, at_least: true }, {} as never, spanish)).toBe('al menos 1 vez');
  });

  it.each<[Value, string]>([
    [{ kind: 'count', count: 2, at_least: false }, '2 times'],
    [{ kind: 'count', count: 2, at_least: true }, 'at least 2 times'],
    [{ kind: 'number', number: '-1234.5', of: 2 }, '-1,234.5'],
    [{ kind: 'number', number: '123456789012345678.5', of: 2 }, '123456789012345678.5'],
    [{ kind: 'number', number: null, of: 0 }, 'no number'],
    [{ kind: 'event', at: null, values: null }, 'never happened'],
    [{ kind: 'event', at: AT, values: null }, TIME],
    [{ kind: 'event', at: AT, values: ['"a"', '2'] }, '"a" and 2'],
    [{ kind: 'steps', done: 1, of: 3 }, 'step 1 of 3'],
    [{ kind: 'periods', passed: 1, counts: [2, 0] }, 'periods: 1 of 2'],
    [{ kind: 'values', values: [] }, 'not set'],
    [{ kind: 'segment', segment: 'vip' }, 'the segment “vip”'],
    [{ kind: 'list', listed: true, ends: AT }, `on the list until ${TIME}`],
    [{ kind: 'share', share: 0.125 }, 'at 12.5 % of all profiles'],
  ])('says that %j is: %s', (value, words) => {
    expect(valueWords(value, {} as never, english)).toBe(words);
  });
});
