import type { StoreName } from '@hilo/infra';
import { inject } from 'vitest';
import type { OpenedStores } from './opened-stores.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where tests ask for the stores that a run of vitest shares. */
    storesUrl: string;
  }
}

/**
 * The stores that all test files of this run share; null if this run shares none. ClickHouse is the test's own: its users and the
 * database `hilo` are those of the whole server.
 */
export async function sharedStores(
  wanted: readonly StoreName[],
  start: (wanted: readonly StoreName[]) => Promise<OpenedStores>,
): Promise<OpenedStores | null> {
  const url = inject('storesUrl') as string | undefined;
  if (url === undefined) return null;
  const shared = wanted.filter((store) => store !== 'clickhouse');
  const own = shared.length === wanted.length ? null : await start(['clickhouse']);
  const addresses = await Promise.all(
    shared.map(async (store) => {
      const answer = await fetch(`${url}/${store}`);
      if (!answer.ok) throw new Error(`${store} could not be started: ${await answer.text()}`);
      return (await answer.json()) as OpenedStores;
    }),
  );
  return {
    ...(Object.assign({}, own, ...addresses) as OpenedStores),
    kill: () => Promise.reject(new Error('other tests use these stores: kill those of openEmbeddedStores')),
    ready: async () => {},
    close: async () => own?.close(),
  };
}
