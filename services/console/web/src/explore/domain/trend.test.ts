import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  FOR_SEGMENT_IN_ROWS,
  FOR_SEGMENT_OF_PEOPLE,
  ROWS_OF_PEOPLE,
  SURVIVOR_KEY,
  TREND_MEASURES,
  TREND_STEPS,
  type Trend,
  trendFault,
  trendSql,
} from './trend.ts';

const ORDERS: Trend = { event: 'Order Completed', measure: 'count', sum_of: '', step: 'day', days: 90, by: '' };

describe('a trend', () => {
  it('is a statement that people can read', () => {
    expect(trendSql(ORDERS, 'Europe/Madrid')).toBe(
      [
        'SELECT',
        "  toDate(timestamp, 'Europe/Madrid') AS day,",
        '  count() AS events',
        'FROM hilo.event_rows',
        "WHERE event = 'Order Completed'",
        "    AND timestamp >= toStartOfDay(now('Europe/Madrid') - INTERVAL 90 DAY)",
        `    AND ${FOR_SEGMENT_IN_ROWS}`,
        'GROUP BY day',
        'ORDER BY day',
      ].join('\n'),
    );
  });

  it('can be of sums, of people, and by the values of a property', () => {
    const sql = trendSql({ ...ORDERS, measure: 'sum', sum_of: 'revenue', step: 'month', by: 'currency' }, 'UTC');
    expect(sql).toContain("toStartOfMonth(timestamp, 'UTC') AS month");
    expect(sql).toContain("round(sum(ifNull(toDecimal256(property_values['revenue'].number, 18), 0)), 2) AS sum");
    expect(sql).toContain("property_values['currency'].text AS value");
    expect(sql).toContain('GROUP BY month, value');
    expect(sql).toContain('WHERE place <= 8');
    const people = trendSql({ ...ORDERS, measure: 'people' }, 'UTC');
    expect(people).toContain(`uniqExact(${SURVIVOR_KEY}) AS people\nFROM ${ROWS_OF_PEOPLE}\n`);
    expect(people).toContain(FOR_SEGMENT_OF_PEOPLE);
  });

  it('of a sum needs the property', () => {
    expect(trendFault({ ...ORDERS, measure: 'sum', sum_of: ' ' })).toBe('sum_of');
    expect(trendFault(ORDERS)).toBeNull();
  });

  it('keeps whatever people type inside of quotes', () => {
    const typed = fc.string({ unit: fc.constantFrom("'", '`', '\\', '\n', 'a', '.', '-', ';', ' ') });
    const trends = fc.record({
      event: typed,
      measure: fc.constantFrom(...TREND_MEASURES),
      sum_of: typed,
      step: fc.constantFrom(...TREND_STEPS),
      days: fc.integer(),
      by: typed,
    });
    fc.assert(
      fc.property(trends, (trend) => {
        const bare = trendSql(trend, 'UTC').replaceAll(/'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`/g, '');
        expect(bare).not.toMatch(/['`;\\]|--/);
      }),
    );
  });
});
