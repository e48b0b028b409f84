import { register } from 'prom-client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HistoryUnderTest } from '../testing/history-under-test.ts';
import { membership } from '../testing/records.ts';
import { watchTables } from './clickhouse-sizes.ts';

let history: HistoryUnderTest;

beforeAll(async () => {
  history = await HistoryUnderTest.open();
}, 120_000);

afterAll(() => history.close());

it('the metrics report rows, bytes and parts of each table that has any', async () => {
  const segment = `size-${history.run}`;
  await history.load(['segments.membership', membership({ segment, profile_id: history.id('size') })]);
  watchTables(history.loader);
  const gauge = async (what: string): Promise<number> => {
    const name = `hilo_clickhouse_table_${what}{table="membership_rows"} `;
    const lines = (await register.metrics()).split('\n');
    return Number(lines.find((line) => line.startsWith(name))?.slice(name.length) ?? 0);
  };
  await expect.poll(() => gauge('rows')).toBeGreaterThan(0);
  expect(await gauge('bytes')).toBeGreaterThan(0);
  expect(await gauge('parts')).toBeGreaterThan(0);
});
