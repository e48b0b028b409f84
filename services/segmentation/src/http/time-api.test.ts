import { createLogger, createServiceApp, openApiOf, MemoryChanges, openPool, type ServiceApp } from '@hilo/service';
import { ContractProof, testKeysOf } from '@hilo/service/testing';
import { type OriginStanding, TransientFaultError } from '@hilo/streaming';
import { migratePostgres, openStores, type StoresFor } from '@hilo/test-stack';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PostgresSegmentStore } from '../adapters/postgres-segment-store.ts';
import { SegmentationModule } from '../segmentation.module.ts';
import { NO_MEMBERSHIPS } from '../testing/unreached.ts';
import { contract } from './contract.ts';

const MINUTE_MS = 60_000;
const PARTITIONS = 4;
const proof = new ContractProof(contract);

/** Partitions of other stages, as a test wants them; all is well but for what it says. */
class KnownOrigins {
  readonly behind = new Map<string, { behindMs: number | null; standsMs: number; isReleased?: boolean }>();
  readonly released: string[] = [];
  unavailable = false;

  originOf(stage: string, partition: number): OriginStanding {
    const {
      behindMs,
      standsMs,
      isReleased = false,
    } = this.behind.get(`${stage}/${partition}`) ?? {
      ...{ behindMs: 1_000, standsMs: 100 },
    };
    const readToMs = behindMs === null ? null : Date.now() - behindMs;
    return { stage, partition, readToMs, standsMs, isReleased };
  }

  async release(stage: string, partition: number): Promise<void> {
    if (this.unavailable) throw new TransientFaultError('the log is unavailable');
    this.released.push(`${stage}/${partition}`);
  }
}

const CONSOLE = testKeysOf('console');
let database: StoresFor<'postgres'>;
let admin: pg.Client;
let pool: pg.Pool;
let store: PostgresSegmentStore;
let origins: KnownOrigins;
let app: ServiceApp;

async function call(method: 'GET' | 'POST', path: string, token?: string) {
  const ours = CONSOLE.tokens.tokenFor('segmentation', { actor: { who: 'ann@example.com', address: null } });
  const headers = { authorization: `Bearer ${token ?? (await ours)}` };
  const answer = await app.instance.inject({ method, url: `/v1/${path}`, headers });
  return { status: answer.statusCode, body: answer.json() as Record<string, unknown> };
}

const release = (origin: string, token?: string) => call('POST', `time/origins/${origin}/release`, token);

async function due(partition: number, key: string, agoMs: number): Promise<void> {
  await admin.query('INSERT INTO state (partition, key, body, due_ms) VALUES ($1, $2, $3, $4)', [
    ...[partition, key, Buffer.alloc(1), Date.now() - agoMs],
  ]);
}

beforeAll(async () => {
  database = await openStores('postgres');
  await migratePostgres(database.postgresUrl, ['segmentation']);
  admin = new pg.Client({ connectionString: database.postgresUrl, options: '-c search_path=segmentation' });
  await admin.connect();
  pool = openPool({ ...database, schema: 'segmentation', logger: createLogger({ name: 'test', level: 'silent' }) });
  store = new PostgresSegmentStore(pool);
}, 120_000);

beforeEach(async () => {
  await admin.query('TRUNCATE state');
  origins = new KnownOrigins();
  app = await createServiceApp({
    ...{
      name: 'segmentation',
      adminToken: null,
      callerKeys: CONSOLE.callerKeys,
      openapi: openApiOf(contract),
      ready: () => true,
      changes: new MemoryChanges(),
    },
    prepare: proof.watch,
    logger: createLogger({ name: 'test', level: 'silent' }),
    module: SegmentationModule.of({
      ...NO_MEMBERSHIPS,
      ...{ store, origins, partitions: PARTITIONS },
      publisher: { publishSoon: () => expect.unreachable() },
      backfills: { find: () => expect.unreachable(), underLock: () => expect.unreachable() },
      previews: { preview: () => expect.unreachable(), fifths: () => expect.unreachable() },
    }),
  });
  return () => app.nest.close();
});

afterAll(async () => {
  await pool.end();
  await admin.end();
  await database.close();
});

describe('the API of time', () => {
  it('serves the routes that its document names', () => {
    expect(app.routeDifferences()).toEqual([]);
  });

  it('says that nobody waits while all is well', async () => {
    await due(0, 'p_soon', 1_000);
    await due(1, 'p_later', -MINUTE_MS);
    expect((await call('GET', 'time')).body).toEqual({ people: 0, more: false, since: null, origins: [] });
  });

  it('says how many wait, since when, and for which origins', async () => {
    for (const [index, partition] of [0, 0, 3].entries()) await due(partition, `p_${index}`, (index + 1) * MINUTE_MS);
    origins.behind.set('identity/2', { behindMs: 4 * MINUTE_MS, standsMs: MINUTE_MS });
    origins.behind.set('profile/1', { behindMs: null, standsMs: MINUTE_MS, isReleased: true });
    const { body } = await call('GET', 'time');
    expect(body).toMatchObject({ people: 3, more: false });
    expect(Date.now() - Date.parse(String(body['since']))).toBeGreaterThanOrEqual(3 * MINUTE_MS);
    expect(body['origins']).toMatchObject([
      { stage: 'identity', partition: 2, behind_s: 240, released: false },
      { stage: 'profile', partition: 1, read_to: null, behind_s: null, released: true },
    ]);
  });

  it('counts ten thousand at most', async () => {
    await admin.query(
      'INSERT INTO state (partition, key, due_ms) SELECT 1, number::text, 1 FROM generate_series(1, 10001) AS number',
    );
    expect((await call('GET', 'time')).body).toMatchObject({ people: 10_000, more: true });
  });

  it('releases an origin that stands still, and writes down who wanted it', async () => {
    origins.behind.set('identity/3', { behindMs: MINUTE_MS, standsMs: MINUTE_MS });
    expect(await release('identity/3')).toMatchObject({
      ...{ status: 200, body: { stage: 'identity', partition: 3, released: true } },
    });
    expect(origins.released).toEqual(['identity/3']);
    expect((await call('GET', 'changes')).body['items']).toMatchObject([
      {
        ...{ who: 'ann@example.com', method: 'POST', target: 'v1/time/origins/identity/3/release' },
        after: { stage: 'identity', partition: 3, released: true },
      },
    ]);
  });

  it('leaves one that is released as it is', async () => {
    origins.behind.set('identity/3', { behindMs: MINUTE_MS, standsMs: 0, isReleased: true });
    expect((await release('identity/3')).status).toBe(200);
    expect(origins.released).toEqual([]);
  });

  it.each([
    ['nobody/0', 404, 'not_found', 'stage', 'ingestion, identity, profile'],
    ['segmentation/0', 404, 'not_found', 'stage', 'ingestion, identity, profile'],
    ['identity/4', 404, 'not_found', 'partition', 'from 0 to 3'],
    ['identity/-1', 400, 'invalid_request', 'partition', 'from 0 to 3'],
    ['identity/1.5', 400, 'invalid_request', 'partition', 'from 0 to 3'],
    ['identity/x', 400, 'invalid_request', 'partition', 'from 0 to 3'],
    ['identity/99999999999999999999', 400, 'invalid_request', 'partition', 'from 0 to 3'],
  ])('refuses %s, and says what would be right', async (origin, status, code, field, right) => {
    const answer = await release(origin);
    expect(answer).toMatchObject({ status, body: { code, field, detail: expect.stringContaining(right) } });
    expect(origins.released).toEqual([]);
    expect((await call('GET', 'changes')).body['items']).toEqual([]);
  });

  it.each([
    [{ behindMs: 1_000, standsMs: MINUTE_MS }, 'not_behind'],
    [{ behindMs: MINUTE_MS, standsMs: 100 }, 'moving'],
  ])('refuses to leave out one that does not stand still: %j', async (how, code) => {
    origins.behind.set('identity/0', how);
    expect(await release('identity/0')).toMatchObject({ status: 409, body: { code } });
    expect(origins.released).toEqual([]);
  });

  it('takes no release from somebody without the admin token', async () => {
    expect((await release('identity/0', 'wrong')).status).toBe(401);
  });

  it('says so where Kafka does not take the release', async () => {
    origins.behind.set('identity/0', { behindMs: MINUTE_MS, standsMs: MINUTE_MS });
    origins.unavailable = true;
    expect(await release('identity/0')).toMatchObject({ status: 503, body: { code: 'unavailable' } });
  });

  it('answers as its contract says', () => {
    expect(proof.breaches()).toEqual([]);
    expect(proof.unproved()).not.toContain('getWaitingExits 200');
    expect(proof.unproved()).not.toContain('releaseOrigin 200');
  });
});
