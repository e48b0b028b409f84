import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type OpenedStack, openStack } from '@hilo/test-stack';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HiloClient } from '../e2e/hilo-client.ts';

const LOADER = join(import.meta.dirname, '../../infra/dist/demo/load-demo.js');

let data: string;
let opened: OpenedStack;
let hilo: HiloClient;
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'hilo-accept-'));
  opened = await openStack({ data });
  hilo = new HiloClient(opened.credentials);
  await loadDemo();
});
afterAll(async () => {
  await opened?.close();
  await rm(data, { recursive: true, force: true });
});

async function loadDemo(): Promise<void> {
  const args = [LOADER, '--credentials', join(data, 'credentials.json'), '--as-recorded'];
  const [code] = (await once(spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] }), 'exit')) as [
    number,
  ];
  expect(code).toBe(0);
}

async function checkTotals(): Promise<void> {
  const totals = await hilo.rows(`
    SELECT countIf(event = 'Order Completed') AS orders,
      countIf(event = 'Order Refunded') AS refunds,
      uniqExactIf(user_id, user_id IS NOT NULL) AS customers,
      abs(sumIf(property_values['revenue'].number, event = 'Order Completed') - 10631048.74) <= 0.05 AS revenue
    FROM hilo.events`);
  expect(totals).toEqual([{ orders: 19_959, refunds: 3_836, customers: 4_371, revenue: 1 }]);
  expect(await hilo.rows('SELECT message_id FROM hilo.events GROUP BY message_id HAVING count() > 1')).toEqual([]);
}

it("the demo, as recorded, leaves exactly the shop's year in ClickHouse", checkTotals);

it('the dates are the true ones, to the second', async () => {
  const rows = await hilo.rows(
    `SELECT toString(min(timestamp)) AS first, toString(max(timestamp)) AS last FROM hilo.events WHERE type = 'track'`,
  );
  expect(rows).toEqual([{ first: '2010-12-01 08:26:00.000', last: '2011-12-09 12:50:00.000' }]);
});

it('loading it again changes nothing', async () => {
  await rm(join(data, 'run', 'demo-load.json'));
  await loadDemo();
  await checkTotals();
});
