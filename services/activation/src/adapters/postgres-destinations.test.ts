import { readFileSync } from 'node:fs';
import { createLogger, createServiceApp, MemoryChanges, openApiOf, openPool, type ServiceApp } from '@hilo/service';
import { migratePostgres, openStores, type StoresFor } from '@hilo/test-stack';
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ActivationModule } from '../activation.module.ts';
import { contract } from '../http/contract.ts';
import { typesThatAllow } from '../testing/fixtures.ts';
import { saveDestination } from '../use-cases/save-destination.ts';
import { PostgresDeliveries } from './postgres-deliveries.ts';
import { PostgresDestinations } from './postgres-destinations.ts';

const logger = createLogger({ name: 'activation', level: 'silent' });
let stores: StoresFor<'postgres'>;
let pool: pg.Pool;
let destinations: PostgresDestinations;
let app: ServiceApp;
const changes = new MemoryChanges();

beforeAll(async () => {
  stores = await openStores('postgres');
  await migratePostgres(stores.postgresUrl, ['activation']);
  pool = openPool({ postgresUrl: stores.postgresUrl, schema: 'activation', logger });
  destinations = new PostgresDestinations(pool, logger);
  await destinations.start();
  app = await createServiceApp({
    name: 'activation',
    module: ActivationModule.of({
      destinations,
      deliveries: new PostgresDeliveries(pool, logger),
      types: typesThatAllow(''),
      save: saveDestination({ destinations, segments: { missing: async () => [] } }),
      retry: () => Promise.reject(new Error('no retry was expected')),
    }),
    ...{ adminToken: 'token', openapi: openApiOf(contract), logger, ready: () => true, changes },
  });
}, 120_000);

beforeEach(async () => {
  await pool.query('DELETE FROM destination');
});

afterAll(async () => {
  await app.nest.close();
  await destinations.stop();
  await pool.end();
  await stores.close();
});

const call = (method: 'GET' | 'PUT' | 'DELETE', url: string, body?: object) =>
  app.instance.inject({
    ...{ method, url, headers: { authorization: 'Bearer token' } },
    ...(body === undefined ? {} : { payload: body }),
  });
const WEBHOOK = { type: 'webhook', settings: { url: 'https://example.com/hook' }, segments: ['buyers'] };

/** Bodies of `PUT /v1/destinations/…` in the documentation, with the file. */
function documentedBodies(): readonly (readonly [string, string])[] {
  const bodies = ['README.md', 'docs/services/activation.md'].flatMap((file) => {
    const text = readFileSync(new URL(`../../../../${file}`, import.meta.url), 'utf8');
    return [...text.matchAll(/v1\/destinations\/\w+[^{]*?(\{[^{}]*\{[^{}]*\}[^{}]*\})/g)].map(
      ([, body = '']) => [file, body] as const,
    );
  });
  if (new Set(bodies.map(([file]) => file)).size < 2) throw new Error('the documentation shows no destination');
  return bodies;
}

describe('a destination', () => {
  it('has a name, its key unless it was given one, which it keeps', async () => {
    const put = async (body: object) => (await call('PUT', '/v1/destinations/crm', { ...WEBHOOK, ...body })).json();
    expect(await put({})).toMatchObject({ name: 'crm' });
    expect(await put({ name: 'Our CRM' })).toMatchObject({ name: 'Our CRM' });
    expect(await put({})).toMatchObject({ name: 'Our CRM' });
    expect(await put({ name: null })).toMatchObject({ name: 'Our CRM' });
    for (const url of ['/v1/destinations/crm', '/v1/destinations'])
      expect((await call('GET', url)).body).toContain('"name":"Our CRM"');
    expect(destinations.current().get('crm')?.name).toBe('Our CRM');
    await pool.query('UPDATE destination SET name = NULL');
    expect((await call('GET', '/v1/destinations/crm')).json()).toMatchObject({ name: 'crm' });
  });

  it('gets all segments unless it names some, which it keeps', async () => {
    const { segments: _some, ...without } = WEBHOOK;
    expect((await call('PUT', '/v1/destinations/ads', without)).json()).toMatchObject({ segments: 'all' });
    await call('PUT', '/v1/destinations/ads', WEBHOOK);
    expect((await call('PUT', '/v1/destinations/ads', without)).json()).toMatchObject({ segments: ['buyers'] });
    expect((await call('PUT', '/v1/destinations/ads', { ...WEBHOOK, segments: 'all' })).json()).toMatchObject({
      segments: 'all',
    });
  });

  it('is removed by a DELETE that names a media type and has no body', async () => {
    await call('PUT', '/v1/destinations/crm', WEBHOOK);
    const headers = { authorization: 'Bearer token', 'content-type': 'application/json' };
    const answer = await app.instance.inject({ method: 'DELETE', url: '/v1/destinations/crm', headers });
    expect(answer.statusCode).toBe(204);
  });

  it.each(documentedBodies())('is made by what %s shows: %s', async (_file, text) => {
    const answer = await call('PUT', '/v1/destinations/shown', JSON.parse(text) as object);
    expect([answer.statusCode, answer.body]).toEqual([201, expect.stringContaining('"key":"shown"')]);
  });

  it('shows its secret to nobody but its creator, and no secret is in the log of changes', async () => {
    const secret = 'a-secret-of-the-creator';
    const settings = { ...WEBHOOK.settings, secret };
    const created = await call('PUT', '/v1/destinations/crm', { ...WEBHOOK, settings });
    expect(created.json()).toMatchObject({ settings });
    const changed = await call('PUT', '/v1/destinations/crm', { ...WEBHOOK, settings });
    expect([changed.statusCode, changed.json().settings]).toEqual([200, WEBHOOK.settings]);
    for (const url of ['/v1/destinations', '/v1/destinations/crm', '/v1/destination-types'])
      expect((await call('GET', url)).body).not.toContain(secret);
    expect(JSON.stringify(await changes.list(0, 1_000))).toContain('https://example.com/hook');
    expect(JSON.stringify(await changes.list(0, 1_000))).not.toContain(secret);
  });

  it('keeps the secret that another change stores at the same time', async () => {
    const secret = 'a-secret-of-another-hand';
    await call('PUT', '/v1/destinations/crm', { ...WEBHOOK, settings: { ...WEBHOOK.settings, secret } });
    const stale = { key: 'crm', name: null, type: 'webhook', segments: null, enabled: true, backfilled: null };
    await destinations.put({
      ...stale,
      settings: { url: 'https://a/', secret: 'a-secret-read-before' },
      kept: ['secret'],
    });
    expect(destinations.current().get('crm')?.settings).toEqual({ url: 'https://a/', secret });
    expect(await destinations.put({ ...stale, type: 'another', settings: {}, kept: [] })).toEqual({
      kind: 'other_type',
    });
  });

  it('of a type of another release shows none of its settings', async () => {
    await pool.query(
      `INSERT INTO destination (key, type, settings, enabled, created_at_ms, updated_at_ms)
       VALUES ('next', 'of-the-next-release', '{"pin": "1234"}', true, 0, 0)`,
    );
    expect((await call('GET', '/v1/destinations/next')).json()).toMatchObject({
      type: 'of-the-next-release',
      settings: {},
    });
    const refused = await call('PUT', '/v1/destinations/next', { ...WEBHOOK, type: 'of-the-next-release' });
    expect(refused.json()).toMatchObject({ status: 400, field: 'type' });
  });

  it('of the release before is one of this release, and the other way round', async () => {
    const before =
      'INSERT INTO destination (key, name, type, url, secret, segments, enabled, created_at_ms, updated_at_ms)';
    const upsert = `${before} VALUES ('old', 'Old', 'webhook', $1, 'its-secret-of-old', NULL, true, 0, 0)
      ON CONFLICT (key) DO UPDATE SET url = excluded.url`;
    const seen = async () => {
      const { rows } = await pool.query('SELECT url, secret, settings FROM destination');
      return rows;
    };
    for (const url of ['https://a/', 'https://b/']) {
      await pool.query(upsert, [url]);
      const settings = { url, secret: 'its-secret-of-old' };
      expect(await seen()).toEqual([{ ...settings, settings }]);
    }
    await call('PUT', '/v1/destinations/old', { ...WEBHOOK, settings: { url: 'https://c/' } });
    const settings = { url: 'https://c/', secret: 'its-secret-of-old' };
    expect(await seen()).toEqual([{ ...settings, settings }]);
  });

  it.each([
    [{ ...WEBHOOK, name: '' }],
    [{ ...WEBHOOK, name: ' ' }],
    [{ ...WEBHOOK, name: 7 }],
    [{ ...WEBHOOK, name: 'x'.repeat(201) }],
    [{ ...WEBHOOK, name: 'a\u0000b' }],
    [{ ...WEBHOOK, name: 'cut \ud83d' }],
  ])('is refused with a name that is none: %j', async (body) => {
    const answer = await call('PUT', '/v1/destinations/crm', body);
    expect([answer.statusCode, answer.json()]).toEqual([400, expect.objectContaining({ field: 'name' })]);
  });
});
