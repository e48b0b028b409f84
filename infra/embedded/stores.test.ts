import { randomUUID } from 'node:crypto';
import { lstat, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { processIdentity } from './leftovers.ts';
import { STORE_NAMES } from './store.ts';
import { EmbeddedStores, freeStorePorts, type StoresOptions } from './stores.ts';

let data: string;
let options: StoresOptions;
let stores: EmbeddedStores;

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'hilo-stores-'));
  options = {
    data,
    ports: await freeStorePorts(),
    postgresPassword: 'p@ss/word',
    clickhouse: {
      ...{ user: 'hilo', password: 'full', loaderUser: 'loader', loaderPassword: 'load' },
      ...{ readonlyUser: 'reader', readonlyPassword: 'read' },
    },
    report: () => {},
  };
  stores = new EmbeddedStores(STORE_NAMES, options);
  await stores.start();
}, 120_000);

afterAll(async () => {
  await stores.stop();
  await rm(data, { recursive: true, force: true });
}, 60_000);

/** Files and folders under a path, itself among them, that other users of the machine may do anything with. */
async function openToOthers(path: string): Promise<readonly string[]> {
  const found = await lstat(path).catch(() => null);
  if (found === null || found.isSymbolicLink()) return [];
  const own = (found.mode & 0o077) === 0 ? [] : [`${path} ${(found.mode & 0o777).toString(8)}`];
  if (!found.isDirectory()) return own;
  const inside = await Promise.all((await readdir(path)).map((name) => openToOthers(join(path, name))));
  return [...own, ...inside.flat()];
}

async function postgres(sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: stores.addresses.postgresUrl });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

async function clickhouse(sql: string, user = 'hilo', password = 'full'): Promise<string> {
  const headers = { 'X-ClickHouse-User': user, 'X-ClickHouse-Key': password, connection: 'close' };
  const answer = await fetch(stores.addresses.clickhouse.url, { method: 'POST', headers, body: sql });
  return (await answer.text()).trim();
}

async function registry(path: string, body?: object): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  const post = body === undefined ? {} : { method: 'POST', headers, body: JSON.stringify(body) };
  return (await fetch(`${stores.addresses.registryUrl}${path}`, post)).json();
}

async function topics(): Promise<string[]> {
  const admin = new Kafka({ brokers: stores.addresses.kafkaBrokers, logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    return await admin.listTopics();
  } finally {
    await admin.disconnect();
  }
}

async function createTopic(topic: string): Promise<void> {
  const admin = new Kafka({ brokers: stores.addresses.kafkaBrokers, logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    await admin.createTopics({ waitForLeaders: true, topics: [{ topic, numPartitions: 2 }] });
  } finally {
    await admin.disconnect();
  }
}

async function until(condition: () => boolean, what: string): Promise<void> {
  const deadlineMs = Date.now() + 30_000;
  while (!condition()) {
    if (Date.now() > deadlineMs) throw new Error(`not within 30 s: ${what}`);
    await sleep(20);
  }
}

test('leave nothing that they write, their logs and notes among it, open to other users of the machine', async () => {
  await createTopic('kept-from-others');
  await postgres('CREATE TABLE kept_from_others (n int)');
  await clickhouse('CREATE TABLE default.kept_from_others (n UInt8) ENGINE = MergeTree ORDER BY n');
  await clickhouse('INSERT INTO default.kept_from_others VALUES (1)');
  const folders = await readdir(data);
  expect(folders).toEqual(expect.arrayContaining([...STORE_NAMES, 'logs', 'run']));
  expect(await openToOthers(data)).toEqual([]);
});

test('every store, killed with SIGKILL, comes back with what it held', async () => {
  const name = `kept_${randomUUID().slice(0, 8)}`;
  await postgres(`CREATE TABLE ${name} AS SELECT 7 AS n`);
  await clickhouse(`CREATE TABLE ${name} (n UInt8) ENGINE = MergeTree ORDER BY n`);
  await clickhouse(`INSERT INTO ${name} VALUES (7)`);
  await registry(`/subjects/${name}/versions`, { schema: '"string"' });
  await createTopic(name);
  for (const store of STORE_NAMES) {
    const process = stores.processes.get(store);
    const pid = process?.pid ?? 0;
    process?.kill('SIGKILL');
    await until(() => processIdentity(pid) === null, `${store} is dead`);
  }
  await until(() => [...stores.processes.values()].every((one) => one.restarts === 1), 'every store started again');
  await stores.ready();
  expect(await postgres(`SELECT n FROM ${name}`)).toEqual([{ n: 7 }]);
  expect(await clickhouse(`SELECT n FROM ${name}`)).toBe('7');
  expect(await registry(`/subjects/${name}/versions`)).toEqual([1]);
  expect(await topics()).toContain(name);
}, 120_000);

test("ClickHouse's reader sees database hilo and nothing else, and writes nothing", async () => {
  await clickhouse('CREATE DATABASE IF NOT EXISTS hilo');
  await clickhouse('CREATE TABLE hilo.seen (n UInt8) ENGINE = MergeTree ORDER BY n');
  await clickhouse('CREATE TABLE default.unseen (n UInt8) ENGINE = MergeTree ORDER BY n');
  const asReader = (sql: string) => clickhouse(sql, 'reader', 'read');
  expect(await asReader('SELECT count() FROM hilo.seen')).toBe('0');
  expect(await asReader('INSERT INTO hilo.seen VALUES (1)')).toMatch(/ACCESS_DENIED|READONLY/);
  expect(await asReader('SELECT count() FROM default.unseen')).toContain('ACCESS_DENIED');
  expect(await clickhouse('SELECT 1', 'reader', 'wrong')).toContain('AUTHENTICATION_FAILED');
});

test('what a killed launcher left running is ended by the next one on the same folder', async () => {
  const before = stores.processes.get('postgres')?.pid ?? 0;
  expect(processIdentity(before)).not.toBeNull();
  // A second launcher: it knows of the first one's PostgreSQL only by the note in the folder.
  const next = new EmbeddedStores(['postgres'], options);
  await next.start();
  expect(next.processes.get('postgres')?.pid).not.toBe(before);
  expect(processIdentity(before)).toBeNull();
  await next.stop();
  await stores.ready();
}, 60_000);
