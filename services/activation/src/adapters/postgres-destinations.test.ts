import { readFileSync } from 'node:fs';
import { createLogger, createServiceApp, MemoryChanges, type ServiceApp } from '@hilo/service';
import { migratePostgres, openStores, type StoresFor } from '@hilo/test-stack';
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ActivationModule } from '../activation.module.ts';
import { openapi } from '../http/openapi.ts';
import { PostgresDeliveries } from './postgres-deliveries.ts';
import { PostgresDestinations } from './postgres-destinations.ts';
import { postgresPool } from './postgres-pool.ts';

const logger = createLogger({ name: 'activation', level: 'silent' });
let stores: StoresFor<'postgres'>;
let pool: pg.Pool;
let destinations: PostgresDestinations;
let app: ServiceApp;

beforeAll(async () => {
  stores = await openStores('postgres');
  await migratePostgres(stores.postgres_url, ['activation']);
  pool = postgresPool(stores.postgres_url);
  destinations = new PostgresDestinations(pool, logger);
  await destinations.start();
  app = await createServiceApp({
    name: 'activation',
    module: ActivationModule.of(
      destinations,
      { missing: async () => [] },
      new PostgresDeliveries(pool, logger),
      () => Promise.reject(new Error('no retry was expected')),
      [],
    ),
    ...{ admin_token: 'token', openapi, logger, ready: () => true, changes: new MemoryChanges() },
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
const WEBHOOK = { type: 'webhook', url: 'https://example.com/hook', segments: ['buyers'] };

/** Bodies of `PUT /v1/destinations/…` in the documentation, with the file. */
function documentedBodies(): readonly (readonly [string, string])[] {
  const bodies = ['README.md', 'docs/services/activation.md'].flatMap((file) => {
    const text = readFileSync(new URL(`../../../../${file}`, import.meta.url), 'utf8');
    return [...text.matchAll(/v1\/destinations\/\w+[^{]*?(\{[^}]*\})/g)].map(([, body = '']) => [file, body] as const);
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

  it('is told of all segments unless it names some, which it keeps', async () => {
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
