import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { promisify } from 'node:util';
import { clickHouseLogin, readEnvironment } from '@hilo/service';
import { clickHouseFront, infraFile, migrateClickHouse, openEmbeddedStores, type StoresFor } from '@hilo/test-stack';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clickHouseClient } from './clickhouse-client.ts';

/**
 * Hilo's side of ClickHouse's users by certificate, with the certificates of make-certificates.sh, and a real engine behind the front
 * that stands in for the server's own TLS. The front reads the server's files.
 */

const xml = (name: string) => readFileSync(infraFile(`docker/clickhouse/${name}`), 'utf8');

let secrets: string;
let stores: StoresFor<'clickhouse'>;
let front: Server;
let port: number;

const secret = (name: string) => readFileSync(join(secrets, name), 'utf8').trim();

beforeAll(async () => {
  secrets = mkdtempSync(join(tmpdir(), 'hilo-secured-clickhouse-'));
  await promisify(execFile)(infraFile('docker/make-secrets.sh'), [secrets]);
  setDefaultCACertificates([...getCACertificates('default'), secret('stores_ca')]);
  stores = await openEmbeddedStores('clickhouse');
  const { url, user, password, loaderUser, loaderPassword, readonlyUser, readonlyPassword } = stores.clickhouse;
  expect([user, loaderUser, readonlyUser]).toEqual(['hilo', 'loader', 'reader']);
  front = clickHouseFront({
    ...{ settings: xml('tls.xml'), users: xml('tls-users.xml'), enginePort: Number(new URL(url).port) },
    passwords: { [user]: password, [loaderUser]: loaderPassword, [readonlyUser]: readonlyPassword },
    read: (path) => secret(basename(path)),
  }).listen(0, '127.0.0.1');
  await once(front, 'listening');
  ({ port } = front.address() as AddressInfo);
}, 120_000);

afterAll(async () => {
  front?.closeAllConnections();
  front?.close();
  await stores?.close();
  rmSync(secrets, { recursive: true, force: true });
});

/** A user of ClickHouse, by the variables that name this certificate. */
function accessOf(clickhouseUser: string, shown: string) {
  const clickhouseUrl = `https://127.0.0.1:${port}`;
  const { clickhouseLogin } = readEnvironment(
    { clickhouseLogin: clickHouseLogin('HILO_CLICKHOUSE_PASSWORD') },
    {
      HILO_CLICKHOUSE_URL: clickhouseUrl,
      HILO_CLICKHOUSE_TLS_CERT_FILE: join(secrets, `${shown}_certificate`),
      HILO_CLICKHOUSE_TLS_KEY_FILE: join(secrets, `${shown}_key`),
    },
  );
  return { clickhouseUrl, clickhouseUser, clickhouseLogin };
}

/** Who the server says it is asked by, with a client of history's. */
async function whoIs(access: ReturnType<typeof accessOf>): Promise<unknown> {
  const client = clickHouseClient(access);
  try {
    const answer = await client.query({ query: 'SELECT currentUser() AS name', format: 'JSONEachRow' });
    return await answer.json();
  } finally {
    await client.close();
  }
}

/** Status of an answer to who shows this certificate, or none, with these headers. */
function statusOf(path: string, headers: Readonly<Record<string, string>>, shown: string | null): Promise<number> {
  const pair = shown === null ? {} : { cert: secret(`${shown}_certificate`), key: secret(`${shown}_key`) };
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path, headers, agent: false, ...pair };
    request(options, (answer) => {
      answer.resume().once('end', () => resolve(answer.statusCode ?? 0));
    })
      .once('error', reject)
      .end();
  });
}

describe('a ClickHouse whose users have certificates', { timeout: 60_000 }, () => {
  it('is migrated by the set-up, and knows both users of history by its one certificate', async () => {
    const { clickhouseUrl, clickhouseUser, clickhouseLogin } = accessOf('hilo', 'setup');
    if (typeof clickhouseLogin === 'string') throw new Error('setup has a password');
    await migrateClickHouse({ url: clickhouseUrl, user: clickhouseUser, password: '', certificate: clickhouseLogin });
    for (const user of ['loader', 'reader'])
      expect(await whoIs(accessOf(user, 'history_tls')), user).toEqual([{ name: user }]);
  });

  it('lets segmentation and tools in as the reader by certificates of their own, and as nobody else', async () => {
    for (const shown of ['segmentation_tls', 'clickhouse_reader']) {
      expect(await whoIs(accessOf('reader', shown)), shown).toEqual([{ name: 'reader' }]);
      await expect(whoIs(accessOf('loader', shown)), shown).rejects.toThrow('Authentication failed');
    }
  });

  it('lets nobody in with the certificate of another', async () => {
    await expect(whoIs(accessOf('hilo', 'history_tls'))).rejects.toThrow('Authentication failed');
    for (const shown of ['profile_tls', 'kafka_admin', 'postgres_monitor'])
      for (const user of ['hilo', 'loader', 'reader'])
        await expect(whoIs(accessOf(user, shown)), `${shown} as ${user}`).rejects.toThrow('Authentication');
  });

  it('takes no password, and no certificate of another authority, and answers /ping to everybody', async () => {
    const { user, password } = stores.clickhouse;
    const byPassword = { 'X-ClickHouse-User': user, 'X-ClickHouse-Key': password };
    const byBasic = { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
    const byCertificate = { 'X-ClickHouse-User': user, 'X-ClickHouse-SSL-Certificate-Auth': 'on' };
    const byUrl = `/?query=SELECT%201&user=${user}&password=${encodeURIComponent(password)}`;
    for (const headers of [byPassword, byBasic, byCertificate, {}])
      expect(await statusOf('/?query=SELECT%201', headers, null)).toBe(403);
    expect(await statusOf(byUrl, {}, 'setup')).toBe(403);
    expect(await statusOf('/?query=SELECT%201', byCertificate, 'setup')).toBe(200);
    expect(await statusOf('/ping', {}, null)).toBe(200);
    await promisify(execFile)(infraFile('docker/make-secrets.sh'), [join(secrets, 'other')]);
    await expect(statusOf('/ping', {}, 'other/setup')).rejects.toThrow(/alert|reset|hang up/);
    await expect(statusOf('/ping', {}, 'registry')).rejects.toThrow(/alert|reset|hang up/);
  });
});
