import { setTimeout as pause } from 'node:timers/promises';
import { createLogger, createServiceApp, MemoryChanges, openApiOf, openPool, type ServiceApp } from '@hilo/service';
import type { StateChange } from '@hilo/streaming';
import { ContractProof } from '@hilo/service/testing';
import { migratePostgres, openStores, type StoresFor } from '@hilo/test-stack';
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ActivationModule } from '../activation.module.ts';
import { DESTINATION_TYPES } from '../destinations/types.ts';
import { deliveryId, NO_DELIVERIES, type ProfileDeliveries, retryId } from '../domain/delivery.ts';
import { append, enqueue, settle, startDue } from '../domain/delivery-queue.ts';
import { supersede, takeRetry } from '../domain/retries.ts';
import { contract } from '../http/contract.ts';
import { type RetryLog, RetryLogUnavailableError } from '../ports.ts';
import { retryDeliveries } from '../use-cases/retry-deliveries.ts';
import { answered, destination, destinationsOf, membership, typesThatAllow } from '../testing/fixtures.ts';
import { saveDestination } from '../use-cases/save-destination.ts';
import { PostgresDeliveries } from './postgres-deliveries.ts';
import { DELIVERY_TABLES } from './postgres-delivery-mirror.ts';
import { PostgresDestinations } from './postgres-destinations.ts';

const logger = createLogger({ name: 'activation', level: 'silent' });
const proof = new ContractProof(contract);
let stores: StoresFor<'postgres'>;
let pool: pg.Pool;
let destinations: PostgresDestinations;
let elsewhere: PostgresDestinations;
let deliveries: PostgresDeliveries;
let app: ServiceApp;
/** What the log does with retries: each test of them says. */
let log: RetryLog['append'];

beforeAll(async () => {
  stores = await openStores('postgres');
  await migratePostgres(stores.postgresUrl, ['activation']);
  pool = openPool({ postgresUrl: stores.postgresUrl, schema: 'activation', logger });
  [destinations, elsewhere] = [new PostgresDestinations(pool, logger), new PostgresDestinations(pool, logger)];
  deliveries = new PostgresDeliveries(pool, logger);
  await destinations.start();
  await elsewhere.start();
  app = await createServiceApp({
    name: 'activation',
    module: ActivationModule.of({
      destinations,
      deliveries,
      types: typesThatAllow('127.0.0.1:9'),
      save: saveDestination({ destinations, segments: { missing: async () => [] } }),
      retry: retryDeliveries({
        deliveries,
        log: { append: (retries) => log(retries) },
        nowMs: () => Date.now(),
        pause,
      }),
    }),
    prepare: proof.watch,
    ...{ adminToken: 'token', openapi: openApiOf(contract), logger, changes: new MemoryChanges(), ready: () => true },
  });
}, 120_000);

beforeEach(async () => {
  await pool.query('TRUNCATE delivery; DELETE FROM destination');
  log = () => Promise.reject(new Error('no retry was expected'));
});

afterAll(async () => {
  await app.nest.close();
  await destinations.stop();
  await elsewhere.stop();
  await pool.end();
  await stores.close();
});

const call = (method: 'GET' | 'PUT' | 'POST' | 'DELETE', url: string, body?: object) =>
  app.instance.inject({
    method,
    url,
    headers: { authorization: 'Bearer token' },
    ...(body === undefined ? {} : { payload: body }),
  });
const WEBHOOK = { type: 'webhook', settings: { url: 'http://127.0.0.1:9/hook' }, segments: ['buyers'] };
const webhook = (settings: object) => ({ ...WEBHOOK, settings: { ...WEBHOOK.settings, ...settings } });

describe('a destination', () => {
  it('is made with a secret that is shown once, and changed without losing it', async () => {
    const made = await call('PUT', '/v1/destinations/crm', WEBHOOK);
    expect(made.statusCode).toBe(201);
    const shown = made.json();
    const { secret } = shown.settings;
    expect(secret).toMatch(/^whsec_[\w-]{32}$/);
    expect(shown).toMatchObject({ key: 'crm', ...WEBHOOK, enabled: true });
    const changed = await call('PUT', '/v1/destinations/crm', { ...WEBHOOK, segments: 'all', enabled: false });
    expect(changed.statusCode).toBe(200);
    expect(changed.json()).toMatchObject({ segments: 'all', enabled: false, created_at: shown.created_at });
    expect(destinations.current().get('crm')).toMatchObject({ settings: { secret }, enabled: false });
    for (const answer of [changed, await call('GET', '/v1/destinations/crm'), await call('GET', '/v1/destinations')])
      expect(answer.body).not.toContain(secret);
    const replaced = await call('PUT', '/v1/destinations/crm', webhook({ secret: 'a-secret-of-my-own!' }));
    expect(replaced.json().settings).not.toHaveProperty('secret');
    expect(destinations.current().get('crm')?.settings.secret).toBe('a-secret-of-my-own!');
  });

  it('is known to every instance, and gone everywhere when it is deleted', async () => {
    await call('PUT', '/v1/destinations/crm', WEBHOOK);
    expect(destinations.current().has('crm')).toBe(true);
    await expect.poll(() => elsewhere.current().has('crm')).toBe(true);
    expect((await call('DELETE', '/v1/destinations/crm')).statusCode).toBe(204);
    expect(destinations.current().has('crm')).toBe(false);
    await expect.poll(() => elsewhere.current().has('crm')).toBe(false);
    expect((await call('DELETE', '/v1/destinations/crm')).statusCode).toBe(404);
    expect((await call('GET', '/v1/destinations/crm')).statusCode).toBe(404);
  });

  it('is heard of again after the connection was lost', async () => {
    await pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE application_name = 'hilo-activation' AND pid <> pg_backend_pid()`,
    );
    await call('PUT', '/v1/destinations/crm', WEBHOOK);
    await expect.poll(() => elsewhere.current().has('crm'), { timeout: 5000 }).toBe(true);
  });

  it.each([
    ['type', { ...WEBHOOK, type: 'email' }],
    ['settings.url', webhook({ url: 'ftp://example.com/' })],
    ['settings.url', webhook({ url: 'http://user:password@example.com/' })],
    ['settings.url', webhook({ url: `http://example.com/${'a'.repeat(2000)}` })],
    ['settings.url', { ...WEBHOOK, settings: {} }],
    ['settings', { type: 'webhook', segments: 'all' }],
    ['settings.url', webhook({ url: 'http://127.0.0.1:4123/?query=SELECT+1' })],
    ['settings.secret', webhook({ secret: 'short' })],
    ['segments', { ...WEBHOOK, segments: 'some' }],
    ['segments', { ...WEBHOOK, segments: [1] }],
    ['enabled', { ...WEBHOOK, enabled: 'yes' }],
    ['ulr', { ...WEBHOOK, ulr: 'http://example.com/' }],
    ['settings.ulr', webhook({ ulr: 'http://example.com/' })],
  ])('with a wrong %s is refused', async (field, body) => {
    const answer = await call('PUT', '/v1/destinations/crm', body);
    expect(answer.json()).toMatchObject({ status: 400, code: 'invalid_request', field });
  });

  it('with a key that no one could type is refused', async () => {
    for (const key of ['CRM', 'a%20b', '-a', 'a'.repeat(65), '%00'])
      expect((await call('PUT', `/v1/destinations/${key}`, WEBHOOK)).json(), key).toMatchObject({ field: 'key' });
  });

  it('is one of a bounded number', async () => {
    await pool.query(
      `INSERT INTO destination SELECT 'd' || n, 'webhook', 'http://a/', 's', NULL, true, 0, 0 FROM generate_series(1, 200) n`,
    );
    expect((await call('PUT', '/v1/destinations/one-more', WEBHOOK)).statusCode).toBe(409);
    expect((await call('PUT', '/v1/destinations/d7', WEBHOOK)).statusCode).toBe(200);
    const keys: string[] = [];
    let next: string | null = '';
    while (next !== null) {
      const body: { items: { key: string }[]; next: string | null } = (
        await call('GET', `/v1/destinations?limit=70${next === '' ? '' : `&cursor=${next}`}`)
      ).json();
      keys.push(...body.items.map(({ key }) => key));
      next = body.next;
    }
    expect(new Set(keys).size).toBe(200);
  });
});

/** What the stage's commit does: the mirror of a change of state. */
async function commit(before: ProfileDeliveries | null, after: ProfileDeliveries): Promise<ProfileDeliveries> {
  const changes: StateChange<ProfileDeliveries>[] = [{ key: 'p_1', partition: 0, before, after }];
  for (const { sql, values } of DELIVERY_TABLES.project?.(changes) ?? []) await pool.query(sql, [...values]);
  return after;
}

describe('the list of deliveries', () => {
  const crm = destinationsOf(destination({}), destination({ key: 'ads' }));

  it('shows how each went, by state, destination and profile', async () => {
    const queued = [1, 2].reduce(
      (state, version) => enqueue(state, membership({ version }), crm, version),
      NO_DELIVERIES,
    );
    const started = startDue(queued, 2);
    await commit(null, started.state);
    const [first, second] = started.attempts.map(({ id }) => id);
    const said = answered(500, null, 'out of\u0000 order');
    const after = settle(settle(started.state, first ?? '', said, 3), second ?? '', answered(200), 4);
    await commit(started.state, after);
    await commit(after, after);
    const list = async (query: string) => (await call('GET', `/v1/deliveries${query}`)).json().items;
    expect(
      (await list('')).map((item: Record<string, unknown>) => [item.destination, item.membership_version, item.status]),
    ).toEqual(
      expect.arrayContaining([
        ['crm', 1, 'retrying'],
        ['ads', 1, 'delivered'],
        ['crm', 2, 'queued'],
        ['ads', 2, 'queued'],
      ]),
    );
    expect(await list('?status=retrying')).toMatchObject([
      {
        attempts: 1,
        reason: 'server_error',
        response_status: 500,
        response_body: 'out of\uFFFD order',
        ended_at: null,
      },
    ]);
    expect(await list('?destination=ads&status=delivered')).toMatchObject([
      { ended_at: '1970-01-01T00:00:00.004Z', reason: '' },
    ]);
    expect(await list('?profile=p_2')).toEqual([]);
    expect(await list('?profile=p_1')).toHaveLength(4);
  });

  it('comes in pages, newest first', async () => {
    const queued = Array.from({ length: 9 }, (_, n) => n + 1).reduce(
      (state, version) =>
        enqueue(state, membership({ version }), destinationsOf(destination({})), Math.floor(version / 2)),
      NO_DELIVERIES,
    );
    await commit(null, queued);
    const times: string[] = [];
    const ids = new Set<string>();
    let cursor = '';
    do {
      const { items, next } = (await call('GET', `/v1/deliveries?limit=2${cursor}`)).json();
      for (const item of items) {
        times.push(item.created_at);
        ids.add(item.delivery_id);
      }
      cursor = next === null ? '' : `&cursor=${next}`;
    } while (cursor !== '');
    expect(ids.size).toBe(9);
    expect(times).toEqual(times.toSorted().reverse());
  });

  it('refuses filters that make no sense', async () => {
    const cursor = Buffer.from('["1"]').toString('base64url');
    for (const [query, field] of [
      ['status=lost', 'status'],
      ['limit=0', 'limit'],
      [`cursor=${cursor}`, 'cursor'],
      ['profile=a&profile=b', 'profile'],
      ['destination=%00', 'destination'],
    ])
      expect((await call('GET', `/v1/deliveries?${query}`)).json(), query).toMatchObject({ status: 400, field });
  });
});

describe('a retry', () => {
  const crm = destinationsOf(destination({}));
  const first = deliveryId('crm', membership({}));
  const retry = (body: object) => call('POST', '/v1/deliveries/retry', body);
  const itemsOf = async (body: object) => (await retry(body)).json().items;
  const shown = async (id: string) => {
    const { items }: { items: { delivery_id: string }[] } = (await call('GET', '/v1/deliveries')).json();
    return items.find(({ delivery_id }) => delivery_id === id);
  };
  let state: ProfileDeliveries;

  /** The state after the change that is due was answered. */
  async function answer(status: number, nowMs: number): Promise<void> {
    const { state: started, attempts } = startDue(state, nowMs);
    state = await commit(state, settle(started, attempts[0]?.id ?? '', answered(status), nowMs));
  }

  /** What the stage does with a retry. */
  const takeUp: RetryLog['append'] = async (retries) => {
    for (const { delivery_id } of retries) {
      const taken = takeRetry(state, delivery_id, 7);
      const after = taken.kind === 'refuse' ? taken.state : append(taken.state, taken.delivery, taken.record, 7);
      state = await commit(state, after);
    }
  };

  beforeEach(async () => {
    state = enqueue(NO_DELIVERIES, membership({}), crm, 1);
    await answer(400, 5);
  });

  it('of a failed delivery is a new one, however often it is asked for', async () => {
    expect(await shown(first)).toMatchObject({ status: 'failed', retry: 'possible', retried_as: null, retry_of: null });
    log = takeUp;
    const item = { delivery_id: first, state: 'retried', retried_as: retryId(first) };
    expect(await itemsOf({ ids: [first, first] })).toEqual([item]);
    log = () => Promise.reject(new Error('it was asked for already'));
    expect(await itemsOf({ ids: [first] })).toEqual([item]);
    await answer(204, 9);
    expect(await shown(first)).toMatchObject({ status: 'failed', retry: 'retried', retried_as: retryId(first) });
    expect(await shown(retryId(first))).toMatchObject({
      status: 'delivered',
      retry: null,
      retry_of: first,
      idempotency_key: first,
    });
    expect(await itemsOf({ ids: [retryId(first)] })).toMatchObject([{ state: 'not_failed' }]);
    const folded = async () => (await call('GET', '/v1/deliveries?retries=folded')).json().items;
    const sent_again = { delivery_id: retryId(first), status: 'delivered', reason: '', retry: null };
    expect(await folded()).toMatchObject([{ delivery_id: first, sent_again }]);
    await pool.query('DELETE FROM delivery WHERE delivery_id = $1', [first]);
    expect(await folded()).toMatchObject([{ delivery_id: retryId(first), sent_again: null }]);
  });

  it('is reported with its reason where it cannot be', async () => {
    await pool.query(
      `INSERT INTO delivery VALUES ('before', 'crm', 'p', 's', 1, 'entered', 'failed', 'refused', 1, NULL, NULL, NULL, 1, NULL, 1)`,
    );
    const later = membership({ version: 2, status: 'exited' });
    state = await commit(state, enqueue(supersede(state, later, 6), later, crm, 6));
    expect(await shown('before')).toMatchObject({ retry: 'not_kept' });
    expect(await itemsOf({ ids: [first, 'before', 'none', deliveryId('crm', later)] })).toEqual([
      { delivery_id: first, state: 'superseded', retried_as: null },
      { delivery_id: 'before', state: 'not_kept', retried_as: null },
      { delivery_id: 'none', state: 'not_found', retried_as: null },
      { delivery_id: deliveryId('crm', later), state: 'not_failed', retried_as: null },
    ]);
  });

  it('that the stage no longer knows of is reported as not kept, and stays so', async () => {
    state = NO_DELIVERIES;
    log = takeUp;
    expect(await itemsOf({ ids: [first] })).toEqual([{ delivery_id: first, state: 'not_kept', retried_as: null }]);
    expect(await shown(first)).toMatchObject({ retry: 'not_kept' });
  });

  it('that nobody takes up yet is reported as asked for', { timeout: 20_000 }, async () => {
    log = () => Promise.resolve();
    expect(await itemsOf({ ids: [first] })).toEqual([{ delivery_id: first, state: 'asked', retried_as: null }]);
  });

  it('that Kafka does not confirm is a problem, and can be asked for again', async () => {
    log = () => Promise.reject(new RetryLogUnavailableError('Kafka is unavailable'));
    const answer = await retry({ ids: [first] });
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '1']);
    expect(answer.json()).toMatchObject({ status: 503, code: 'unavailable' });
    log = takeUp;
    expect(await itemsOf({ ids: [first] })).toMatchObject([{ state: 'retried' }]);
  });

  it.each([
    [{}, 'ids'],
    [{ ids: [] }, 'ids'],
    [{ ids: Array.from({ length: 201 }, (_, n) => `d_${n}`) }, 'ids'],
    [{ ids: [7] }, 'ids'],
    [{ ids: ['d_1'], all: true }, 'all'],
  ])('asked for by %j is refused', async (body, field) => {
    expect((await retry(body)).json()).toMatchObject({ status: 400, code: 'invalid_request', field });
  });

  it('is for those with the admin token', async () => {
    const answer = await app.instance.inject({
      method: 'POST',
      url: '/v1/deliveries/retry',
      payload: { ids: [first] },
    });
    expect(answer.statusCode).toBe(401);
  });
});

describe('the HTTP API', () => {
  it('lists the types of destinations with the fields of their settings, secrets marked', async () => {
    const { items } = (await call('GET', '/v1/destination-types')).json();
    expect(items.map(({ key }: { key: string }) => key)).toEqual(DESTINATION_TYPES.map(({ key }) => key));
    expect(items.find(({ key }: { key: string }) => key === 'webhook')).toMatchObject({
      title: 'Webhook',
      generated: ['secret'],
      fields: { required: ['url', 'secret'], properties: { url: { title: 'Address' }, secret: { writeOnly: true } } },
      translations: { es: { fields: { url: { title: 'Dirección' } } } },
    });
  });

  it('serves what its document says', () => {
    expect(app.routeDifferences()).toEqual([]);
  });

  it('answers as its contract says, on every route', () => {
    expect(proof.breaches()).toEqual([]);
    expect(proof.unproved()).toEqual([]);
  });
});
