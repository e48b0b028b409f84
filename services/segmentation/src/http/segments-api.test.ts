import type { SegmentDefined } from '@hilo/schemas';
import {
  createLogger,
  createServiceApp,
  openApiOf,
  openPool,
  type ProblemBody,
  type ServiceApp,
  MemoryChanges,
} from '@hilo/service';
import type { SchemaOf } from '@hilo/service/contract';
import { ContractProof } from '@hilo/service/testing';
import type { Origins } from '@hilo/streaming';
import { migratePostgres, openStores, type StoresFor } from '@hilo/test-stack';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PostgresBackfills } from '../adapters/postgres-backfills.ts';
import { PostgresSegmentStore } from '../adapters/postgres-segment-store.ts';
import type { DefinitionWriter } from '../ports.ts';
import { DefinitionPublisher } from '../use-cases/publish-definitions.ts';
import { SegmentationModule } from '../segmentation.module.ts';
import { NO_MEMBERSHIPS } from '../testing/unreached.ts';
import { type Api, contract } from './contract.ts';

const proof = new ContractProof(contract);
const TWICE = { did: 'Bought', count: { gte: 2 }, within: '10m' };
const GOLD = { trait: 'plan', is: { eq: 'gold' } };

/** Of no concern to segments. */
const origins: Origins = { originOf: () => expect.unreachable(), release: () => expect.unreachable() };

/** Keeps what is written; fails on demand, as a broker that is unavailable. */
class KeptWriter implements DefinitionWriter {
  readonly written: SegmentDefined[] = [];
  unavailable = false;

  async start(): Promise<void> {}
  async stop(): Promise<void> {}
  async write(record: SegmentDefined): Promise<void> {
    if (this.unavailable) throw new Error('the broker is unavailable');
    this.written.push(record);
  }
}

/** Everything that an answer may have. */
interface Answer extends Partial<SchemaOf<Api, 'Segment'>>, Partial<ProblemBody> {
  readonly items?: readonly (SchemaOf<Api, 'Segment'> & SchemaOf<Api, 'Member'>)[];
  readonly next?: string | null;
}

let database: StoresFor<'postgres'>;
let admin: pg.Client;
let pools: pg.Pool[];
let stores: PostgresSegmentStore[];
let writer: KeptWriter;
let publishers: DefinitionPublisher[];
let app: ServiceApp;

async function call(method: 'GET' | 'PUT' | 'DELETE', path: string, body?: object, token = 'secret') {
  const answer = await app.instance.inject({
    method,
    url: `/v1/segments${path}`,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
  });
  return { status: answer.statusCode, body: answer.body === '' ? null : (answer.json() as Answer) };
}

beforeAll(async () => {
  database = await openStores('postgres');
  await migratePostgres(database.postgresUrl, ['segmentation']);
  admin = new pg.Client({ connectionString: database.postgresUrl, options: '-c search_path=segmentation' });
  await admin.connect();
  const logger = createLogger({ name: 'test', level: 'silent' });
  pools = [0, 1].map(() => openPool({ ...database, schema: 'segmentation', logger }));
  stores = pools.map((pool) => new PostgresSegmentStore(pool));
  writer = new KeptWriter();
  publishers = stores.map((store) => new DefinitionPublisher({ store, writer, logger }));
  const [store, publisher] = [stores[0] as PostgresSegmentStore, publishers[0] as DefinitionPublisher];
  app = await createServiceApp({
    name: 'segmentation',
    module: SegmentationModule.of({
      ...NO_MEMBERSHIPS,
      store,
      backfills: new PostgresBackfills(pools[0] as pg.Pool),
      previews: { preview: () => expect.unreachable(), fifths: () => expect.unreachable() },
      publisher,
      origins,
      partitions: 4,
    }),
    adminToken: 'secret',
    openapi: openApiOf(contract),
    logger,
    changes: new MemoryChanges(),
    prepare: proof.watch,
    ready: () => true,
  });
}, 120_000);

afterAll(async () => {
  await app.nest.close();
  await Promise.all(publishers.map((publisher) => publisher.stop()));
  await Promise.all(pools.map((pool) => pool.end()));
  await admin.end();
  await database.close();
});

beforeEach(async () => {
  await admin.query('TRUNCATE segment, segment_backfill, counter, unpublished_definition, member, member_count');
  writer.written.length = 0;
  writer.unavailable = false;
});

describe('the API of segments', () => {
  it('serves the routes that its document names', () => {
    expect(app.routeDifferences()).toEqual([]);
  });

  it('wants the admin token', async () => {
    expect((await call('GET', '', undefined, 'wrong')).status).toBe(401);
  });

  it('saves a segment, and declares it to every partition', async () => {
    const { status, body } = await call('PUT', '/twice', { name: 'Bought twice', condition: TWICE });
    expect(status).toBe(200);
    expect(body).toEqual({
      key: 'twice',
      name: 'Bought twice',
      version: 1,
      condition: TWICE,
      members: 0,
      created_at: body?.created_at,
      updated_at: body?.created_at,
      events_counted_from: null,
      published: false,
    });
    expect(writer.written).toEqual([
      {
        segment: 'twice',
        version: 1,
        name: 'Bought twice',
        definition: JSON.stringify(TWICE),
        decided_at: Date.parse(body?.created_at ?? ''),
        number: 1,
        phase: 'declared',
        generation: 1,
        series: [expect.any(String)],
      },
    ]);
    expect((await call('GET', '/twice')).body).toEqual(body);
  });

  it('keeps every digit of a definition, in its answers, its table and its records', async () => {
    const condition =
      '{"all":[{"trait":"crm_id","is":{"oneOf":[1234567890123456789,1e999999999]}},' +
      '{"did":"Bought","where":[{"property":"price","is":{"gt":0.12345678901234567891}}]}]}';
    const send = (method: 'GET' | 'PUT', url: string, payload?: string) =>
      app.instance.inject({
        ...{
          method,
          url: `/v1/segments${url}`,
          headers: { authorization: 'Bearer secret', 'content-type': 'application/json' },
        },
        ...(payload === undefined ? {} : { payload }),
      });
    expect((await send('PUT', '/exact', `{"condition":${condition}}`)).body).toContain(`"condition":${condition}`);
    expect((await send('PUT', '/exact', `{"condition":${condition}}`)).json()).toMatchObject({ version: 1 });
    for (const url of ['/exact', '']) expect((await send('GET', url)).body).toContain(`"condition":${condition}`);
    expect(writer.written.map(({ definition }) => definition)).toEqual([condition]);
  });

  it('is deleted by a DELETE that names a media type and has no body', async () => {
    await call('PUT', '/twice', { condition: TWICE });
    const headers = { authorization: 'Bearer secret', 'content-type': 'application/json' };
    expect((await app.instance.inject({ method: 'DELETE', url: '/v1/segments/twice', headers })).statusCode).toBe(204);
  });

  it('changes nothing with the same body again, and gives a changed one the next version', async () => {
    const first = await call('PUT', '/twice', { name: 'Twice', condition: TWICE });
    expect((await call('PUT', '/twice', { name: 'Twice', condition: TWICE })).body).toEqual(first.body);
    expect(writer.written).toHaveLength(1);
    const edited = await call('PUT', '/twice', { name: 'Twice!', condition: TWICE });
    expect(edited.body).toMatchObject({ version: 2, name: 'Twice!' });
  });

  it('needs no events counted for a condition on traits alone', async () => {
    const { body } = await call('PUT', '/gold', { condition: GOLD });
    expect(body).toMatchObject({ name: 'gold', events_counted_from: null, published: true });
  });

  it('saves over the named version only', async () => {
    expect((await call('PUT', '/a', { condition: TWICE, version: 1 })).body).toMatchObject({
      status: 409,
      code: 'version_conflict',
      field: 'version',
    });
    expect((await call('PUT', '/a', { condition: TWICE, version: 0 })).status).toBe(200);
    expect((await call('PUT', '/a', { name: 'A', condition: TWICE, version: 0 })).status).toBe(409);
    expect((await call('PUT', '/a', { name: 'A', condition: TWICE, version: 1 })).body).toMatchObject({ version: 2 });
  });

  it('deletes a segment once, lets it be made again, and goes on with its versions', async () => {
    await call('PUT', '/a', { condition: TWICE });
    expect((await call('DELETE', '/a')).status).toBe(204);
    expect((await call('DELETE', '/a')).status).toBe(204);
    expect((await call('GET', '/a')).status).toBe(404);
    expect((await call('GET', '/a/members')).status).toBe(404);
    expect((await call('GET', '')).body).toEqual({ items: [], next: null });
    expect((await call('PUT', '/a', { condition: TWICE, version: 0 })).body).toMatchObject({ version: 3 });
    expect(writer.written.map(({ version, definition }) => [version, definition === null])).toEqual([
      [1, false],
      [2, true],
      [3, false],
    ]);
    expect((await call('DELETE', '/b')).body).toMatchObject({ status: 404, code: 'not_found' });
  });

  it.each([
    ['/a', { condition: { did: 7 } }, 'invalid_condition', 'condition.did'],
    ['/a', { name: 'x' }, 'invalid_condition', 'condition'],
    ['/a', { name: '', condition: TWICE }, 'invalid_request', 'name'],
    ['/a', { condition: TWICE, version: '1' }, 'invalid_request', 'version'],
    ['/a', { condition: TWICE, definition: TWICE }, 'invalid_request', 'definition'],
    ['/a%20b', { condition: TWICE }, 'invalid_request', 'key'],
    [`/${'a'.repeat(101)}`, { condition: TWICE }, 'invalid_request', 'key'],
  ])('refuses PUT %s %j', async (path, wanted, code, field) => {
    expect((await call('PUT', path, wanted)).body).toMatchObject({ status: 400, code, field });
    expect(writer.written).toEqual([]);
  });

  it('names every fault of a condition', async () => {
    const { body } = await call('PUT', '/a', { condition: { all: [{ did: 7 }, { trait: 'x', is: { gt: 'y' } }] } });
    expect(body?.detail).toContain('condition.all[0].did must be');
    expect(body?.detail).toContain('condition.all[1].is.gt must be a number');
  });

  it('refuses more than a profile may have to remember', async () => {
    const events = (from: number, count: number) => ({
      any: Array.from({ length: count }, (_, index) => ({ did: `E${from + index}` })),
    });
    for (let from = 0; from < 4_950; from += 99) {
      expect((await call('PUT', `/s${from}`, { condition: events(from, 99) })).status).toBe(200);
    }
    expect((await call('PUT', '/more', { condition: events(4_950, 51) })).body).toMatchObject({
      status: 409,
      code: 'limit_reached',
    });
    expect((await call('PUT', '/more', { condition: events(4_900, 51) })).status).toBe(200);
  }, 60_000);

  it('saves version 2, and refuses what it does not evaluate yet, by its place', async () => {
    const condition = { sum: 'revenue', of: { startsWith: 'Order' }, is: { gte: 100 }, within: 'this month' };
    expect((await call('PUT', '/a', { condition })).body).toMatchObject({ version: 1, condition });
    for (const [unfit, field] of [
      [{ consent: 'marketing' }, 'condition.consent'],
      [{ any: [{ list: 'vip' }, { group: { trait: 'plan', is: { eq: 'gold' } } }] }, 'condition.any[1].group'],
    ] as const)
      expect((await call('PUT', '/b', { condition: unfit })).body).toMatchObject({
        ...{ status: 400, code: 'invalid_condition', field },
      });
  });

  it('lets segments name each other, not in a circle, and deletes none that another names', async () => {
    expect((await call('PUT', '/a', { condition: { in: 'b' } })).body).toMatchObject({ code: 'invalid_condition' });
    await call('PUT', '/b', { condition: TWICE });
    expect((await call('PUT', '/a', { condition: { not: { in: 'b' } } })).status).toBe(200);
    const { body } = await call('PUT', '/b', { condition: { in: 'a' } });
    expect(body).toMatchObject({ status: 400, code: 'invalid_condition' });
    expect(body?.detail).toContain('"b" → "a" → "b"');
    const deleted = await call('DELETE', '/b');
    expect(deleted.body).toMatchObject({ status: 409, code: 'segment_in_use' });
    expect(deleted.body?.detail).toContain('"a"');
    expect((await call('DELETE', '/a')).status).toBe(204);
    expect((await call('DELETE', '/b')).status).toBe(204);
  });

  it('lists segments with their sizes, and members, page by page', async () => {
    for (const key of ['b', 'a', 'c']) await call('PUT', `/${key}`, { condition: TWICE });
    await admin.query(`INSERT INTO member SELECT 'a', 'p' || n, n % 2, 1, 1000 + n FROM generate_series(1, 5) n`);
    await admin.query(`INSERT INTO member_count VALUES ('a', 0, 2), ('a', 1, 3)`);
    const page = await call('GET', '?limit=2');
    expect(page.body?.items?.map(({ key, members }) => [key, members])).toEqual([
      ['a', 5],
      ['b', 0],
    ]);
    const rest = await call('GET', `?limit=2&cursor=${page.body?.next}`);
    expect(rest.body).toMatchObject({ items: [{ key: 'c' }], next: null });
    const members = await call('GET', '/a/members?limit=3');
    expect(members.body?.items?.[0]).toEqual({
      profile_id: 'p1',
      segment_version: 1,
      since: '1970-01-01T00:00:01.001Z',
    });
    const others = await call('GET', `/a/members?limit=3&cursor=${members.body?.next}`);
    expect(others.body?.items?.map(({ profile_id }) => profile_id)).toEqual(['p4', 'p5']);
    expect(others.body?.next).toBeNull();
  });

  it('numbers all changes without a gap, in the order in which they are saved, also those of several at once', async () => {
    const keys = ['a', 'b', 'c', 'd', 'e'];
    await Promise.all(keys.map((key) => call('PUT', `/${key}`, { condition: TWICE })));
    await call('PUT', '/f', { condition: { all: [] } });
    await call('PUT', '/a', { condition: TWICE });
    await call('DELETE', '/a');
    await call('PUT', '/b', { name: 'B', condition: TWICE });
    await Promise.all(publishers.map((publisher) => publisher.publishSoon()));
    const saved = writer.written.map(({ segment, number }) => ({ segment, number }));
    expect(saved.map(({ number }) => number)).toEqual(saved.map((_, index) => index + 1));
    expect(saved.slice(-2).map(({ segment }) => segment)).toEqual(['a', 'b']);
  });

  it('says that a definition is not published while the broker is unavailable, and publishes it later, in order', async () => {
    writer.unavailable = true;
    expect((await call('PUT', '/a', { condition: GOLD })).body).toMatchObject({ version: 1, published: false });
    expect((await call('PUT', '/a', { name: 'A', condition: GOLD })).body).toMatchObject({ published: false });
    await call('PUT', '/b', { condition: GOLD });
    writer.unavailable = false;
    await Promise.all(publishers.map((publisher) => publisher.publishSoon()));
    expect(writer.written.map(({ segment, version }) => `${segment} ${version}`)).toEqual(['a 1', 'a 2', 'b 1']);
    expect((await call('GET', '/a')).body).toMatchObject({ published: true });
  });

  it('publishes a record also where another instance was publishing when it was saved', async () => {
    const writing = Promise.withResolvers<void>();
    const held = Promise.withResolvers<void>();
    await stores[1]?.save({ key: 'a', name: 'a', condition: { did: 'A' }, basedOn: null }, 5);
    const other = stores[1]?.publishNext(async (record) => {
      writing.resolve();
      await held.promise;
      await writer.write(record);
    });
    await writing.promise;
    const answer = call('PUT', '/b', { condition: GOLD });
    while ((await admin.query('SELECT FROM unpublished_definition')).rowCount !== 2) await new Promise(setImmediate);
    held.resolve();
    expect((await answer).body).toMatchObject({ key: 'b', published: true });
    await other;
    expect(writer.written.map(({ segment }) => segment)).toEqual(['a', 'b']);
  });

  it('gives saves from several instances at once distinct versions and times, published in that order', async () => {
    const wanted = (index: number) => ({
      key: 'a',
      name: `name ${index}`,
      condition: { did: `E${index}` },
      basedOn: null,
    });
    await Promise.all(
      Array.from({ length: 20 }, (_, index) => (stores[index % 2] as PostgresSegmentStore).save(wanted(index), 5)),
    );
    await publishers[0]?.publishSoon();
    expect(writer.written.map(({ version }) => version)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    const times = writer.written.map(({ decided_at }) => decided_at);
    expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
  });

  it('answers as its contract says, on every route of segments', () => {
    expect(proof.breaches()).toEqual([]);
    expect(proof.unproved()).toEqual([
      ...['getBackfill 200', 'startBackfill 200', 'cancelBackfill 204'],
      ...[
        'previewSegment 200',
        'rfmThresholds 200',
        'explainProfile 200',
        'listSegmentChanges 200',
        'listProfileChanges 200',
      ],
      ...['verifySegments 200', 'verifySegment 200', 'getVerification 200'],
      ...['getWaitingExits 200', 'releaseOrigin 200'],
    ]);
  });
});
