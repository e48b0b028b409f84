import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePortBase, type Stack, startStack } from '@hilo/infra';
import { STAGES } from '@hilo/schemas';
import { openSecureStores, type SecureStores, TEST_RECEIVERS } from '@hilo/test-stack';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { endToEnd } from './end-to-end.ts';

const PARTITIONS = 4;
const SET_UP = join(import.meta.dirname, '../../infra/dist/setup/main.js');

let data: string;
let stores: SecureStores;
let stack: Stack;

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'hilo-accept-'));
  stores = await openSecureStores();
}, 300_000);

afterAll(async () => {
  await stack?.stop();
  await stores?.close();
  await rm(data, { recursive: true, force: true });
});

it('the set-up makes topics, schemas, tables and users on stores that ask for TLS and passwords', async () => {
  const { user, password } = stores.plain.clickhouse;
  const env = {
    ...stores.setUp,
    ...{ HILO_PARTITIONS: `${PARTITIONS}`, HILO_POSTGRES_URL: stores.postgresUrl },
    ...{ HILO_CLICKHOUSE_USER: user, HILO_CLICKHOUSE_PASSWORD: password },
  };
  const { stdout } = await promisify(execFile)(process.execPath, [SET_UP], { env });
  expect(stdout).toContain('topics, schemas and tables are in place');
});

it('the end-to-end tests pass with services that have TLS, passwords, and the rights in Kafka that they need alone', async () => {
  stack = await startStack({
    ...{ data, portBase: await freePortBase(), instances: 1, partitions: PARTITIONS },
    ...{ stores: { ...stores.plain, postgresUrl: stores.postgresUrl } },
    ...{ env: { ...TEST_RECEIVERS, ...stores.environment }, envOf: stores.environmentOf, report: () => {} },
  });
  expect(await endToEnd(stack.credentials, 'thread', 'retry', 'replay', 'kafka-topic', 'console')).toBe(0);
});

it('and takes over from one another, which looks for what the one before has sent', async () => {
  for (const service of STAGES) stack.kill(`${service}-0`);
  await stack.ready();
  expect(await endToEnd(stack.credentials, 'thread')).toBe(0);
});

it('and not one of their connections to PostgreSQL is without TLS', async () => {
  const client = new Client({ connectionString: stores.plain.postgresUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ ssl: boolean; connections: number }>(
      `SELECT ssl, count(*)::int AS connections FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
       WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() GROUP BY ssl`,
    );
    expect(rows).toEqual([{ ssl: true, connections: expect.any(Number) }]);
  } finally {
    await client.end();
  }
});
