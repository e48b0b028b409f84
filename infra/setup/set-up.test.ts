import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { STAGES, TOPICS } from '@hilo/schemas';
import kafkajs, { Kafka, logLevel } from 'kafkajs';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { STORE_NAMES } from '../embedded/store.ts';
import { EmbeddedStores, freeStorePorts } from '../embedded/stores.ts';
import { migrateClickHouse } from './migrate-clickhouse.ts';
import { migratePostgres } from './migrate-postgres.ts';
import { type SetUpOptions, setUp } from './set-up.ts';
import { createTopics } from './topics.ts';

const PARTITIONS = 3;

let data: string;
let stores: EmbeddedStores;
let options: SetUpOptions;

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'hilo-set-up-'));
  stores = new EmbeddedStores(STORE_NAMES, {
    data,
    ports: await freeStorePorts(),
    postgresPassword: 'test',
    clickhouse: {
      ...{ user: 'hilo', password: 'full', loaderUser: 'loader', loaderPassword: 'load' },
      ...{ readonlyUser: 'reader', readonlyPassword: 'read' },
    },
    report: () => {},
  });
  await stores.start();
  const { kafkaBrokers, registryUrl, postgresUrl, clickhouse } = stores.addresses;
  options = {
    kafkaBrokers: kafkaBrokers,
    registryUrl: registryUrl,
    postgresUrl: postgresUrl,
    clickhouse,
    partitions: PARTITIONS,
  };
  await setUp(options);
  await setUp(options);
}, 180_000);

afterAll(async () => {
  await stores.stop();
  await rm(data, { recursive: true, force: true });
}, 60_000);

async function postgres<Row extends object>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
  const client = new Client({ connectionString: options.postgresUrl });
  await client.connect();
  try {
    return (await client.query<Row>(sql, [...values])).rows;
  } finally {
    await client.end();
  }
}

async function clickhouse(sql: string): Promise<string> {
  const { url, user, password } = options.clickhouse;
  const headers = { 'X-ClickHouse-User': user, 'X-ClickHouse-Key': password, connection: 'close' };
  const answer = await fetch(url, { method: 'POST', headers, body: sql });
  return (await answer.text()).trim();
}

test('the registry refuses what other releases could not read, and is not as strict with what producers write', async () => {
  const levelOf = async (subject: string) => {
    const answer = await fetch(`${options.registryUrl}/config/${subject}`);
    return ((await answer.json()) as { compatibilityLevel: string }).compatibilityLevel;
  };
  expect(await levelOf('events.received-value')).toBe('BACKWARD');
  expect(await levelOf('events.identified-value')).toBe('FULL_TRANSITIVE');
  expect(await levelOf('profile.handover-value')).toBe('FULL_TRANSITIVE');
  // Without a field that has no default the newest schema reads all that was written, and an older one not what it writes.
  const withoutFirst = async (subject: string) => {
    const url = `${options.registryUrl}/subjects/${subject}/versions`;
    const latest = (await (await fetch(`${url}/latest`)).json()) as { schema: string };
    const type = JSON.parse(latest.schema) as { fields: object[] };
    const first = type.fields.find((field) => !('default' in field));
    const schema = JSON.stringify({ ...type, fields: type.fields.filter((field) => field !== first) });
    const headers = { 'content-type': 'application/vnd.schemaregistry.v1+json' };
    return (await fetch(url, { method: 'POST', headers, body: JSON.stringify({ schema }) })).status;
  };
  expect(await withoutFirst('events.identified-value')).toBe(409);
});

test('every topic of the table is there, with its partitions, and its broker writes the times', async () => {
  const admin = new Kafka({ brokers: [...options.kafkaBrokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  const { topics } = await admin.fetchTopicMetadata();
  const described = await admin.describeConfigs({
    includeSynonyms: false,
    resources: TOPICS.map(({ name }) => ({
      type: kafkajs.ConfigResourceTypes.TOPIC,
      name,
      configNames: ['message.timestamp.type', 'cleanup.policy', 'retention.ms'],
    })),
  });
  await admin.disconnect();
  const counts = new Map(topics.map((topic) => [topic.name, topic.partitions.length]));
  for (const topic of TOPICS) {
    expect(counts.get(topic.name), topic.name).toBe(topic.partitions ?? PARTITIONS);
    const entries = described.resources.find((resource) => resource.resourceName === topic.name)?.configEntries ?? [];
    expect(Object.fromEntries(entries.map((entry) => [entry.configName, entry.configValue])), topic.name).toEqual({
      'message.timestamp.type': 'LogAppendTime',
      'cleanup.policy': topic.cleanup,
      'retention.ms': `${topic.retentionMs ?? -1}`,
    });
  }
});

test('another number of partitions is refused, and the message says which topics differ', async () => {
  await expect(createTopics({ ...options, partitions: PARTITIONS + 1 })).rejects.toThrow(
    /another number of partitions than 4 \(.*events\.received has 3/,
  );
});

test('every topic with a schema has its subject, once, and the registry refuses a schema that older readers cannot read', async () => {
  const ask = async (path: string) => (await fetch(`${options.registryUrl}${path}`)).json();
  const subjects = TOPICS.filter((topic) => topic.schema !== null).map((topic) => `${topic.name}-value`);
  expect(await ask('/subjects')).toEqual(expect.arrayContaining(subjects));
  for (const subject of subjects) expect(await ask(`/subjects/${subject}/versions`), subject).toEqual([1]);
  const other = { type: 'record', name: 'Other', fields: [{ name: 'added', type: 'string' }] };
  const answer = await fetch(`${options.registryUrl}/subjects/${subjects[0]}/versions`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify({ schema: JSON.stringify(other) }),
  });
  expect(answer.status).toBe(409);
});

test('every service with a stage has its schema with the streaming tables in it, each migration noted once', async () => {
  for (const schema of STAGES) {
    const tables = await postgres<{ tablename: string }>('SELECT tablename FROM pg_tables WHERE schemaname = $1', [
      schema,
    ]);
    expect(
      tables.map((row) => row.tablename),
      schema,
    ).toEqual(expect.arrayContaining(['checkpoint', 'outbox', 'migration']));
    const noted = await postgres<{ name: string }>(
      `SELECT name FROM ${schema}.migration WHERE name LIKE 'streaming/%'`,
    );
    expect(noted.length, schema).toBeGreaterThan(0);
  }
});

test('the console has a schema of its own, without the tables of a stage', async () => {
  const tables = await postgres<{ tablename: string }>(
    "SELECT tablename FROM pg_tables WHERE schemaname = 'console' ORDER BY tablename",
  );
  expect(tables.map((row) => row.tablename)).toEqual([
    'api_token',
    'audit_entry',
    'device',
    'exploration',
    'migration',
    'one_time_link',
    'openid_attempt',
    'person',
    'recovery_code',
    'second_factor',
    'service_changes_read',
    'session',
  ]);
});

test('database hilo has the documented views', async () => {
  const names = (await clickhouse("SELECT name FROM system.tables WHERE database = 'hilo'")).split('\n');
  const documented = ['events', 'profiles', 'identifiers', 'merges', 'profile_changes', 'membership_changes'];
  expect(names).toEqual(
    expect.arrayContaining([
      ...documented,
      'segment_members',
      'segment_recorded_members',
      'members_of',
      'recorded_members_of',
      'deliveries',
      'rejected_events',
      'migration',
    ]),
  );
});

test('a dashboard that was saved before console/0004 keeps its refresh and its version, under the name of the API', async () => {
  await postgres(
    `INSERT INTO console.exploration (id, kind, name, owner, shared, content, version, created_at_ms, updated_at_ms) VALUES
      ('old', 'dashboard', 'Sales', NULL, true, $1, 3, 1, 2),
      ('new', 'dashboard', 'Orders', NULL, true, $2, 1, 1, 1),
      ('query', 'query', 'Mine', NULL, false, $3, 1, 1, 1)`,
    [
      JSON.stringify({ tiles: [{ title: 'A' }], segment: 'vip', refreshSeconds: 30 }),
      JSON.stringify({ tiles: [], segment: null, refresh_s: 60 }),
      JSON.stringify({ sql: 'SELECT 1' }),
    ],
  );
  const ran = "DELETE FROM console.migration WHERE name = 'console/0004-refresh-seconds.sql' RETURNING name";
  expect(await postgres(ran)).toHaveLength(1);
  await migratePostgres(options.postgresUrl, ['console']);
  expect(await postgres('SELECT id, content, version, updated_at_ms FROM console.exploration ORDER BY id')).toEqual([
    { id: 'new', content: { tiles: [], segment: null, refresh_s: 60 }, version: 1, updated_at_ms: '1' },
    { id: 'old', content: { tiles: [{ title: 'A' }], segment: 'vip', refresh_s: 30 }, version: 3, updated_at_ms: '2' },
    { id: 'query', content: { sql: 'SELECT 1' }, version: 1, updated_at_ms: '1' },
  ]);
});

test('a migration that was changed after it ran is refused by its name', async () => {
  await postgres("UPDATE identity.migration SET checksum = 'other' WHERE name LIKE 'streaming/%'");
  await expect(migratePostgres(options.postgresUrl, ['identity'])).rejects.toThrow(
    /migration identity: streaming\/0001-stage.sql was changed after it ran here/,
  );
  await clickhouse(
    "ALTER TABLE hilo.migration UPDATE checksum = 'other' WHERE name = 'clickhouse/0001-tables.sql#1' SETTINGS mutations_sync = 1",
  );
  await expect(migrateClickHouse(options.clickhouse)).rejects.toThrow(
    /migration clickhouse\/0001-tables.sql#1 was changed after it ran here/,
  );
});
