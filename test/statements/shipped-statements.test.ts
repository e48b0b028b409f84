import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readyDashboards } from '../../services/console/web/src/dashboards/ready-made.ts';
import { EXAMPLE_STATEMENT } from '../../services/console/web/src/explore/domain/statement.ts';
import {
  TREND_MEASURES,
  TREND_STEPS,
  type Trend,
  trendSql,
} from '../../services/console/web/src/explore/domain/trend.ts';
import { businessStatements } from '../../services/console/web/src/home/business.ts';
import { readEventNames, readPropertyPaths } from '../../services/console/web/src/explore/query-api.ts';
import { HistoryUnderTest } from '../../services/history/src/testing/history-under-test.ts';
import { dirtyShop, ORDERS, TRAITS } from './dirty-shop.ts';

const TIMEOUT_MS = 120_000;
/** Its days begin at 18:30 UTC. */
const ZONE = 'Asia/Kolkata';
const DASHBOARDS = readyDashboards(ZONE);
const root = new URL('../../', import.meta.url);

let history: HistoryUnderTest;
let segment: string;

beforeAll(async () => {
  history = await HistoryUnderTest.open();
  segment = `dirty-${history.run}`;
  await history.load(...dirtyShop((name) => history.id(name), segment, Date.now()));
}, TIMEOUT_MS);

afterAll(() => history.close());

interface Answered {
  readonly rows: readonly (readonly unknown[])[];
}

/** Runs a statement as people do: by the API, as the user that may only read. */
async function run(sql: string, parameters: Readonly<Record<string, string>> = {}): Promise<Answered> {
  const answer = await history.app.instance.inject({
    method: 'POST',
    url: '/v1/queries',
    headers: { authorization: 'Bearer token' },
    payload: { id: randomUUID(), sql, parameters },
  });
  expect({ status: answer.statusCode, answer: answer.statusCode === 200 ? '' : answer.body, sql }).toEqual({
    status: 200,
    answer: '',
    sql,
  });
  return answer.json<Answered>();
}

const tile = (title: string) => DASHBOARDS.flatMap(({ tiles }) => tiles).find((one) => one.title === title)?.sql ?? '';
const inSegment = async (title: string) => (await run(tile(title), { segment })).rows;
const cents = (amounts: readonly string[]) =>
  amounts.reduce((sum, amount) => {
    const [units = '0', fraction = ''] = amount.split('.');
    const value = BigInt(`${units}${fraction.padEnd(2, '0')}`);
    return sum + value;
  }, 0n);
const asCents = (amount: unknown) => cents([String(amount)]);

describe('over the dirtiest rows', () => {
  it.each(DASHBOARDS.flatMap(({ id, tiles }) => tiles.map(({ title, sql }) => ({ id, title, sql }))))(
    'the tile $title of $id has an answer, for everyone and for a segment',
    async ({ sql }) => {
      await run(sql, { segment: '' });
      await run(sql, { segment });
    },
    TIMEOUT_MS,
  );

  it(
    'the business of Home has answers',
    async () => {
      const { sales, customers } = businessStatements(ZONE);
      const orders = (await run(sales)).rows.reduce((sum, row) => sum + Number(row[3]) + Number(row[4]), 0);
      expect(orders).toBeGreaterThanOrEqual(ORDERS.length);
      expect((await run(customers)).rows).toHaveLength(1);
    },
    TIMEOUT_MS,
  );

  it(
    'revenue is the exact sum of what are numbers',
    async () => {
      const revenue = cents(ORDERS.map((order) => order.revenue));
      expect((await inSegment('revenue30')).map(([sum]) => asCents(sum))).toEqual([revenue]);
      expect((await inSegment('revenueByDay')).map(([, sum]) => asCents(sum)).reduce((a, b) => a + b, 0n)).toBe(
        revenue,
      );
      const [best] = await inSegment('best');
      expect(asCents(best?.[2])).toBe(cents(['99999999999999999999.25']));
    },
    TIMEOUT_MS,
  );

  it(
    'products sold are the sum of quantities that are numbers, each of its own product',
    async () => {
      const sold = ORDERS.reduce((sum, order) => sum + order.sold, 0);
      expect((await inSegment('products')).map(([name, number]) => [name, Number(number)])).toEqual([['lamp', sold]]);
    },
    TIMEOUT_MS,
  );

  it(
    'people are counted by the countries that are texts',
    async () => {
      const countries = Map.groupBy(
        TRAITS.filter(({ country }) => country !== null),
        ({ country }) => country,
      );
      expect(
        Object.fromEntries((await inSegment('countries')).map(([name, people]) => [name, Number(people)])),
      ).toEqual(Object.fromEntries([...countries].map(([name, people]) => [name, people.length])));
    },
    TIMEOUT_MS,
  );

  it(
    'every trend that can be built has an answer',
    async () => {
      const trend: Trend = { event: 'Order Completed', measure: 'count', sum_of: '', step: 'day', days: 30, by: '' };
      for (const measure of TREND_MEASURES)
        for (const by of ['', 'revenue', 'products', "it's", 'a\\.b', '%', '`'])
          await run(trendSql({ ...trend, measure, sum_of: 'revenue', by }, ZONE), { segment });
      for (const step of TREND_STEPS) await run(trendSql({ ...trend, step, event: '' }, ZONE), { segment: '' });
      const sum = await run(trendSql({ ...trend, measure: 'sum', sum_of: 'revenue' }, ZONE), { segment });
      expect(sum.rows.map(([, value]) => asCents(value))).toEqual([cents(ORDERS.map((order) => order.revenue))]);
    },
    TIMEOUT_MS,
  );

  it(
    'what Explore offers while one types has an answer',
    async () => {
      const api = {
        call: (_name: string, { body }: { body: { sql: string; parameters?: Record<string, string> } }) =>
          run(body.sql, body.parameters),
      };
      const signal = new AbortController().signal;
      const given = api as unknown as Parameters<typeof readEventNames>[0];
      expect(await readEventNames(given, signal)).toContain('Order Completed');
      expect(await readPropertyPaths(given, 'Order Completed', signal)).toContain('revenue');
      expect(EXAMPLE_STATEMENT).toContain('FROM hilo.events');
      await run(EXAMPLE_STATEMENT);
    },
    TIMEOUT_MS,
  );

  it(
    'every statement in the documentation has an answer',
    async () => {
      const pages = [
        'README.md',
        ...readdirSync(new URL('docs', root), { recursive: true }).map((name) => `docs/${String(name)}`),
      ];
      const examples = pages
        .filter((name) => name.endsWith('.md'))
        .flatMap((name) => [...readFileSync(new URL(name, root), 'utf8').matchAll(/```sql\n([\s\S]*?)```/g)])
        .map(([, sql = '']) => sql)
        .filter((sql) => /\bhilo\./.test(sql));
      expect(examples.length).toBeGreaterThan(12);
      for (const sql of examples) await run(sql, { segment: '' });
    },
    TIMEOUT_MS,
  );

  it(
    "history's own answers are there",
    async () => {
      const profile = history.id('any-1');
      for (const url of [
        ...['/v1/counts', '/v1/today', '/v1/seen/events', '/v1/seen/traits', '/v1/seen/trait-values?trait=country'],
        ...[`/v1/seen/properties?event=Order%20Completed`, '/v1/seen/values?event=Order%20Completed&property=revenue'],
        ...[`/v1/profiles/${profile}/events`, `/v1/profiles/${history.id('anytime')}/events`],
        ...[`/v1/messages/${history.id('order-4')}`, `/v1/segments/${segment}/sizes`],
      ]) {
        const answer = await history.get(url);
        expect({ url, status: answer.statusCode }).toEqual({ url, status: 200 });
      }
    },
    TIMEOUT_MS,
  );

  it(
    'columns of the views are all readable, for every row',
    async () => {
      for (const view of [
        'events',
        'profiles',
        'identifiers',
        'profile_changes',
        'membership_changes',
        'deliveries',
        'merges',
      ])
        await run(`SELECT * FROM hilo.${view}`);
      const [row] = (
        await run(
          `SELECT properties.revenue::Float64, property_values['a.b'].text, property_values['a\\\\.b'].text
         FROM hilo.events WHERE message_id = '${history.id('order-12')}'`,
        )
      ).rows;
      expect(row).toEqual([1e20, '2', '1']);
      const traits = await run(
        `SELECT trait_values['since'].text, traits.since::String, traits FROM hilo.profiles WHERE profile_id = '${history.id('person-2')}'`,
      );
      expect(traits.rows[0]?.slice(0, 2)).toEqual(['2015-10-30T14:10:00+0100', '2015-10-30T14:10:00+0100']);
    },
    TIMEOUT_MS,
  );
});
