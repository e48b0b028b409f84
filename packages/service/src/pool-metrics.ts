import { Gauge } from 'prom-client';
import { type QueryRows, watchSizes } from './postgres-sizes.ts';

/** What a connection pool exposes; `pg.Pool` does. */
export interface PoolCounts {
  readonly totalCount: number;
  readonly idleCount: number;
  /** Callers that wait for a connection. */
  readonly waitingCount: number;
  readonly options: { readonly max?: number };
}

const pools = new Map<string, PoolCounts>();

const connections = new Gauge({
  name: 'hilo_postgres_pool_connections',
  help: 'Open connections to PostgreSQL of the pool, by whether one is in use.',
  labelNames: ['pool', 'state'],
  collect: () => {
    for (const [pool, { totalCount, idleCount }] of pools) {
      connections.set({ pool, state: 'idle' }, idleCount);
      connections.set({ pool, state: 'busy' }, totalCount - idleCount);
    }
  },
});
const most = new Gauge({
  name: 'hilo_postgres_pool_max_connections',
  help: 'Maximum connections of the pool.',
  labelNames: ['pool'],
  collect: () => {
    for (const [pool, { options }] of pools) most.set({ pool }, options.max ?? 0);
  },
});
const waiting = new Gauge({
  name: 'hilo_postgres_pool_waiting',
  help: 'Callers that wait for a connection of the pool.',
  labelNames: ['pool'],
  collect: () => {
    for (const [pool, { waitingCount }] of pools) waiting.set({ pool }, waitingCount);
  },
});

/**
 * Shows a pool in the metrics under its name, which is also its schema's, and the size of that schema. Reads the pool
 * at each scrape, at no cost in between.
 */
export function watchPool(name: string, pool: PoolCounts & QueryRows): void {
  pools.set(name, pool);
  watchSizes(name, pool);
}
