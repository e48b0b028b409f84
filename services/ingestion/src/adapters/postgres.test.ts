import { createLogger, openPool } from '@hilo/service';
import type { EventReceived } from '@hilo/schemas';
import { migratePostgres, openStores } from '@hilo/test-stack';
import type { Pool } from 'pg';
import { register } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ingestionStage } from '../stage.ts';
import { receivedEvent } from '../testing/events.ts';
import { sourceStoreContract } from '../testing/source-store-contract.ts';
import { sourceOf } from '../testing/sources.ts';
import { digestOf } from '../domain/message-window.ts';
import { PostgresHousekeeping } from './postgres-housekeeping.ts';
import { PostgresRejections } from './postgres-rejections.ts';
import { PostgresSeenMessages } from './postgres-seen-messages.ts';
import { PostgresSources } from './postgres-sources.ts';

const ANY = { reason: null, source: null };
const NOON = Date.UTC(2026, 10, 22, 12);
const DAY = 86_400_000;
const logger = createLogger({ name: 'ingestion', level: 'silent' });
let stores: Awaited<ReturnType<typeof openStores<'postgres'>>>;
let pool: Pool;

beforeAll(async () => {
  stores = await openStores('postgres');
  await migratePostgres(stores.postgresUrl, ['ingestion']);
  pool = openPool({ ...stores, schema: 'ingestion', logger });
}, 120_000);

afterAll(async () => {
  await pool.end();
  await stores.close();
});

sourceStoreContract('PostgreSQL', async () => {
  await pool.query('TRUNCATE source');
  return new PostgresSources(pool);
});

/** Runs a batch of the stage against the tables, as far as its own statements go; false: it met a conflict. */
async function batch(events: readonly EventReceived[], nowMs: number, between = async () => {}): Promise<boolean> {
  const { logic } = ingestionStage({
    sources: { known: () => new Map([['web', sourceOf('web')]]), find: async () => [] },
    metrics: { ended: () => undefined },
  });
  const inputs = events.map((value, offset) => ({
    ...({ kind: 'record', topic: 'events.received', partition: 0, key: 'u', timestamp_ms: nowMs } as const),
    ...{ offset: offset + Math.floor(nowMs / 1000) * 1000, value },
  }));
  const view = await logic.load(inputs, {
    rows: async <Row>({ sql, values }: { sql: string; values: readonly unknown[] }) =>
      (await pool.query(sql, [...values])).rows as Row[],
  });
  for (const input of inputs) logic.apply(view, input, { nowMs });
  await between();
  for (const { sql, values, expectRows } of logic.writes(view)) {
    const { rowCount } = await pool.query(sql, [...values]);
    if (expectRows !== undefined && rowCount !== expectRows) return false;
  }
  return true;
}

async function partitions(): Promise<string[]> {
  const { rows } = await pool.query<{ name: string }>(
    "SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'seen_message'::regclass ORDER BY 1",
  );
  return rows.map(({ name }) => name);
}

describe('housekeeping', () => {
  it('makes partitions for a week back and two days ahead, and drops older ones as days pass', async () => {
    await new PostgresHousekeeping(pool, logger, () => NOON).keep();
    expect(await partitions()).toHaveLength(10);
    await new PostgresHousekeeping(pool, logger, () => NOON + 2 * DAY).keep();
    const names = await partitions();
    expect([names[0], names.at(-1), names.length]).toEqual(['seen_message_20261117', 'seen_message_20261126', 10]);
  });

  it('can be done by many instances at once', async () => {
    const keepers = Array.from({ length: 4 }, () => new PostgresHousekeeping(pool, logger, () => NOON + 20 * DAY));
    await Promise.all(keepers.map((keeper) => keeper.keep()));
    expect(await partitions()).toHaveLength(10);
    await new PostgresHousekeeping(pool, logger, () => NOON).keep();
    expect(await partitions()).toContain('seen_message_20261122');
  });
});

describe('the size in the metrics', () => {
  it('is reported of each table, the partitions of one together, of the schema, the database and the server', async () => {
    await new PostgresHousekeeping(pool, logger, () => NOON).keep();
    const bytes = async (relations: string): Promise<number> => {
      const { rows } = await pool.query<{ bytes: number }>(
        `SELECT sum(pg_total_relation_size(oid))::float8 AS bytes FROM pg_class WHERE ${relations}`,
      );
      return rows[0]?.bytes ?? 0;
    };
    const gauge = async (name: string): Promise<number> => {
      const lines = (await register.metrics()).split('\n');
      return Number(lines.find((line) => line.startsWith(`${name} `))?.split(' ')[1]);
    };
    const partitionsBytes = await bytes("relname ~ '^seen_message_\\d+$' AND relkind = 'r'");
    expect(partitionsBytes).toBeGreaterThan(0);
    await expect
      .poll(() => gauge('hilo_postgres_table_bytes{schema="ingestion",table="seen_message"}'))
      .toBe(partitionsBytes);
    expect(await gauge('hilo_postgres_schema_bytes{schema="ingestion"}')).toBe(
      await bytes("relnamespace = 'ingestion'::regnamespace AND relkind = 'r'"),
    );
    const database_bytes = await gauge('hilo_postgres_database_bytes{schema="ingestion"}');
    expect(database_bytes).toBeGreaterThan(partitionsBytes);
    const open = await gauge('hilo_postgres_server_connections{schema="ingestion"}');
    expect(open).toBeGreaterThan(0);
    expect(await gauge('hilo_postgres_server_max_connections{schema="ingestion"}')).toBeGreaterThanOrEqual(open);
  });
});

describe('remembered messages', () => {
  const seen = async () =>
    Number((await pool.query<{ count: string }>('SELECT count(*) FROM seen_message')).rows[0]?.count);

  it('are found again for a week, and their race is noticed also over midnight', async () => {
    await new PostgresHousekeeping(pool, logger, () => NOON).keep();
    const event = receivedEvent({ message_id: 'm' });
    expect(await batch([event, event, receivedEvent({ message_id: 'n' })], NOON)).toBe(true);
    expect(await seen()).toBe(2);
    expect(await batch([event], NOON + DAY)).toBe(true);
    expect(await seen()).toBe(2);
    const midnight = NOON + DAY / 2;
    const racing = receivedEvent({ message_id: 'racing' });
    const raced = await batch([racing], midnight + 1000, async () => {
      expect(await batch([racing], midnight - 1000)).toBe(true);
    });
    expect(raced).toBe(false);
  });
});

describe('the list of rejections', () => {
  it('has what the stage rejected, newest first, each once, also where texts hold what PostgreSQL does not', async () => {
    await pool.query('TRUNCATE rejection');
    const bad = [
      receivedEvent({ source: 'a\0b' }),
      receivedEvent({ event: null, original: Buffer.alloc(12_000, 'x') }),
    ];
    await batch(bad, NOON);
    await batch(bad, NOON);
    await batch([receivedEvent({ type: '\ud800\0' })], NOON + 1000);
    const store = new PostgresRejections(pool);
    const first = await store.list(ANY, 2, null);
    expect(first.map(({ reason, received_at }) => [reason, received_at])).toEqual([
      ['unknown_type', NOON + 1000],
      ['missing_event', NOON],
    ]);
    // More than is shown: a key that lies across the end is found.
    expect(first[1]?.original).toHaveLength(8192 + 2048);
    const rest = await store.list(ANY, 2, { receivedMs: NOON, id: first[1]?.rejection_id ?? '' });
    expect(rest.map(({ reason, source }) => [reason, source])).toEqual([['unknown_source', 'ab']]);
  });

  it('takes whatever faults a record names that was written straight to Kafka', async () => {
    await pool.query('TRUNCATE rejection');
    const gauge = { code: 'a\0', field: '\0f\ud800', message: `m\0${'\ud800'.repeat(2000)}` };
    await batch([receivedEvent({ faults: [gauge], via: 'x\0' })], NOON);
    const [found] = await new PostgresRejections(pool).list(ANY, 2, null);
    expect(found).toMatchObject({ reason: 'invalid_body', field: 'f\ufffd', via: 'kafka' });
    expect(found?.message).toMatch(/^m\ufffd{498}$/);
  });

  it('is counted and filtered by reason and source, and keeps what a replay needs', async () => {
    await pool.query('TRUNCATE rejection');
    const whole = Buffer.alloc(60_000, 'x');
    const bad = [
      receivedEvent({ event: null, original: whole, via: 'http', request_position: 7, sent_at: NOON - 5 }),
      receivedEvent({ event: null, original: Buffer.alloc(70_000, 'x') }),
      receivedEvent({ type: 'dance' }),
    ];
    await batch(bad, NOON);
    const store = new PostgresRejections(pool);
    expect(await store.reasons()).toEqual([
      { reason: 'missing_event', count: 2, latest_ms: NOON },
      { reason: 'unknown_type', count: 1, latest_ms: NOON },
    ]);
    const missing = await store.list({ reason: 'missing_event', source: 'web' }, 10, null);
    expect(new Set(missing.map(({ original_bytes }) => original_bytes))).toEqual(new Set([60_000, 70_000]));
    expect(await store.list({ reason: 'missing_event', source: 'app' }, 10, null)).toEqual([]);
    const ids = missing.map(({ rejection_id }) => rejection_id);
    const kept = await store.find([...ids, 'none', 'a\0']);
    expect(new Set(kept.map(({ isWhole }) => isWhole))).toEqual(new Set([false, true]));
    expect(kept.find(({ isWhole }) => isWhole)).toMatchObject({
      original: whole,
      ...{ received_at_ms: NOON, request_position: 7, sent_at_ms: NOON - 5 },
      type: 'track',
    });
    await store.markReplayed(ids, NOON + 1);
    await store.markReplayed(ids, NOON + 2);
    const marked = await store.find(ids);
    expect(marked.map(({ replayed_at_ms }) => replayed_at_ms)).toEqual([NOON + 1, NOON + 1]);
    await store.markReplayed([], NOON);
  });

  it('keeps originals whole up to a number of bytes, the newest first', async () => {
    await pool.query('TRUNCATE rejection');
    const large = receivedEvent({ event: null, original: Buffer.alloc(20_000, 'x') });
    for (const second of [0, 1, 2]) await batch([large], NOON + second * 1000);
    await new PostgresHousekeeping(pool, logger, () => NOON, 45_000).keep();
    const store = new PostgresRejections(pool);
    const ids = (await store.list(ANY, 10, null)).map(({ rejection_id }) => rejection_id);
    const kept = new Map((await store.find(ids)).map(({ rejection_id, isWhole }) => [rejection_id, isWhole] as const));
    expect(ids.map((id) => kept.get(id))).toEqual([true, true, false]);
  });
});

describe('accepted messages', () => {
  it('are found by their digests', async () => {
    await new PostgresHousekeeping(pool, logger, () => NOON).keep();
    await batch([receivedEvent({ message_id: 'accepted' })], NOON);
    const seen = new PostgresSeenMessages(pool);
    const [accepted, other] = [digestOf('web', 'accepted'), digestOf('web', 'other')];
    expect(await seen.among([accepted, other])).toEqual(new Set([accepted]));
    expect(await seen.among([])).toEqual(new Set());
  });
});
