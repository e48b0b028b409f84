import { createLogger, openPool } from '@hilo/service';
import { migratePostgres, openStores } from '@hilo/test-stack';
import type { Pool } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { LIST_LIMITS } from '../domain/static-list.ts';
import type { ListStore } from '../ports.ts';
import { MemoryListStore } from '../testing/memory-list-store.ts';
import { PostgresLists } from './postgres-lists.ts';

let stores: Awaited<ReturnType<typeof openStores<'postgres'>>>;
let pool: Pool;

beforeAll(async () => {
  stores = await openStores('postgres');
  await migratePostgres(stores.postgresUrl, ['ingestion']);
  pool = openPool({ ...stores, schema: 'ingestion', logger: createLogger({ name: 'ingestion', level: 'silent' }) });
}, 120_000);

afterAll(async () => {
  await pool.end();
  await stores.close();
});

const STORES: readonly (readonly [string, () => ListStore])[] = [
  ['in PostgreSQL', () => new PostgresLists(pool)],
  ['in memory', () => new MemoryListStore()],
];

it.each(STORES)('lists %s are created, renamed and found, up to their number', async (_where, open) => {
  const store = open();
  expect(await store.find('vip')).toBeNull();
  expect(await store.put('vip', 'Good', 5)).toEqual({ key: 'vip', name: 'Good', created_at_ms: 5 });
  expect(await store.put('vip', 'Best', 9)).toEqual({ key: 'vip', name: 'Best', created_at_ms: 5 });
  for (let index = 1; index < LIST_LIMITS.lists; index += 1) await store.put(`l${index}`, 'x', 1);
  expect(await store.put('more', 'x', 1)).toBe('limit_reached');
  expect(await store.put('vip', 'Again', 9)).toMatchObject({ name: 'Again' });
  expect(await store.find('vip')).toMatchObject({ name: 'Again' });
  const keys = (await store.all()).map(({ key }) => key);
  expect(keys).toEqual(keys.toSorted());
  expect(keys.length).toBe(LIST_LIMITS.lists);
});
