import { UTC } from '@hilo/behaviour';
import { type Condition, seriesIdsOf } from '@hilo/behaviour/version-2';
import type { PastEventRow } from '@hilo/behaviour/version-2/sql';
import type { SegmentDefined, SegmentPast } from '@hilo/schemas';
import { createLogger, createServiceApp, MemoryChanges, openApiOf, openPool, type ServiceApp } from '@hilo/service';
import { ContractProof } from '@hilo/service/testing';
import { migratePostgres, openStores, type StoresFor } from '@hilo/test-stack';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PostgresBackfills } from '../adapters/postgres-backfills.ts';
import { PostgresSegmentStore } from '../adapters/postgres-segment-store.ts';
import type { BackfillLog, PastEvents } from '../ports.ts';
import { NO_MEMBERSHIPS } from '../testing/unreached.ts';
import { SegmentationModule } from '../segmentation.module.ts';
import { type Advanced, advanceBackfills } from '../use-cases/advance-backfills.ts';
import { contract } from './contract.ts';

const proof = new ContractProof(contract);
const PARTITIONS = 2;
const TWICE: Condition = { did: 'Bought', count: { gte: 2 } };
const GOLD: Condition = { trait: 'plan', is: { eq: 'gold' } };
const reached = () => expect.unreachable();

let database: StoresFor<'postgres'>;
let admin: pg.Client;
let pool: pg.Pool;
let store: PostgresSegmentStore;
let backfills: PostgresBackfills;
let app: ServiceApp;
let published: SegmentDefined[];

/** Kafka and history as a test wants them: everything is read and loaded up to these offsets. */
const log = { written: [] as SegmentPast[], marks: 0, loaded: 0, end: 0 };
const kafka: BackfillLog = {
  stop: async () => undefined,
  write: async (records) => void log.written.push(...records),
  writeMarks: async () => void (log.marks += 1),
  ends: async () => new Map([[0, { low: 0, high: log.end }]]),
  loaded: async () => ({ topicId: 'now', offsets: new Map([0, 1].map((partition) => [partition, log.loaded])) }),
};
let rows: PastEventRow[];
const past: PastEvents = {
  count: async () => rows.length,
  read: async function* (_selectors, after) {
    yield rows.filter(({ profile_id }) => profile_id > after);
  },
  stop: async () => undefined,
};

function row(profile_id: string, more: Partial<PastEventRow> = {}): PastEventRow {
  return {
    ...{ profile_id, type: 'track', event: 'Bought', name: null, group_id: null, content: '{}', timestamp: 1 },
    ...{ received_at: 1, request_position: 0, source: 'web', message_id: 'm', topic_id: 'now', topic_partition: 0 },
    ...{ topic_offset: 0, ...more },
  };
}

/** Every partition folds what was published, standing at this offset of its events. */
async function fold(offset: number): Promise<void> {
  await store.publishNext(async (record) => {
    published.push(record);
    for (let partition = 0; partition < PARTITIONS; partition += 1)
      await admin.query('INSERT INTO definition_position VALUES ($1, $2, $3)', [
        ...[partition, record.number],
        JSON.stringify({ 'events.identified': offset }),
      ]);
  });
}

/** All partitions are so far in both topics that the past travels on. */
async function read(offset: number): Promise<void> {
  const body = JSON.stringify({ offsets: { 'segmentation.backfill': offset, 'segmentation.handover': offset } });
  await admin.query(
    `INSERT INTO checkpoint (partition, epoch, revision, body) VALUES (0, 1, 1, $1)
    ON CONFLICT (partition) DO UPDATE SET body = excluded.body`,
    [body],
  );
}

function step(): Promise<Advanced | null> {
  const around = { log: kafka, past, zone: UTC, partitions: PARTITIONS, pace: async () => undefined, nowMs: Date.now };
  return backfills.underLock((steps) => advanceBackfills(steps, around));
}

/** Steps until something has to be waited for. */
async function advance(): Promise<void> {
  while ((await step()) === 'moved');
}

async function call(method: 'GET' | 'PUT' | 'POST' | 'DELETE', path: string, body?: object) {
  const answer = await app.instance.inject({
    ...{ method, url: `/v1/segments${path}` },
    headers: { authorization: 'Bearer secret', ...(body && { 'content-type': 'application/json' }) },
    ...(body && { payload: JSON.stringify(body) }),
  });
  return { status: answer.statusCode, body: answer.body === '' ? null : (answer.json() as Record<string, unknown>) };
}

const save = (key: string, condition: Condition) => call('PUT', `/${key}`, { condition });
const phaseOf = async (key: string) => (await call('GET', `/${key}/backfill`)).body?.['phase'];
const phases = () => published.map(({ segment, phase }) => `${segment} ${phase}`);

beforeAll(async () => {
  database = await openStores('postgres');
  await migratePostgres(database.postgresUrl, ['segmentation']);
  admin = new pg.Client({ connectionString: database.postgresUrl, options: '-c search_path=segmentation' });
  await admin.connect();
  const logger = createLogger({ name: 'test', level: 'silent' });
  pool = openPool({ ...database, schema: 'segmentation', logger });
  store = new PostgresSegmentStore(pool);
  backfills = new PostgresBackfills(pool);
  app = await createServiceApp({
    name: 'segmentation',
    module: SegmentationModule.of({
      ...NO_MEMBERSHIPS,
      ...{
        store,
        backfills,
        previews: { preview: reached, fifths: reached },
        publisher: { publishSoon: async () => undefined },
      },
      ...{ origins: { originOf: reached, release: reached }, partitions: PARTITIONS },
    }),
    ...{ adminToken: 'secret', openapi: openApiOf(contract), logger, changes: new MemoryChanges() },
    prepare: proof.watch,
    ready: () => true,
  });
}, 120_000);

afterAll(async () => {
  await app.nest.close();
  await pool.end();
  await admin.end();
  await database.close();
});

beforeEach(async () => {
  await admin.query(
    'TRUNCATE segment, segment_backfill, counter, unpublished_definition, definition_position, checkpoint, member, member_count',
  );
  Object.assign(log, { written: [], marks: 0, loaded: 100, end: 0 });
  published = [];
  rows = [];
});

describe('a backfill', () => {
  it('goes through its phases, each only once everybody is ready for it', async () => {
    rows = [row('p_a', { topic_offset: 4 }), row('p_a', { topic_offset: 5 }), row('p_b', { topic_id: '' })];
    log.loaded = 4;
    await save('twice', TWICE);
    expect(await step()).toBe('waits');
    await fold(0);
    await advance();
    expect(await phaseOf('twice')).toBe('cutting');
    await fold(5);
    // History has loaded what lies below 4, and the partitions are cut at 5.
    expect(await step()).toBe('waits');
    log.loaded = 5;
    log.end = 9;
    await advance();
    expect(await phaseOf('twice')).toBe('settling');
    expect(log.written.map(({ profile_id, generation, part }) => [profile_id, generation, part])).toEqual([
      ['p_a', 1, 0],
      ['p_b', 1, 0],
    ]);
    expect(log.written.map(({ series }) => JSON.parse(series[0]?.content ?? ''))).toEqual([
      { b: 0, n: 1 },
      { b: 0, n: 1 },
    ]);
    expect((await call('GET', '/twice/backfill')).body).toMatchObject({
      ...{ state: 'running', events: { read: 3, of: 3 }, records: 2, ended_at: null },
    });
    await read(8);
    expect(await step()).toBe('waits');
    expect(log.marks).toBe(0);
    await read(9);
    await advance();
    expect(log.marks).toBe(3);
    expect(await phaseOf('twice')).toBe('switching');
    expect((await call('GET', '/twice')).body).toMatchObject({ published: false });
    await fold(7);
    await advance();
    expect(await phaseOf('twice')).toBe('done');
    expect((await call('GET', '/twice')).body).toMatchObject({ published: true, events_counted_from: null });
    expect(phases()).toEqual(['twice declared', 'twice cut', 'twice switched']);
    expect(published.map(({ number, generation }) => [number, generation])).toEqual([
      [1, 1],
      [2, 1],
      [3, 1],
    ]);
  });

  /** A segment comes into force, through all phases. */
  async function bringIntoForce(key: string, condition: Condition): Promise<void> {
    await save(key, condition);
    for (let round = 0; round < 4; round += 1) {
      await fold(1);
      await advance();
    }
    expect(await phaseOf(key)).toBe('done');
  }

  it('is needed by what no condition in force asks for, and by nothing else', async () => {
    await bringIntoForce('twice', TWICE);
    for (const [key, condition] of Object.entries({
      again: { all: [TWICE, GOLD] },
      gold: GOLD,
      named: { in: 'twice' },
    }))
      expect([key, (await save(key, condition as Condition)) && (await phaseOf(key))]).toEqual([key, null]);
    const lacking: Record<string, Condition> = {
      more: { did: 'Bought', count: { gte: 3 } },
      lately: { did: 'Bought', within: '7d' },
      other: { did: 'Sold' },
    };
    for (const [key, condition] of Object.entries(lacking)) {
      await save(key, condition);
      expect([key, await phaseOf(key)]).toEqual([key, 'declared']);
    }
    await save('waits', { in: 'other' });
    expect(await phaseOf('waits')).toBe('declared');
    // Through others too: otherwise partitions would name them in a circle until the switch.
    await save('twice', { did: 'Rented' });
    await save('far', { all: [GOLD, { in: 'named' }] });
    expect(await phaseOf('far')).toBe('declared');
  });

  it('looks up together what was saved meanwhile', async () => {
    await save('a', { did: 'A' });
    await fold(0);
    await advance();
    await save('b', { did: 'B' });
    await save('c', { did: 'C' });
    for (let round = 0; round < 6; round += 1) {
      await fold(1);
      await advance();
    }
    expect(phases().filter((one) => one.endsWith('cut'))).toEqual(['a cut', 'b cut', 'c cut']);
    expect([await phaseOf('a'), await phaseOf('b'), await phaseOf('c')]).toEqual(['done', 'done', 'done']);
  });

  it('is cancelled: an edited segment gets its condition back, and a new one is deleted', async () => {
    await bringIntoForce('twice', TWICE);
    await save('twice', { did: 'Sold' });
    await save('new', { did: 'Rented' });
    expect((await call('POST', '/twice/backfill/cancel')).status).toBe(204);
    expect((await call('GET', '/twice')).body).toMatchObject({ condition: TWICE, version: 3 });
    expect((await call('POST', '/new/backfill/cancel')).status).toBe(204);
    expect((await call('GET', '/new')).status).toBe(404);
    expect((await call('POST', '/twice/backfill/cancel')).body).toMatchObject({ status: 409, code: 'no_backfill' });
    await fold(1);
    await advance();
    expect((await call('GET', '/twice')).body).toMatchObject({ published: true });
    expect(phases().slice(-2)).toEqual(['twice in_force', 'new in_force']);
    expect((await call('POST', '/gone/backfill/cancel')).status).toBe(404);
  });

  it.each(['declared', 'cutting', 'settling'])(
    'begins again when its segment is edited while it is %s',
    async (phase) => {
      log.end = phase === 'settling' ? 9 : 0;
      await save('a', { did: 'A' });
      for (let round = 0; round < ['declared', 'cutting', 'settling'].indexOf(phase); round += 1) {
        await fold(1);
        await advance();
      }
      expect(await phaseOf('a')).toBe(phase);
      await save('a', { did: 'B' });
      log.end = 0;
      for (let round = 0; round < 4; round += 1) {
        await fold(1);
        await advance();
      }
      expect(await phaseOf('a')).toBe('done');
      expect(phases().filter((one) => one === 'a switched')).toHaveLength(1);
      expect(published.at(-1)).toMatchObject({ version: 2, definition: '{"did":"B"}' });
    },
  );

  it('includes the past of a segment that an earlier release saved, and keeps its members until then', async () => {
    await admin.query(
      `INSERT INTO segment (key, name, condition, in_force, version, created_at_ms, saved_at_ms, number)
        VALUES ('old', 'Old', $1, $1, 1, 5, 5, 1)`,
      [JSON.stringify(TWICE)],
    );
    const [id] = seriesIdsOf(TWICE);
    await admin.query('INSERT INTO counter (id, since_ms) VALUES ($1, 5)', [id]);
    expect((await call('GET', '/old')).body).toMatchObject({ events_counted_from: '1970-01-01T00:00:00.005Z' });
    expect((await call('POST', '/old/backfill')).body).toMatchObject({ state: 'waiting', phase: 'declared' });
    expect((await call('GET', '/old')).body).toMatchObject({ events_counted_from: '1970-01-01T00:00:00.005Z' });
    for (let round = 0; round < 4; round += 1) {
      await fold(1);
      await advance();
    }
    expect((await call('GET', '/old')).body).toMatchObject({ events_counted_from: null, published: true, version: 2 });
    expect((await call('POST', '/old/backfill')).body).toMatchObject({ state: 'done' });
    expect((await call('POST', '/gone/backfill')).status).toBe(404);
  });

  it('is advanced by one instance at a time', async () => {
    const inside = Promise.withResolvers<void>();
    const first = backfills.underLock(() => inside.promise);
    await expect.poll(() => step()).toBeNull();
    inside.resolve();
    await first;
    expect(await step()).toBe('nothing');
  });

  it('answers as its contract says', () => {
    expect(proof.breaches()).toEqual([]);
    expect(proof.unproved().filter((one) => one.includes('Backfill'))).toEqual([]);
  });
});
