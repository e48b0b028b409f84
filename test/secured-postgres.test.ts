import { execFile } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import {
  freePorts,
  grantPostgresMonitor,
  grantPostgresUsers,
  infraFile,
  migratePostgres,
  postgresStore,
  postgresUrl,
  SERVICE_NAMES,
  SupervisedProcess,
} from '@hilo/infra';
import { createLogger, openPool } from '@hilo/service';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { composeFile } from './composed.ts';

/** The PostgreSQL that docker-compose.secured.yml describes: its start script's settings, its pg_hba.conf, its certificates. */

const PASSWORD = 'of the owner, when the database was created';
const secured = composeFile('docker-compose.secured.yml');

let folder: string;
let secrets: string;
let port: number;
let server: SupervisedProcess;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hilo-secured-postgres-'));
  // The server runs as another user.
  chmodSync(folder, 0o755);
  secrets = join(folder, 'secrets');
  await promisify(execFile)(infraFile('docker/make-secrets.sh'), [secrets]);
  [port = 0] = await freePorts(1);
  const store = postgresStore({ data: join(folder, 'data'), port, password: PASSWORD });
  await store.prepare();
  const surroundings = { logs: join(folder, 'logs'), notes: join(folder, 'run'), report: () => {} };
  // As the image does it, the database is created before anybody outside can connect.
  const first = new SupervisedProcess(store.process, surroundings);
  await first.start();
  await first.stop();
  const { user, args } = store.process;
  const open = join(folder, 'open');
  mkdirSync(open);
  const place = (file: string) => {
    const copy = join(open, basename(file));
    copyFileSync(file, copy);
    chmodSync(copy, 0o600);
    if (user) chownSync(copy, user.uid, user.gid);
    return copy;
  };
  const settings = [...readFileSync(infraFile('docker/postgres/start.sh'), 'utf8').matchAll(/ -c (\w+)=(\S+)/g)].map(
    ([, name = '', value = '']) => {
      const source = /^\/(run\/secrets|tmp|etc\/hilo)\//.test(value) ? value : null;
      if (source === null) return [name, value] as const;
      if (name === 'hba_file') return [name, place(infraFile('docker/postgres/pg_hba.conf'))] as const;
      return [name, place(join(secrets, basename(source).replace('postgres.key', 'postgres_key')))] as const;
    },
  );
  expect(settings.map(([name]) => name)).toEqual(['hba_file', 'ssl', 'ssl_cert_file', 'ssl_key_file', 'ssl_ca_file']);
  server = new SupervisedProcess(
    {
      ...store.process,
      args: [...args, ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`])],
      ready: async () => (await ask(urlOf('setup'), 'SELECT 1 AS n')) !== 'ECONNREFUSED',
    },
    surroundings,
  );
  await server.start();
}, 180_000);

afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

/** The URL that docker-compose.secured.yml gives to a service, or to setup, as it is on this machine. */
function urlOf(service: string): string {
  const url = String(secured.services[service]?.environment?.HILO_POSTGRES_URL);
  return url
    .replace('@postgres:5432', `@127.0.0.1:${port}`)
    .replaceAll('/run/secrets/tls_', `${secrets}/${service}_tls_`)
    .replaceAll('/run/secrets/', `${secrets}/`);
}

/** The rows of a statement, or the code of the error. */
async function ask(url: string, sql: string): Promise<unknown> {
  const client = new Client({ connectionString: url });
  client.on('error', () => {});
  try {
    await client.connect();
    return (await client.query(sql)).rows;
  } catch (error) {
    return (error as { readonly code?: string }).code ?? String(error);
  } finally {
    await client.end().catch(() => {});
  }
}

const NOT_LET_IN = '28000';
const WHO = `SELECT current_user AS name, ssl, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()`;

describe('the PostgreSQL of docker-compose.secured.yml', () => {
  it('is set up by the owner, who has a certificate and no password, and creates users without passwords', async () => {
    await migratePostgres(urlOf('setup'));
    const urls = Object.fromEntries(
      SERVICE_NAMES.map((name) => {
        const url = String(secured.services.setup?.environment?.[`HILO_${name.toUpperCase()}_POSTGRES_URL`]);
        return [name, url.replace('@postgres:5432', `@127.0.0.1:${port}`)];
      }),
    );
    const schemas = SERVICE_NAMES.filter((name) => name !== 'history');
    for (let times = 0; times < 2; times += 1)
      expect(await grantPostgresUsers(urlOf('setup'), urls, schemas)).toEqual([]);
    const stored = "SELECT rolname, rolpassword FROM pg_authid WHERE rolname LIKE 'hilo\\_%' ORDER BY 1";
    expect(await ask(urlOf('setup'), stored)).toEqual(
      schemas
        .map((name) => ({ rolname: `hilo_${name}`, rolpassword: null }))
        .toSorted((a, b) => (a.rolname < b.rolname ? -1 : 1)),
    );
  });

  it('knows each service by its certificate, over TLS 1.3', async () => {
    for (const name of SERVICE_NAMES.filter((one) => one !== 'history'))
      expect(await ask(urlOf(name), WHO), name).toEqual([{ name: `hilo_${name}`, ssl: true, version: 'TLSv1.3' }]);
    const pool = openPool({
      ...{ postgresUrl: urlOf('identity'), schema: 'identity' },
      logger: createLogger({ name: 'test', level: 'silent' }),
    });
    expect((await pool.query('SELECT count(*)::int AS n FROM profile')).rows).toEqual([{ n: 0 }]);
    await pool.end();
  });

  it("knows the exporter's user by its certificate, too, which setup gives the role that reads figures", async () => {
    for (let times = 0; times < 2; times += 1) await grantPostgresMonitor(urlOf('setup'), 'nobody asks for it here');
    const files = `sslcert=${secrets}/postgres_monitor_certificate&sslkey=${secrets}/postgres_monitor_key`;
    const tls = `sslmode=verify-full&sslrootcert=${secrets}/stores_ca&${files}`;
    const url = `postgres://hilo_monitor@127.0.0.1:${port}/hilo?${tls}`;
    expect(await ask(url, WHO)).toEqual([{ name: 'hilo_monitor', ssl: true, version: 'TLSv1.3' }]);
  });

  it('lets nobody in without a certificate, with a password, or with the certificate of another', async () => {
    const own = new URL(urlOf('identity'));
    const bare = `postgres://hilo@127.0.0.1:${port}/hilo`;
    expect(await ask(bare, WHO)).toBe(NOT_LET_IN);
    expect(await ask(postgresUrl({ port, password: PASSWORD }), WHO)).toBe(NOT_LET_IN);
    const tls = `sslmode=verify-full&sslrootcert=${secrets}/stores_ca`;
    for (const login of ['hilo', `hilo:${encodeURIComponent(PASSWORD)}`])
      expect(await ask(`postgres://${login}@127.0.0.1:${port}/hilo?${tls}`, WHO)).toBe(NOT_LET_IN);
    for (const other of ['hilo', 'hilo_profile']) {
      own.username = other;
      expect(await ask(own.href, WHO), other).toBe(NOT_LET_IN);
    }
  });

  it('is not believed with a certificate of another authority', async () => {
    const url = new URL(urlOf('identity'));
    url.searchParams.set('sslrootcert', join(secrets, 'identity_tls_certificate'));
    expect(await ask(url.href, WHO)).toMatch(/CERT|SELF_SIGNED|UNABLE_TO/);
  });
});
