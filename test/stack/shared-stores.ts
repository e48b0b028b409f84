import type { StoreName } from '@hilo/infra';
import { inject } from 'vitest';
import type { OpenedStores } from './opened-stores.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where tests ask for the stores that a run of vitest shares. */
    storesUrl: string;
  }
}

/** The stores that all test files of this run share; null if this run shares none. */
export async function sharedStores(wanted: readonly StoreName[]): Promise<OpenedStores | null> {
  const url = inject('storesUrl') as string | undefined;
  if (url === undefined) return null;
  const addresses = await Promise.all(
    wanted.map(async (store) => {
      const answer = await fetch(`${url}/${store}`);
      if (!answer.ok) throw new Error(`${store} could not be started: ${await answer.text()}`);
      return (await answer.json()) as OpenedStores;
    }),
  );
  return {
    ...(Object.assign({}, ...addresses) as OpenedStores),
    kill: () => Promise.reject(new Error('other tests use these stores: kill those of openEmbeddedStores')),
    ready: async () => {},
    close: async () => {},
  };
}
