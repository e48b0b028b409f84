import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseJson } from '@hilo/exact-json';
import {
  Callers,
  createLogger,
  createServiceApp,
  MemoryChanges,
  openApiOf,
  openPool,
  type ServiceApp,
} from '@hilo/service';
import { ContractProof, testKeysOf } from '@hilo/service/testing';
import { type StoresFor, migratePostgres, openStores } from '@hilo/test-stack';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { httpEventHistory } from '../adapters/http-event-history.ts';
import { PROFILE_TABLES } from '../adapters/postgres-profile-mirror.ts';
import { PostgresProfileReader } from '../adapters/postgres-profile-reader.ts';
import { followMembership } from '../domain/follow-membership.ts';
import { linkIdentifiers } from '../domain/link-identifiers.ts';
import { mergeProfiles } from '../domain/merge-profiles.ts';
import { type ProfileState, newProfile } from '../domain/profile-state.ts';
import { setTraits } from '../domain/set-traits.ts';
import { ProfileModule } from '../profile.module.ts';
import { membershipOf } from '../testing/events.ts';
import { malformedAddress } from './api-error.ts';
import { contract } from './contract.ts';
import { nameRequests } from './request-id.ts';

const TOKEN = 'the-admin-token';
const KEYS = testKeysOf('profile');
const CONSOLE = testKeysOf('console');
const historyCallers = new Callers({ service: 'history', adminToken: null, keys: KEYS.callerKeys });
const BASE = '/v1/spaces/default/collections/users/profiles';

let database: StoresFor<'postgres'>;
let client: pg.Client;
let pool: ReturnType<typeof openPool>;
let history: Server;
let app: ServiceApp;
const proof = new ContractProof(contract);
let historyAnswers = true;

/** The history service as the Profile API sees it: two pages of one event each. */
async function answerAsHistory(address: string, token = ''): Promise<[number, object]> {
  const url = new URL(address, 'http://history');
  const route = 'GET /v1/profiles/{profile_id}/events';
  const caller = await historyCallers.identify(token.replace('Bearer ', ''), route);
  if (!historyAnswers || caller === null) return [500, {}];
  if (url.pathname !== '/v1/profiles/p_a/events') return [404, {}];
  const cursor = url.searchParams.get('cursor');
  if (cursor !== null && cursor !== 'page-2') return [400, {}];
  const first = { message_id: 'm1', type: 'track', event: 'Order Completed', user_id: 'u1', anonymous_id: 'a1' };
  const second = { message_id: 'm2', type: 'page', event: null, user_id: null, anonymous_id: 'a1' };
  const rest = {
    source: 'web',
    timestamp: '2026-01-01T00:00:00.000Z',
    properties: parseJson('{"total":1,"id":1234567890123456789}'),
    context: null,
  };
  return [
    200,
    cursor === null
      ? { items: [{ ...first, ...rest }], next: 'page-2' }
      : { items: [{ ...second, ...rest }], next: null },
  ];
}

async function write(before: ProfileState | null, after: ProfileState | null): Promise<void> {
  for (const { sql, values } of PROFILE_TABLES.project([
    { key: (after ?? before)?.profile_id ?? '', partition: 0, before, after },
  ]))
    await client.query(sql, [...values]);
}

const PROFILE_A = [
  setTraits(
    newProfile('p_a'),
    { name: 'Ann', city: 'Madrid', gone: null, ['__proto__']: [1], tags: { a: null } },
    {
      source: 'web',
      message_id: 'm1',
      event_time_ms: 1_000,
      receivedMs: 1_000,
      position: 0,
    },
  ).state,
]
  .map((state) => linkIdentifiers(state, [{ type: 'user_id', value: 'u:1/é' }], cause('m0', 500)))
  .map((state) => followMembership(state, membershipOf({})))[0] as ProfileState;

const PROFILE_B = linkIdentifiers(
  newProfile('p_b'),
  [
    { type: 'anonymous_id', value: 'a1' },
    { type: 'email', value: 'ann@example.com' },
  ],
  cause('m2', 2_000),
);

function cause(message_id: string, event_time_ms: number) {
  return { source: 'app', message_id, event_time_ms, receivedMs: event_time_ms, position: 0 };
}

async function get(path: string, authorization = `Bearer ${TOKEN}`) {
  const response = await app.instance.inject({ url: path, headers: { authorization } });
  return { status: response.statusCode, headers: response.headers, body: response.json<Record<string, unknown>>() };
}

beforeAll(async () => {
  database = await openStores('postgres');
  await migratePostgres(database.postgresUrl, ['profile']);
  client = new pg.Client({ connectionString: database.postgresUrl, options: '-c search_path=profile' });
  await client.connect();
  await write(null, PROFILE_A);
  await write(null, PROFILE_B);
  history = createServer((request, response) => {
    void answerAsHistory(request.url ?? '', request.headers.authorization).then(([status, body]) =>
      response.writeHead(status).end(JSON.stringify(body)),
    );
  });
  await new Promise<void>((resolve) => history.listen(0, '127.0.0.1', resolve));
  const logger = createLogger({ name: 'profile', level: 'silent' });
  pool = openPool({ ...database, schema: 'profile', logger });
  const { port } = history.address() as AddressInfo;
  app = await createServiceApp({
    name: 'profile',
    module: ProfileModule.of({
      identifiersInUrls: 'allowed',
      reader: new PostgresProfileReader(pool),
      history: httpEventHistory(`http://127.0.0.1:${port}`, KEYS.tokens),
      logger,
    }),
    adminToken: TOKEN,
    callerKeys: CONSOLE.callerKeys,
    openapi: openApiOf(contract),
    changes: new MemoryChanges(),
    logger,
    ready: () => true,
    prepare: (instance) => {
      nameRequests(instance);
      proof.watch(instance);
    },
    malformed: malformedAddress,
  });
}, 120_000);

afterAll(async () => {
  await app.nest.close();
  await pool.end();
  await client.end();
  history.close();
  await database.close();
});

const U1 = `user_id:${encodeURIComponent('u:1/é')}`;

describe('the Profile API', () => {
  test('serves what its document describes, and nothing else', () => {
    expect(app.routeDifferences()).toEqual([]);
  });

  test('gives the traits, without removed ones, ten unless asked otherwise', async () => {
    const { status, body, headers } = await get(`${BASE}/${U1}/traits`);
    expect(status).toBe(200);
    expect(JSON.stringify(body.traits)).toBe('{"__proto__":[1],"city":"Madrid","name":"Ann","tags":{"a":null}}');
    expect(body.cursor).toEqual({ url: `${BASE}/${U1}/traits`, has_more: false, next: '', limit: 10 });
    expect(headers['request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('gives traits page by page', async () => {
    const names: string[] = [];
    let url = `${BASE}/${U1}/traits?limit=1`;
    for (let more = true; more; ) {
      const { body } = await get(url);
      const cursor = body.cursor as { url: string; has_more: boolean };
      names.push(...Object.keys(body.traits as object));
      ({ url, has_more: more } = cursor);
    }
    expect(names).toEqual(['__proto__', 'city', 'name', 'tags']);
  });

  test('gives only the traits named, and in full where asked', async () => {
    const { body } = await get(`${BASE}/${U1}/traits?include=city,none&verbose=true`);
    expect(body.traits).toEqual({
      city: { value: 'Madrid', source_id: 'web', message_id: 'm1', updated_at: '1970-01-01T00:00:01.000Z' },
    });
  });

  test('gives segments as audiences and as a list', async () => {
    expect((await get(`${BASE}/${U1}/traits?class=audience`)).body.traits).toEqual({ vip: true });
    expect((await get(`${BASE}/${U1}/traits?class=computed_trait`)).body.traits).toEqual({});
    expect((await get(`${BASE}/${U1}/segments`)).body.data).toEqual([
      { segment: 'vip', version: 1, since: '1970-01-01T00:00:06.000Z' },
    ]);
  });

  test('gives identifiers with the event that linked them', async () => {
    expect((await get(`${BASE}/${U1}/external_ids?include=user_id`)).body.data).toEqual([
      {
        source_id: 'app',
        collection: 'users',
        id: 'u:1/é',
        type: 'user_id',
        created_at: '1970-01-01T00:00:00.500Z',
        encoding: 'none',
        first_message_id: 'm0',
      },
    ]);
  });

  test('gives metadata', async () => {
    expect((await get(`${BASE}/${U1}/metadata?verbose=true`)).body.metadata).toEqual({
      created_at: '1970-01-01T00:00:00.500Z',
      updated_at: '1970-01-01T00:00:01.000Z',
      expires_at: null,
      first_message_id: 'm0',
      first_source_id: 'app',
      last_message_id: 'm1',
      last_source_id: 'web',
      profile_id: 'p_a',
    });
  });

  test('gives events from the history, page by page', async () => {
    const first = await get(`${BASE}/${U1}/events?limit=1`);
    expect(first.body).toEqual({
      data: [
        {
          external_ids: [
            { collection: 'users', type: 'user_id', id: 'u1', encoding: 'none' },
            { collection: 'users', type: 'anonymous_id', id: 'a1', encoding: 'none' },
          ],
          context: {},
          type: 'track',
          message_id: 'm1',
          source_id: 'web',
          timestamp: '2026-01-01T00:00:00.000Z',
          properties: { total: 1, id: Number('1234567890123456789') },
          event: 'Order Completed',
          related: { users: 'p_a' },
        },
      ],
      cursor: { url: `${BASE}/${U1}/events?limit=1&next=page-2`, has_more: true, next: 'page-2', limit: 1 },
    });
    const second = await get((first.body.cursor as { url: string }).url);
    expect(second.body).toMatchObject({ data: [{ message_id: 'm2' }], cursor: { has_more: false, next: '' } });
    expect((await get(`${BASE}/${U1}/events?include=Order%20Viewed`)).body.data).toEqual([]);
  });

  test('keeps every digit of numbers, in traits and in events', async () => {
    const text =
      '{"acct":12345678901234567890123,"crm_id":1234567890123456789,"huge":1e400,"in":[{"price":0.12345678901234567891}]}';
    const values = parseJson(text) as Readonly<Record<string, unknown>>;
    await write(
      null,
      linkIdentifiers(
        setTraits(newProfile('p_n'), values, cause('m8', 1)).state,
        [{ type: 'user_id', value: 'n' }],
        cause('m8', 1),
      ),
    );
    const answer = (path: string) =>
      app.instance.inject({ url: `${BASE}/${path}`, headers: { authorization: `Bearer ${TOKEN}` } });
    expect((await answer('user_id:n/traits')).body).toContain(`{"traits":${text},`);
    expect((await answer('user_id:n/traits?verbose=true&include=crm_id')).body).toContain(
      '"value":1234567890123456789,',
    );
    expect((await answer(`${U1}/events`)).body).toContain('"properties":{"total":1,"id":1234567890123456789}');
  });

  test('pages through identifiers with cursors that show none of them', async () => {
    const read = async (query: string) => (await get(`${BASE}/profile_id:p_b/external_ids${query}`)).body;
    const all = (await read('')).data as readonly { readonly type: string; readonly id: string }[];
    const pages: unknown[] = [];
    for (let next = ''; ; ) {
      const { data, cursor } = (await read(`?limit=1&next=${next}`)) as {
        readonly data: readonly unknown[];
        readonly cursor: { readonly next: string; readonly has_more: boolean };
      };
      pages.push(...data);
      if (!cursor.has_more) break;
      ({ next } = cursor);
      const shown = Buffer.from(next, 'base64url').toString();
      for (const { id } of all) expect(shown).not.toContain(id);
    }
    expect(all).toHaveLength(2);
    expect(pages).toEqual(all);
  });

  test('says so when the history does not answer', async () => {
    historyAnswers = false;
    expect(await get(`${BASE}/${U1}/events`)).toMatchObject({ status: 503, body: { error: { code: 'unavailable' } } });
    historyAnswers = true;
  });

  test('takes the token as Segment’s clients send it', async () => {
    const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;
    expect(await get(`${BASE}/${U1}/metadata`, basic(`${TOKEN}:`))).toMatchObject({ status: 200 });
    const ours = await CONSOLE.tokens.tokenFor('profile');
    expect(await get(`${BASE}/${U1}/metadata`, `Bearer ${ours}`)).toMatchObject({ status: 200 });
    const [others, anothers] = [await CONSOLE.tokens.tokenFor('history'), await KEYS.tokens.tokenFor('profile')];
    for (const wrong of [
      `Bearer ${others}`,
      `Bearer ${anothers}`,
      basic('other:'),
      basic(`:${TOKEN}`),
      'Bearer other',
      'Basic',
      '',
    ])
      expect(await get(`${BASE}/${U1}/metadata`, wrong)).toMatchObject({
        status: 401,
        body: { error: { code: 'authentication_error' } },
      });
    const changes = await get('/v1/changes', `Bearer ${TOKEN}`);
    expect(changes).toMatchObject({
      body: {
        items: [
          {
            reason: 'unauthorized',
            target: expect.stringMatching(/:identifier\/metadata$/),
            count: expect.any(Number),
          },
        ],
      },
    });
  });

  test.each([
    [`${BASE}/user_id:nobody/traits`, 404, 'not_found'],
    [`/v1/spaces/other/collections/users/profiles/${U1}/traits`, 404, 'not_found'],
    [`${BASE}/nobody/traits`, 400, 'validation_error'],
    [`${BASE}/user_id:a%00b/traits`, 400, 'validation_error'],
    [`${BASE}/user_id:%ff/traits`, 400, 'invalid_request_error'],
    [`${BASE}/user_id:%/traits`, 400, 'invalid_request_error'],
    [`${BASE}/user_id:%c3%28/events`, 400, 'invalid_request_error'],
    [`/v1/spaces/%ff/collections/users/profiles/${U1}/traits`, 400, 'invalid_request_error'],
    [`${BASE}/${U1}/traits?include=%ff`, 400, 'invalid_request_error'],
    [`${BASE}/${U1}/events?next=%zz`, 400, 'invalid_request_error'],
    [`${BASE}/${U1}/traits?limit=0`, 400, 'invalid_request_error'],
    [`${BASE}/${U1}/traits?limit=201`, 400, 'invalid_request_error'],
    [`${BASE}/${U1}/traits?limit=1&limit=2`, 400, 'invalid_request_error'],
    [`${BASE}/${U1}/traits?class=friends`, 400, 'invalid_request_error'],
    [`${BASE}/${U1}/traits?verbose=maybe`, 400, 'invalid_request_error'],
    [`${BASE}/${U1}/traits?next=nonsense`, 400, 'invalid_request_error'],
    [`${BASE}/${U1}/events?next=nonsense`, 400, 'invalid_request_error'],
  ])('%s answers %i %s', async (path, status, code) => {
    expect(await get(path)).toMatchObject({ status, body: { error: { code } } });
  });

  test('leads from an absorbed profile’s identifiers and id to the survivor, and always somewhere', async () => {
    const idOf = async (name: string): Promise<unknown> =>
      ((await get(`${BASE}/${name}/metadata?verbose=true`)).body.metadata as { profile_id: string }).profile_id;
    expect(await idOf('email:ANN@example.com')).toBe('p_b');
    await write(PROFILE_B, null);
    expect(await idOf('anonymous_id:a1')).toBe('p_b');
    await write(PROFILE_A, mergeProfiles(PROFILE_A, PROFILE_B));
    expect(await idOf('anonymous_id:a1')).toBe('p_a');
    expect(await idOf('profile_id:p_b')).toBe('p_a');
    expect(await idOf('profile_id:p_a')).toBe('p_a');
  });

  test('answers as its contract says', () => {
    expect(proof.breaches()).toEqual([]);
    expect(proof.unproved()).toEqual([]);
  });
});
