import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EmbeddedStores, freeStorePorts } from '../embedded/stores.ts';
import { migratePostgres, POSTGRES_SCHEMAS } from './migrate-postgres.ts';
import { grantPostgresMonitor, grantPostgresUsers } from './postgres-users.ts';

const NOT_ALLOWED = '42501';
const PAIRS = POSTGRES_SCHEMAS.flatMap((one) =>
  POSTGRES_SCHEMAS.filter((other) => other !== one).map((other) => [one, other] as const),
);

let data: string;
let stores: EmbeddedStores;
let ownerUrl: string;
let urls: Record<string, string>;

/** The URL of another user in the same database. */
function urlOf(name: string, password: string): string {
  const url = new URL(ownerUrl);
  url.username = name;
  url.password = password;
  return url.href;
}

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'hilo-users-'));
  stores = new EmbeddedStores(['postgres'], {
    data,
    ports: await freeStorePorts(),
    postgresPassword: 'owner',
    clickhouse: {
      ...{ user: 'hilo', password: 'full', loaderUser: 'loader', loaderPassword: 'load' },
      ...{ readonlyUser: 'reader', readonlyPassword: 'read' },
    },
    report: () => {},
  });
  await stores.start();
  ownerUrl = stores.addresses.postgresUrl;
  urls = Object.fromEntries(POSTGRES_SCHEMAS.map((schema) => [schema, urlOf(`hilo_${schema}`, `secret-${schema}`)]));
  // As in a data folder of an earlier release: everything is there and belongs to the owner, and there are no users.
  await migratePostgres(ownerUrl);
  expect(await grantPostgresUsers(ownerUrl, urls, POSTGRES_SCHEMAS)).toEqual([]);
}, 120_000);

afterAll(async () => {
  await stores.stop();
  await rm(data, { recursive: true, force: true });
}, 60_000);

/** The rows of a statement, or PostgreSQL's code of the error. */
async function ask(url: string | undefined, sql: string): Promise<unknown> {
  const client = new Client({ connectionString: url });
  client.on('error', () => {});
  try {
    await client.connect();
    return (await client.query(sql)).rows;
  } catch (error) {
    return (error as { readonly code?: string }).code;
  } finally {
    await client.end();
  }
}

async function tablesOf(schema: string): Promise<readonly string[]> {
  const rows = await ask(ownerUrl, `SELECT tablename FROM pg_tables WHERE schemaname = '${schema}' ORDER BY 1`);
  return (rows as readonly { readonly tablename: string }[]).map(({ tablename }) => tablename);
}

describe("a service's PostgreSQL user", () => {
  it.each(POSTGRES_SCHEMAS)(
    'of %s reads every table of its schema, and changes rows of all but one',
    async (schema) => {
      for (const table of await tablesOf(schema)) {
        expect(await ask(urls[schema], `SELECT * FROM ${schema}.${table} LIMIT 1`), table).toBeInstanceOf(Array);
        const changed = await ask(urls[schema], `DELETE FROM ${schema}.${table} WHERE false`);
        expect(changed, table).toEqual(table === 'migration' ? NOT_ALLOWED : []);
      }
    },
  );

  it.each(PAIRS)('of %s neither reads nor writes a table of %s, and calls no function there', async (one, other) => {
    const tables = await tablesOf(other);
    expect(tables).toContain('migration');
    for (const table of tables) {
      expect(await ask(urls[one], `SELECT * FROM ${other}.${table}`), table).toBe(NOT_ALLOWED);
      expect(await ask(urls[one], `DELETE FROM ${other}.${table} WHERE false`), table).toBe(NOT_ALLOWED);
    }
    expect(await ask(urls[one], `SELECT has_schema_privilege('${other}', 'USAGE, CREATE') AS may`)).toEqual([
      { may: false },
    ]);
  });

  it.each([
    'CREATE TABLE segmentation.own (n int)',
    'CREATE TABLE public.own (n int)',
    'CREATE SCHEMA own',
    'DROP TABLE segmentation.segment',
    'TRUNCATE segmentation.segment',
    'ALTER TABLE segmentation.segment ADD COLUMN own int',
    'ALTER TABLE segmentation.outbox DISABLE TRIGGER ALL',
    'CREATE ROLE own',
    "ALTER ROLE hilo PASSWORD 'own'",
    'SELECT rolpassword FROM pg_authid',
    "COPY segmentation.segment TO PROGRAM 'true'",
    "SELECT pg_read_file('/etc/hostname')",
    'SET ROLE hilo',
    'SET SESSION AUTHORIZATION hilo',
  ])('can do nothing like %s', async (statement) => {
    expect(await ask(urls.segmentation, statement)).toBe(NOT_ALLOWED);
  });

  it('of ingestion has the days of message ids created and dropped, and nothing else', async () => {
    expect(await ask(urls.ingestion, "SELECT ingestion.add_seen_message_day('2026-11-22')")).toBeInstanceOf(Array);
    const remember = "INSERT INTO ingestion.seen_message VALUES (gen_random_uuid(), '2026-11-22') RETURNING day";
    expect(await ask(urls.ingestion, remember)).toHaveLength(1);
    expect(await ask(urls.ingestion, 'DROP TABLE ingestion.seen_message_20261122')).toBe(NOT_ALLOWED);
    expect(await ask(urls.ingestion, "SELECT ingestion.drop_seen_message_day('2026-11-22')")).toBeInstanceOf(Array);
    expect(await ask(urls.ingestion, remember)).toBe('23514');
    expect(await ask(urls.identity, "SELECT ingestion.add_seen_message_day('2026-11-23')")).toBe(NOT_ALLOWED);
  });
});

describe('the user of the exporter', () => {
  const url = () => urlOf('hilo_monitor', 'secret-monitor');

  it('reads PostgreSQL’s own figures, of everybody’s connections too, and no row', async () => {
    await grantPostgresMonitor(ownerUrl, 'secret-monitor');
    await grantPostgresMonitor(ownerUrl, 'secret-monitor');
    const figures = `SELECT pg_database_size(current_database()) > 0 AS size, count(*) > 0 AS settings,
      (SELECT count(*) FROM pg_stat_activity WHERE query = '<insufficient privilege>') AS hidden FROM pg_settings`;
    expect(await ask(url(), figures)).toEqual([{ size: true, settings: true, hidden: '0' }]);
    for (const schema of POSTGRES_SCHEMAS)
      for (const table of await tablesOf(schema))
        expect(await ask(url(), `SELECT FROM ${schema}.${table}`), table).toBe(NOT_ALLOWED);
    for (const statement of ['CREATE TABLE public.own (n int)', 'CREATE ROLE own', 'SELECT rolpassword FROM pg_authid'])
      expect(await ask(url(), statement), statement).toBe(NOT_ALLOWED);
  });

  it('is not made by an owner who may not give that role, which says what to do', async () => {
    await ask(ownerUrl, "CREATE ROLE landlord LOGIN CREATEROLE PASSWORD 'l'");
    await ask(ownerUrl, 'REVOKE pg_monitor FROM hilo_monitor');
    const granted = () => grantPostgresMonitor(urlOf('landlord', 'l'), 'secret-monitor');
    await expect(granted()).rejects.toThrow(/refuses to give hilo_monitor the role pg_monitor .*: give it yourself/);
    await ask(ownerUrl, 'GRANT pg_monitor TO hilo_monitor');
    await granted();
  });

  it('takes a new password', async () => {
    await grantPostgresMonitor(ownerUrl, 'another');
    expect(await ask(url(), 'SELECT 1')).toBe('28P01');
    await grantPostgresMonitor(ownerUrl, 'secret-monitor');
    expect(await ask(url(), 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
  });
});

describe('setting the users up', () => {
  it('again changes nothing, and takes a new password', async () => {
    const changed = { ...urls, profile: urlOf('hilo_profile', 'another') };
    expect(await grantPostgresUsers(ownerUrl, changed, POSTGRES_SCHEMAS)).toEqual([]);
    expect(await ask(urls.profile, 'SELECT 1')).toBe('28P01');
    expect(await ask(changed.profile, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
    await grantPostgresUsers(ownerUrl, urls, POSTGRES_SCHEMAS);
    expect(await ask(urls.profile, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
  });

  it('keeps the password out of the statement, and so out of every log', async () => {
    const [stored] = (await ask(ownerUrl, "SELECT rolpassword FROM pg_authid WHERE rolname = 'hilo_profile'")) as [
      { readonly rolpassword: string },
    ];
    expect(stored.rolpassword).toMatch(/^SCRAM-SHA-256\$4096:/);
  });

  it('names the services that connect as the owner', async () => {
    const some = { identity: urls.identity, profile: null, console: ownerUrl };
    expect(await grantPostgresUsers(ownerUrl, some, ['identity', 'profile', 'console', 'history'])).toEqual([
      'profile',
      'console',
      'history',
    ]);
  });

  it('needs only CREATEROLE, and says what to do without it', async () => {
    await ask(ownerUrl, "CREATE ROLE deployer LOGIN CREATEROLE PASSWORD 'd'");
    await ask(ownerUrl, "CREATE ROLE tenant LOGIN PASSWORD 't'");
    for (const name of ['deployer', 'tenant']) {
      await ask(ownerUrl, `CREATE DATABASE of_${name} OWNER ${name}`);
      const own = new URL(urlOf(name, name.slice(0, 1)));
      own.pathname = `/of_${name}`;
      const service = new URL(own);
      [service.username, service.password] = [`${name}_identity`, 'secret'];
      await migratePostgres(own.href, ['identity']);
      const granted = grantPostgresUsers(own.href, { identity: service.href }, ['identity']);
      if (name === 'deployer') {
        await granted;
        expect(await ask(service.href, 'SELECT * FROM identity.outbox')).toEqual([]);
      } else
        await expect(granted).rejects.toThrow(
          /refuses to create the user tenant_identity .*: create it yourself with the password of its URL/,
        );
    }
  });
});
