import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedStores, freeStorePorts, type StoreName } from '@hilo/infra';
import type { OpenedStores } from './opened-stores.ts';

/** The embedded stores, on free ports, with their state in a temporary folder. */
export async function startEmbeddedStores(wanted: readonly StoreName[]): Promise<OpenedStores> {
  const data = await mkdtemp(join(tmpdir(), 'hilo-test-'));
  const stores = new EmbeddedStores(wanted, {
    data,
    ports: await freeStorePorts(),
    postgresPassword: 'test',
    clickhouse: {
      ...{ user: 'hilo', password: 'test', loaderUser: 'loader', loaderPassword: 'load' },
      ...{ readonlyUser: 'reader', readonlyPassword: 'read' },
    },
    report: () => {},
  });
  const close = async () => {
    await stores.stop();
    await rm(data, { recursive: true, force: true });
  };
  try {
    await stores.start();
  } catch (error) {
    await close();
    throw error;
  }
  const { addresses } = stores;
  return {
    ...(wanted.includes('kafka') ? { kafkaBrokers: addresses.kafkaBrokers } : {}),
    ...(wanted.includes('registry') ? { registryUrl: addresses.registryUrl } : {}),
    ...(wanted.includes('postgres') ? { postgresUrl: addresses.postgresUrl } : {}),
    ...(wanted.includes('clickhouse') ? { clickhouse: addresses.clickhouse } : {}),
    kill: async (store) => stores.processes.get(store)?.kill('SIGKILL'),
    ready: () => stores.ready(),
    close,
  };
}
