import { createLogger, createServiceApp, MemoryChanges, openApiOf, openPool, type ServiceApp } from '@hilo/service';
import { ContractProof } from '@hilo/service/testing';
import { migratePostgres, openStores, type StoresFor } from '@hilo/test-stack';
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PostgresVerifications } from '../adapters/postgres-verifications.ts';
import type { ListedSegment } from '../ports.ts';
import { SegmentationModule } from '../segmentation.module.ts';
import { NO_MEMBERSHIPS } from '../testing/unreached.ts';
import { VerifyInTurns } from '../use-cases/verify-in-turns.ts';
import type { RangeVerified } from '../use-cases/verify-memberships.ts';
import { contract } from './contract.ts';

const PARTITIONS = 2;
const proof = new ContractProof(contract);
const reached = () => expect.unreachable();
const logger = createLogger({ name: 'test', level: 'silent' });
const DIFFERENCE = { segment: 'vip', profile_id: 'p_a', published: null, state: true, history: false } as const;

let database: StoresFor<'postgres'>;
let pool: pg.Pool;
let verifications: PostgresVerifications;
let app: ServiceApp;
/** What was asked for, and what each range has. */
const asked: string[] = [];
let ranges: (partition: number, after: string) => Promise<Partial<RangeVerified>>;

const verify = {
  async range(partition: number, after: string, segment: string | null): Promise<RangeVerified> {
    asked.push(`${partition} ${after} ${segment}`);
    const position = { partition, momentMs: 0, offsets: [1, 2] };
    const nothing = { checked: 1, undecided: new Map(), differences: [], countedSince: new Set<string>(), to: null };
    return { ...nothing, position, ...(await ranges(partition, after)) };
  },
};

async function call(method: 'GET' | 'POST', path: string) {
  const headers = { authorization: 'Bearer secret' };
  const answer = await app.instance.inject({ method, url: `/v1/${path}`, headers });
  return { status: answer.statusCode, body: answer.json() as Record<string, unknown> };
}

beforeAll(async () => {
  database = await openStores('postgres');
  await migratePostgres(database.postgresUrl, ['segmentation']);
  pool = openPool({ postgresUrl: database.postgresUrl, schema: 'segmentation', logger });
  verifications = new PostgresVerifications(pool);
  const find = async (key: string) => (key === 'vip' ? ({ key } as ListedSegment) : null);
  app = await createServiceApp({
    name: 'segmentation',
    module: SegmentationModule.of({
      ...NO_MEMBERSHIPS,
      store: {
        save: reached,
        find,
        list: reached,
        members: reached,
        publishNext: reached,
        waiting: reached,
        saveWithPast: reached,
        cancelBackfill: reached,
      },
      ...{ previews: { preview: reached, fifths: reached }, publisher: { publishSoon: reached } },
      origins: { originOf: reached, release: reached },
      backfills: { find: reached, underLock: reached },
      ...{ verify, verifications, partitions: PARTITIONS },
    }),
    adminToken: 'secret',
    openapi: openApiOf(contract),
    logger,
    changes: new MemoryChanges(),
    prepare: proof.watch,
    ready: () => true,
  });
}, 120_000);

beforeEach(async () => {
  asked.length = 0;
  ranges = async () => ({});
  await pool.query('TRUNCATE verification');
});

afterAll(async () => {
  await app?.nest.close();
  await pool?.end();
  await database?.close();
  expect(proof.breaches()).toEqual([]);
});

describe('POST /v1/segments/verify', () => {
  it('adds up the ranges of all partitions', async () => {
    ranges = async (partition, after) => {
      if (partition === 0 && after === '') return { to: 'p_m', undecided: new Map([['due', 2]]) };
      return partition === 1
        ? { differences: [DIFFERENCE], countedSince: new Set(['new']) }
        : { undecided: new Map([['due', 1]]) };
    };
    const { status, body } = await call('POST', 'segments/verify');
    expect([status, body]).toEqual([
      200,
      {
        checked: 3,
        undecided: [{ reason: 'due', profiles: 3 }],
        differences: [DIFFERENCE],
        total: 1,
        not_compared: [{ segment: 'new', reason: 'counted_since' }],
        vector: [0, 1].map((partition) => ({ partition, as_of: '1970-01-01T00:00:00.000Z', offsets: [1, 2] })),
        took_ms: expect.any(Number),
        next: null,
      },
    ]);
    expect(asked).toEqual(['0  null', '0 p_m null', '1  null']);
  });

  it('verifies one segment, if there is one', async () => {
    expect((await call('POST', 'segments/vip/verify')).body).toMatchObject({ checked: 2, total: 0, next: null });
    expect(asked).toEqual(['0  vip', '1  vip']);
    expect(await call('POST', 'segments/other/verify')).toMatchObject({
      status: 404,
      body: { code: 'not_found', field: 'key' },
    });
  });

  it.each(['nonsense', Buffer.from('["9","p"]').toString('base64url')])('refuses the cursor %s', async (cursor) => {
    expect(await call('POST', `segments/verify?cursor=${cursor}`)).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', field: 'cursor' },
    });
  });

  it('goes on from a cursor', async () => {
    const cursor = Buffer.from('["1","p_m"]').toString('base64url');
    await call('POST', `segments/verify?cursor=${cursor}`);
    expect(asked).toEqual(['1 p_m null']);
  });

  it('runs once at a time', async () => {
    const begun = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    ranges = async () => {
      begun.resolve();
      await goOn.promise;
      return {};
    };
    const first = call('POST', 'segments/verify');
    await begun.promise;
    expect(await call('POST', 'segments/verify')).toMatchObject({ status: 429, body: { code: 'too_many_queries' } });
    goOn.resolve();
    expect((await first).status).toBe(200);
  });
});

describe('verification in the background', () => {
  const turns = (intervalMs: number) =>
    new VerifyInTurns({ verify, verifications, partitions: PARTITIONS, intervalMs, logger });

  it('takes each partition once in an interval, and says what it found', async () => {
    ranges = async (partition) =>
      partition === 1 ? { differences: [DIFFERENCE], undecided: new Map([['held', 2]]) } : {};
    const [one, other] = [turns(3_600_000), turns(3_600_000)];
    expect((await call('GET', 'verification')).body).toEqual({
      verified_at: null,
      checked: 0,
      undecided: 0,
      differences: 0,
    });
    expect([await one.next(), await other.next(), await one.next()]).toEqual([true, true, false]);
    expect(asked).toEqual(['0  null', '1  null']);
    expect((await call('GET', 'verification')).body).toEqual({
      verified_at: expect.any(String),
      ...{ checked: 2, undecided: 2, differences: 1 },
    });
  });

  it('comes back to a partition whose verification ended in a fault', async () => {
    ranges = async () => Promise.reject(new Error('ClickHouse is gone'));
    await expect(turns(3_600_000).next()).rejects.toThrow('gone');
    ranges = async () => ({});
    expect((await call('GET', 'verification')).body).toMatchObject({ verified_at: null });
    await pool.query('UPDATE verification SET begun_at_ms = begun_at_ms - 3600000');
    expect(await turns(3_600_000).next()).toBe(true);
  });
});
