import { register } from 'prom-client';
import { expect, it } from 'vitest';
import { watchPool } from './pool-metrics.ts';

it('a pool is shown as it is at the moment of the scrape', async () => {
  const pool = { totalCount: 3, idleCount: 2, waitingCount: 0, options: { max: 4 }, query: async () => ({ rows: [] }) };
  watchPool('tested', pool);
  Object.assign(pool, { totalCount: 4, idleCount: 0, waitingCount: 7 });
  const lines = (await register.metrics()).split('\n').filter((line) => line.includes('pool="tested"'));
  expect(lines).toEqual([
    'hilo_postgres_pool_connections{pool="tested",state="idle"} 0',
    'hilo_postgres_pool_connections{pool="tested",state="busy"} 4',
    'hilo_postgres_pool_max_connections{pool="tested"} 4',
    'hilo_postgres_pool_waiting{pool="tested"} 7',
  ]);
});
