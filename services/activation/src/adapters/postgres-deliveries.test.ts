import { createLogger, openPool } from '@hilo/service';
import { migratePostgres, openStores, type StoresFor } from '@hilo/test-stack';
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PostgresDeliveries } from './postgres-deliveries.ts';

const logger = createLogger({ name: 'activation', level: 'silent' });
let stores: StoresFor<'postgres'>;
let pool: pg.Pool;

beforeAll(async () => {
  stores = await openStores('postgres');
  await migratePostgres(stores.postgresUrl, ['activation']);
  pool = openPool({ postgresUrl: stores.postgresUrl, schema: 'activation', logger });
}, 120_000);
beforeEach(() => pool.query('TRUNCATE delivery'));
afterAll(async () => {
  await pool.end();
  await stores.close();
});

describe('the mirror of deliveries', () => {
  it('forgets what ended 30 days ago, and nothing that still waits', async () => {
    const dayMs = 86_400_000;
    const insert = (id: string, created: number, ended: number | null) =>
      pool.query(
        `INSERT INTO delivery VALUES ($1, 'crm', 'p', 's', 1, 'entered', $2, '', 0, NULL, NULL, NULL, $3, NULL, $4)`,
        [id, ended === null ? 'queued' : 'delivered', created, ended],
      );
    await insert('old', 0, 1);
    await insert('waits', 0, null);
    await insert('new', dayMs, dayMs);
    await new PostgresDeliveries(pool, logger).expire(31 * dayMs - 1);
    const { rows } = await pool.query<{ delivery_id: string }>('SELECT delivery_id FROM delivery ORDER BY delivery_id');
    expect(rows.map(({ delivery_id }) => delivery_id)).toEqual(['new', 'waits']);
  });

  it('says how many wait, and how long the first of them has', async () => {
    const counts: [number, number][] = [];
    const counted = new PostgresDeliveries(pool, logger, (...waiting) => counts.push(waiting));
    await counted.countWaiting(5_000);
    for (const [id, status, created] of [
      ['a', 'delivered', 1],
      ['b', 'failed', 2],
      ['c', 'retrying', 3_000],
      ['d', 'queued', 4_000],
    ])
      await pool.query(
        `INSERT INTO delivery VALUES ($1, 'crm', 'p', 's', 1, 'entered', $2, '', 0, NULL, NULL, NULL, $3, NULL, NULL)`,
        [id, status, created],
      );
    await counted.countWaiting(5_000);
    expect(counts).toEqual([
      [0, 0],
      [2, 2],
    ]);
  });
});
