import { randomUUID } from 'node:crypto';
import { freeStorePorts, SERVICE_NAMES, type StoreName } from '@hilo/infra';
import { Client, DatabaseError } from 'pg';
import { dockerAnswers, startDockerStores } from './docker-stores.ts';
import { startEmbeddedStores } from './embedded-stores.ts';
import { givenStores } from './given-stores.ts';
import type { OpenedStores } from './opened-stores.ts';
import { sharedStores } from './shared-stores.ts';

/** PostgreSQL's code for a database that others still use. */
const IN_USE = '55006';

async function statement(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/**
 * Drops a database whose test may have released it only just now: a pool reports its end before its sessions have
 * ended, and cutting one off would report an error. So waits for PostgreSQL (5 s, its own limit) before it ends them.
 */
async function dropDatabase(url: string, name: string): Promise<void> {
  try {
    await statement(url, `DROP DATABASE IF EXISTS ${name}`);
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.code !== IN_USE) throw error;
    await statement(url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  }
}

/** Stores with their own empty PostgreSQL database in place of the shared one. */
async function withOwnDatabase(stores: OpenedStores): Promise<OpenedStores> {
  const { postgresUrl } = stores;
  if (postgresUrl === undefined) return stores;
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await statement(postgresUrl, `CREATE DATABASE ${name}`);
  const own = new URL(postgresUrl);
  own.pathname = `/${name}`;
  return {
    ...stores,
    postgresUrl: own.href,
    close: async () => {
      await dropDatabase(postgresUrl, name);
      // Users belong to the whole server; those of a stack are named after its database.
      await statement(postgresUrl, `DROP ROLE IF EXISTS ${SERVICE_NAMES.map((user) => `${name}_${user}`).join(', ')}`);
      await stores.close();
    },
  };
}

/** Stores in containers; null if no engine answers, or it cannot get the images. */
async function dockerStores(wanted: readonly StoreName[]): Promise<OpenedStores | null> {
  if (!(await dockerAnswers())) return null;
  try {
    return await startDockerStores(wanted, (await freeStorePorts()).kafka);
  } catch (error) {
    process.stderr.write(
      `Docker answers but can't run the stores (${(error as Error).message}): using embedded ones\n`,
    );
    return null;
  }
}

/** Starts stores: containers if a Docker engine answers, else embedded ones. */
export async function startStores(wanted: readonly StoreName[]): Promise<OpenedStores> {
  return (await dockerStores(wanted)) ?? (await startEmbeddedStores(wanted));
}

/**
 * The stores that a test asks for: those that `HILO_TEST_…` variables name, else those that the files of this run share
 * (`share-stores.ts`), else its own. PostgreSQL comes with the test's own empty database, and Kafka's topics and ClickHouse's rows
 * need names of their own. Call `close` at the end.
 */
export async function openStores<S extends StoreName>(...wanted: readonly S[]): Promise<StoresFor<S>> {
  refuseInUnitTest();
  const stores =
    givenStores(wanted, process.env) ?? (await sharedStores(wanted, startStores)) ?? (await startStores(wanted));
  // The wanted stores are there: each of the three sources guarantees it.
  return (await withOwnDatabase(stores)) as StoresFor<S>;
}

/** Embedded stores, whatever else there is: for tests that kill them. */
export async function openEmbeddedStores<S extends StoreName>(...wanted: readonly S[]): Promise<StoresFor<S>> {
  refuseInUnitTest();
  return (await startEmbeddedStores(wanted)) as StoresFor<S>;
}

/** A test that opens stores without saying so would be run among those that need none. */
function refuseInUnitTest(): void {
  if (process.env['HILO_TEST_STORES'] === 'none')
    throw new Error('a unit test opens no store: name what opens it in test/store-tests.ts');
}

/** Name of the field of a store's address. */
interface AddressFields {
  readonly kafka: 'kafkaBrokers';
  readonly registry: 'registryUrl';
  readonly postgres: 'postgresUrl';
  readonly clickhouse: 'clickhouse';
}

/** Stores of which those named in `S` certainly exist. */
export type StoresFor<S extends StoreName> = OpenedStores & Required<Pick<OpenedStores, AddressFields[S]>>;
