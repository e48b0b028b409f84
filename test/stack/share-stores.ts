import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { StoreName } from '@hilo/infra';
import type { TestProject } from 'vitest/node';
import { startStores } from './open-stores.ts';
import type { OpenedStores } from './opened-stores.ts';

/**
 * Global set-up of vitest: test files of a run share their stores, each of which starts when a test first asks for it and stops at
 * the end. Tests get them by `openStores`.
 */
export default async function shareStores(project: TestProject): Promise<() => Promise<void>> {
  const opened = new Map<string, Promise<OpenedStores>>();
  const open = (store: string): Promise<OpenedStores> => {
    const found = opened.get(store) ?? startStores([store as StoreName]);
    opened.set(store, found);
    return found;
  };
  const server = createServer((request, response) => {
    open((request.url ?? '').slice(1)).then(
      (stores) => response.end(JSON.stringify(stores)),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  project.provide('storesUrl', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return async () => {
    server.close();
    const stores = await Promise.allSettled(opened.values());
    await Promise.all(stores.map(async (one) => (one.status === 'fulfilled' ? one.value.close() : undefined)));
  };
}
