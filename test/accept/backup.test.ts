import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../e2e/eventually.ts';
import { HiloClient } from '../e2e/hilo-client.ts';
import { ComposeStack } from './compose-stack.ts';

const PEOPLE = 50;
const STORES_LOST = ['postgres', 'clickhouse'];
const WITHIN_MS = 120_000;

/** What must be the same before and after. */
interface Accounts {
  readonly events: number;
  readonly ids: number;
  readonly people: readonly object[];
  readonly members: readonly object[];
}

let stack: ComposeStack;
let hilo: HiloClient;
let folder: string;
let atBackup: Accounts;
let sent = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hilo-backup-'));
  stack = await ComposeStack.open();
  await stack.up(1);
  hilo = new HiloClient(stack.credentials);
  await hilo.segment('regulars', { did: 'Order Completed', count: { gte: 2 }, within: '30d' });
}, 1_200_000);
afterAll(async () => {
  await stack?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Each person orders once, having visited before, and names a country. */
async function everybodyOrders(country: string): Promise<void> {
  const batch = Array.from({ length: PEOPLE }, (_, person) => [
    { type: 'track', event: 'Order Completed', anonymousId: `a${person}`, properties: { revenue: 10 } },
    { type: 'identify', userId: `u${person}`, anonymousId: `a${person}`, traits: { country } },
  ]).flat();
  await hilo.send('batch', { batch: batch.map((call) => ({ ...call, messageId: `backup-${sent++}` })) });
  await eventually(
    'every event is in ClickHouse',
    () => hilo.rows<{ n: number }>('SELECT count() AS n FROM hilo.events'),
    ([row]) => row?.n === sent,
    WITHIN_MS,
  );
}

async function accounts(members: number): Promise<Accounts> {
  const found = await eventually(
    `${members} are in the segment`,
    () =>
      hilo.rows<{ user: string }>(
        `SELECT value AS user FROM hilo.segment_members AS m JOIN hilo.identifiers AS i ON i.profile_id = m.profile_id
         WHERE segment = 'regulars' AND i.type = 'user_id' ORDER BY user`,
      ),
    (rows) => rows.length === members,
    WITHIN_MS,
  );
  const [row] = await hilo.rows<{ events: number; ids: number }>(
    'SELECT count() AS events, uniqExact(message_id) AS ids FROM hilo.events',
  );
  const people = await eventually(
    'everybody has a profile with a country',
    () =>
      hilo.rows<{ user: string; country: string }>(
        `SELECT value AS user, JSONExtractString(p.traits, 'country') AS country FROM hilo.profiles AS p
         JOIN hilo.identifiers AS i ON i.profile_id = p.profile_id WHERE i.type = 'user_id' ORDER BY user`,
      ),
    (rows) => rows.length === PEOPLE && rows.every(({ country }) => country !== ''),
    WITHIN_MS,
  );
  return { events: row?.events ?? 0, ids: row?.ids ?? 0, people, members: found };
}

async function lose(...volumes: readonly string[]): Promise<void> {
  await stack.compose('down', '--timeout', '30');
  for (const volume of volumes)
    await stack.run('docker', 'volume', 'rm', `${stack.env.COMPOSE_PROJECT_NAME}_${volume}`);
}

async function restore(): Promise<void> {
  await stack.run('infra/docker/restore.sh', folder);
  await stack.healthy();
}

it('a backup is made, and everything goes on afterwards', async () => {
  await everybodyOrders('Spain');
  atBackup = await accounts(0);
  expect(atBackup).toMatchObject({ events: 2 * PEOPLE, ids: 2 * PEOPLE });
  await stack.run('infra/docker/backup.sh', folder);
  await stack.healthy();
  await everybodyOrders('Peru');
});

it('PostgreSQL and ClickHouse, lost and restored, are again as they were, with all that came after the backup', async () => {
  const before = await accounts(PEOPLE);
  await lose(...STORES_LOST);
  await restore();
  await eventually(
    'what came after the backup is worked out again',
    () => hilo.rows<{ n: number }>('SELECT count() AS n FROM hilo.events'),
    ([row]) => row?.n === sent,
    WITHIN_MS,
  );
  await eventually(
    'all is as it was',
    () => accounts(PEOPLE),
    (now) => JSON.stringify(now) === JSON.stringify(before),
    WITHIN_MS,
  );
});

it('with every store lost, Kafka too, all is as it was at the backup, and events flow', async () => {
  await lose('kafka', 'registry', ...STORES_LOST);
  await restore();
  expect(await accounts(0)).toEqual(atBackup);
  sent = 2 * PEOPLE;
  await everybodyOrders('Chile');
  // Each has the order from before the backup and this one.
  expect((await accounts(PEOPLE)).events).toBe(4 * PEOPLE);
});
