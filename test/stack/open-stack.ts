import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Credentials, freePortBase, type Stack, type StackOptions, startStack } from '@hilo/infra';
import { dockerAnswers } from './docker-stores.ts';
import { openStores } from './open-stores.ts';

/** A whole Hilo for a test. */
export interface OpenedStack {
  readonly credentials: Credentials;
  /** Its processes, to be killed and watched; null if the stack came from outside. */
  readonly stack: Stack | null;
  close(): Promise<void>;
}

/** A test's options for its stack. */
export interface OpenStackOptions extends Partial<Pick<StackOptions, 'instances' | 'partitions' | 'services' | 'env'>> {
  /** Embedded stores whatever else there is: for tests that kill them. */
  readonly embedded?: boolean;
  /** Keep the state in this folder (and leave it there) instead of a temporary one. */
  readonly data?: string;
}

/** Lets webhooks call the receivers of tests, which listen on free ports of the loopback address. */
export const TEST_RECEIVERS = { HILO_ACTIVATION_ALLOWED_NETWORKS: '127.0.0.1' } as const;

type StoreAddresses = NonNullable<StackOptions['stores']>;

async function storesElsewhere(): Promise<{ stores: StoreAddresses; close(): Promise<void> } | null> {
  const given = process.env.HILO_TEST_KAFKA_BROKERS !== undefined;
  if (!given && !(await dockerAnswers())) return null;
  const opened = await openStores('kafka', 'registry', 'postgres', 'clickhouse');
  const stores = {
    kafkaBrokers: opened.kafkaBrokers,
    registryUrl: opened.registryUrl,
    postgresUrl: opened.postgresUrl,
    clickhouse: opened.clickhouse,
  };
  return { stores, close: () => opened.close() };
}

/**
 * A whole stack: the running one whose `credentials.json` the variable `HILO_TEST_CREDENTIALS` names; else every built
 * service as its own process on free ports, above given stores, containers or embedded ones.
 */
export async function openStack(options: OpenStackOptions = {}): Promise<OpenedStack> {
  const given = process.env.HILO_TEST_CREDENTIALS;
  const { embedded = false, data: folder, ...choices } = options;
  if (given !== undefined && !embedded) {
    const credentials = JSON.parse(readFileSync(given, 'utf8')) as Credentials;
    return { credentials, stack: null, close: async () => {} };
  }
  const elsewhere = embedded ? null : await storesElsewhere();
  const data = folder ?? (await mkdtemp(join(tmpdir(), 'hilo-stack-')));
  const close = async () => {
    await elsewhere?.close();
    if (folder === undefined) await rm(data, { recursive: true, force: true });
  };
  try {
    const stack = await startStack({
      data,
      portBase: await freePortBase(),
      instances: 1,
      partitions: 4,
      ...(elsewhere === null ? {} : { stores: elsewhere.stores }),
      ...choices,
      env: { ...TEST_RECEIVERS, ...choices.env },
      report: () => {},
    });
    const closeAll = async () => {
      await stack.stop();
      await close();
    };
    return { credentials: stack.credentials, stack, close: closeAll };
  } catch (error) {
    await close();
    throw error;
  }
}
