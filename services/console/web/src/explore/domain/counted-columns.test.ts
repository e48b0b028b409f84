import { describe, expect, it } from 'vitest';
import { countedColumns, isCounted } from './counted-columns.ts';
import { TREND_MEASURES, trendSql } from './trend.ts';

const namesOf = (sql: string) => [...countedColumns(sql)].sort();

describe('columns that count', () => {
  it.each([
    ['SELECT toDate(t) AS day, count() AS n FROM x', ['n']],
    [
      "SELECT sumIf(toDecimal64OrZero(ifNull(p.revenue::Nullable(String), ''), 2), event = 'a)b') AS revenue FROM x",
      ['revenue'],
    ],
    [
      'SELECT toUInt64(sum(q)) AS sold, round(avg(q), 2) AS mean, round(sum(q), 2) AS `all of it` FROM x',
      ['all of it', 'sold'],
    ],
    ['SELECT avg(q) AS a, max(q) AS b, quantile(0.99)(q) AS c, min(count) AS d FROM x', []],
    ['SELECT sum(a) / count() AS mean, count() - count(x) AS missing, -sum(a) AS minus FROM x', []],
    ['SELECT sum(n) OVER (ORDER BY day) AS running, uniqExact(id) AS people FROM x', ['people']],
    ['SELECT n FROM (SELECT count() AS n FROM x) UNION ALL SELECT max(y) AS n FROM z', []],
    ['SELECT 1 -- count() AS n\n, /* sum(x) AS s */ 2 AS b', []],
    ['SELECT ) AS x, (count() AS y', ['y']],
  ])('of %s', (sql, names) => {
    expect(namesOf(sql)).toEqual(names);
  });

  it('of a trend are its figure, whatever it measures', () => {
    for (const measure of TREND_MEASURES)
      for (const by of ['', 'country']) {
        const trend = { event: 'a', measure, sum_of: 'revenue', step: 'day', days: 30, by } as const;
        expect(namesOf(trendSql(trend, 'UTC'))).toContain({ count: 'events', people: 'people', sum: 'sum' }[measure]);
      }
  });

  it('without another name are known by what they are', () => {
    const none = new Set<string>();
    expect(
      ['count()', 'sum(x)', 'avg(x)', 'n', 'multiply(count(), 2)'].filter((name) => isCounted(name, none)),
    ).toEqual([...['count()', 'sum(x)']]);
  });
});
