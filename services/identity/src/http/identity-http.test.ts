import { type ServiceApp, createLogger, createServiceApp, openApiOf, openPool } from '@hilo/service';
import { ContractProof } from '@hilo/service/testing';
import { type StoresFor, migratePostgres, openStores } from '@hilo/test-stack';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PostgresIdentityReader } from '../adapters/postgres-identity-reader.ts';
import { IdentityModule } from '../identity.module.ts';
import { eventOf } from '../testing/events.ts';
import { postgresGraphStore } from '../testing/postgres-graph-store.ts';
import { resolveInBatches } from '../testing/resolve-in-batches.ts';
import { contract } from './contract.ts';

const TOKEN = 'the-admin-token';
const proof = new ContractProof(contract);
let database: StoresFor<'postgres'>;
let pool: ReturnType<typeof openPool>;
let app: ServiceApp;

async function get(path: string, token = TOKEN) {
  const response = await app.instance.inject({ url: path, headers: { authorization: `Bearer ${token}` } });
  return { status: response.statusCode, body: response.json<Record<string, unknown>>() };
}

const find = (type: string, value: unknown) => lookup({ identifier: { type, value } });

async function lookup(body: object) {
  const response = await app.instance.inject({
    method: 'POST',
    url: '/v1/profiles/lookup',
    headers: { authorization: `Bearer ${TOKEN}` },
    payload: body,
  });
  return { status: response.statusCode, body: response.json<Record<string, unknown>>() };
}

beforeAll(async () => {
  database = await openStores('postgres');
  await migratePostgres(database.postgresUrl, ['identity']);
  const store = await postgresGraphStore(database.postgresUrl);
  const events = [
    eventOf({ message_id: 'm1', anonymous_id: 'a:1', timestamp: 1_000 }),
    eventOf({
      message_id: 'm2',
      type: 'identify',
      user_id: 'u1',
      traits: '{"email":"ann@example.com"}',
      received_at: 2_000,
    }),
    eventOf({ message_id: 'm3', user_id: 'u1', anonymous_id: 'a:1', source: 'app', timestamp: 3_000 }),
  ];
  await resolveInBatches(store, events, [1]);
  await store.close();
  const logger = createLogger({ name: 'identity', level: 'silent' });
  pool = openPool({ ...database, schema: 'identity', logger });
  app = await createServiceApp({
    name: 'identity',
    module: IdentityModule.of({ reader: new PostgresIdentityReader(pool) }),
    adminToken: TOKEN,
    openapi: openApiOf(contract),
    prepare: proof.watch,
    logger,
    ready: () => true,
  });
}, 120_000);

afterAll(async () => {
  await app.nest.close();
  await pool.end();
  await database.close();
});

describe('the identity API', () => {
  test('serves what its document describes, and nothing else', () => {
    expect(app.routeDifferences()).toEqual([]);
  });

  test('says whose an identifier is, and which event says so', async () => {
    expect(await find('anonymous_id', 'a:1')).toEqual({
      status: 200,
      body: {
        type: 'anonymous_id',
        value: 'a:1',
        profile_id: '2',
        evidence: {
          source: 'web',
          message_id: 'm1',
          rule: 'same_event',
          event_time: '1970-01-01T00:00:01.000Z',
          linked_at: '1970-01-01T00:00:00.005Z',
        },
      },
    });
  });

  test('finds an email however it is written', async () => {
    expect((await find('email', ' ANN@example.com')).body).toMatchObject({ profile_id: '2' });
  });

  test('shows a profile with its identifiers, and the merge that made it', async () => {
    const { body } = await get('/v1/profiles/2');
    expect(body).toMatchObject({
      profile_id: '2',
      status: 'live',
      survivor: null,
      created_at: '1970-01-01T00:00:02.000Z',
    });
    expect((body.identifiers as { value: string }[]).map(({ value }) => value).sort()).toEqual([
      'a:1',
      'ann@example.com',
      'u1',
    ]);
    expect(body.merges).toMatchObject([
      {
        absorbed: '1',
        survivor: '2',
        version: 1,
        identifiers: [{ type: 'anonymous_id', value: 'a:1' }],
        evidence: { source: 'app', message_id: 'm3', event_time: '1970-01-01T00:00:03.000Z' },
      },
    ]);
  });

  test('says of a merged profile who survives', async () => {
    expect((await get('/v1/profiles/1')).body).toMatchObject({ status: 'merged', survivor: '2', identifiers: [] });
  });

  test.each([
    ['/v1/profiles/p_none', 404, 'not_found'],
    ['/v1/profiles/a%00b', 400, 'invalid_request'],
  ])('%s answers %i %s', async (path, status, code) => {
    expect(await get(path)).toMatchObject({ status, body: { code } });
  });

  test.each([
    ['user_id', 'nobody', 404, 'not_found', 'identifier'],
    ['user_id', 'null', 404, 'not_found', 'identifier'],
    ['email', 'not-an-email', 404, 'not_found', 'identifier'],
    ['user_id', 'a\0b', 400, 'invalid_request', 'identifier.value'],
    ['user_id', '', 400, 'invalid_request', 'identifier.value'],
    ['user_id', 7, 400, 'invalid_request', 'identifier.value'],
    ['shoe_size', '44', 400, 'invalid_request', 'identifier.type'],
  ])('a lookup of %s %j answers %i %s', async (type, value, status, code, field) => {
    expect(await find(type, value)).toMatchObject({ status, body: { code, field } });
  });

  test('takes an identifier from the body alone', async () => {
    expect(await get('/v1/identifiers/user_id:u1')).toMatchObject({ status: 404 });
    expect(await lookup({})).toMatchObject({ status: 400, body: { field: 'identifier' } });
  });

  test('asks for the admin token', async () => {
    expect(await get('/v1/profiles/2', 'wrong')).toMatchObject({ status: 401 });
  });

  test('answers as its contract says, on every route', () => {
    expect(proof.breaches()).toEqual([]);
    expect(proof.unproved()).toEqual([]);
  });
});
