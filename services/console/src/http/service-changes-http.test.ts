import { randomUUID } from 'node:crypto';
import { createLogger, END_UNKNOWN, openPool, PostgresChanges, type ServiceApp } from '@hilo/service';
import { migratePostgres, type StoresFor } from '@hilo/test-stack';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ADMIN_TOKEN,
  type Caller,
  ConsoleUnderTest,
  openDatabase,
  SERVICE_KEYS,
  STACK,
} from '../testing/console-under-test.ts';
import { notesService } from '../testing/notes-service.ts';

let stores: StoresFor<'postgres'>;
let pool: ReturnType<typeof openPool>;
let changes: PostgresChanges;
let app: ServiceApp;
let url: string;
let consoles: readonly ConsoleUnderTest[];
let editor: Caller;
const clock = { aheadMs: 0 };
const logger = createLogger({ name: 'test', level: 'silent' });

beforeAll(async () => {
  stores = await openDatabase();
  await migratePostgres(stores.postgresUrl, ['segmentation']);
  pool = openPool({ ...stores, schema: 'segmentation', logger });
  changes = new PostgresChanges(pool, { nowMs: () => Date.now() + clock.aheadMs });
  ({ app, url } = await notesService(changes));
  const open = () => ConsoleUnderTest.open({ postgresUrl: stores.postgresUrl, segmentation: [url] });
  consoles = [await open(), await open()];
  editor = await hilo().person('editor');
}, 120_000);
afterAll(async () => {
  for (const one of consoles) await one.close();
  await app.nest.close();
  await pool.end();
  await stores.close();
});

const hilo = (): ConsoleUnderTest => consoles[0] as ConsoleUnderTest;

function direct(method: string, path: string, body?: object, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${url}/v1/segments/${path}`, {
    method,
    headers: {
      authorization: `Bearer ${ADMIN_TOKEN}`,
      ...headers,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

async function linesOf(key: string): Promise<readonly Record<string, unknown>[]> {
  const { body } = await hilo().call('GET', '/api/audit?limit=100', STACK);
  const lines = body?.items as readonly Record<string, unknown>[];
  return lines.filter(({ target }) => target === `segmentation/v1/segments/${key}`);
}

describe('a change at a service’s own interface', () => {
  it('becomes a line of the audit log: who, what, before and after, without secrets', async () => {
    const began = Date.now();
    await direct('PUT', 'a', { size: 1, secret: 'whsec_one' });
    await direct('PUT', 'a', { size: 2 });
    await direct('DELETE', 'a');
    await direct('POST', 'replay', {});
    const who = 'the admin token';
    const first = { size: 1, secret: '[redacted]' };
    const lines = await linesOf('a');
    expect(lines).toMatchObject([
      { who, what: 'deleted', before: { size: 2 }, after: null },
      { who, what: 'changed', before: first, after: { size: 2 } },
      { who, what: 'created', before: null, after: first },
    ]);
    for (const { address } of lines) expect(address).toBe('127.0.0.1');
    for (const { when } of lines) expect(Date.parse(String(when))).toBeGreaterThanOrEqual(began);
    expect(await linesOf('replay')).toMatchObject([
      { who, what: 'ran', before: null, after: { items: [{ state: 'accepted' }], token: '[redacted]' } },
    ]);
  });

  it('is recorded where its end is not known, and not where it was refused or nothing was changed', async () => {
    expect((await direct('PUT', 'b', { refused: true })).status).toBe(400);
    expect((await direct('DELETE', 'b')).status).toBe(404);
    expect((await direct('PUT', 'b', {}, { authorization: 'Bearer another' })).status).toBe(401);
    expect((await direct('POST', 'ask', {})).status).toBe(201);
    expect([...(await linesOf('b')), ...(await linesOf('ask'))]).toEqual([]);
    expect((await direct('PUT', 'b', { broken: true })).status).toBe(503);
    expect(await linesOf('b')).toMatchObject([
      { before: null, after: { left_out: expect.stringContaining('failed') } },
    ]);
  });

  it('is listed with an end that is not known where the service died on the way', async () => {
    const begun = { begun_ms: Date.now(), who: 'the admin token', address: '::1', method: 'PUT', before: { size: 1 } };
    await changes.begin({ ...begun, id: randomUUID(), target: 'v1/segments/died' });
    expect(await linesOf('died')).toEqual([]);
    clock.aheadMs = 600_000;
    expect(await linesOf('died')).toMatchObject([{ what: 'changed', before: { size: 1 }, after: END_UNKNOWN }]);
    clock.aheadMs = 0;
  });

  it('is not made where it can’t be recorded', async () => {
    const unreachable = openPool({ postgresUrl: 'postgres://127.0.0.1:9/none', schema: 'segmentation', logger });
    const nowhere = new PostgresChanges(unreachable);
    const service = await notesService(nowhere);
    const answer = await fetch(`${service.url}/v1/segments/never`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
      body: '{"size":1}',
    });
    expect(answer.status).toBe(503);
    expect((await direct('GET', 'never')).status).toBe(404);
    await service.app.nest.close();
    await unreachable.end();
  });

  it('can’t hide behind the id of another one', async () => {
    const id = { 'hilo-change-id': randomUUID() };
    expect((await direct('PUT', 'd', { size: 1 }, id)).status).toBe(200);
    const again = await direct('PUT', 'd', { size: 2 }, id);
    expect([again.status, await again.json()]).toMatchObject([409, { code: 'change_repeated' }]);
    expect((await direct('PUT', 'd', {}, { 'hilo-change-id': 'short' })).status).toBe(400);
    expect(await (await direct('GET', 'd')).json()).toEqual({ size: 1 });
    expect(await linesOf('d')).toHaveLength(1);
  });
});

it('requests that a service refused at its own interface are one line each minute, without what was sent', async () => {
  const caller = { remoteAddress: '192.0.2.7', headers: { authorization: 'Bearer my-secret' } };
  const ask = (key: string) => app.instance.inject({ ...caller, method: 'DELETE', url: `/v1/segments/${key}` });
  const lines = async () =>
    (await hilo().call('POST', '/api/audit/search', STACK, { address: '192.0.2.7' })).body?.items;
  expect((await ask('my-secret')).statusCode).toBe(401);
  const line = {
    ...{ what: 'refused', who: 'unknown caller', address: '192.0.2.7', reason: 'unauthorized', count: 1 },
    ...{ method: 'DELETE', target: 'segmentation/v1/segments/:key', before: null, after: null },
  };
  expect(await lines()).toMatchObject([line]);
  for (let call = 0; call < 30; call++) await ask(`my-secret-${call}`);
  expect(await lines()).toMatchObject([line]);
});

it('nobody with the admin token can name somebody else', async () => {
  const headers = { 'hilo-actor': 'ann%40example.com', 'hilo-actor-address': '192.0.2.9' };
  await direct('PUT', 'f', { size: 1 }, headers);
  expect(await linesOf('f')).toMatchObject([{ who: 'the admin token', address: '127.0.0.1' }]);
});

describe('a change through the console', () => {
  it('is one line, with the name of the person, whoever writes it first', async () => {
    for (let size = 1; size <= 5; size++)
      await Promise.all([
        hilo().call('PUT', '/api/segmentation/v1/segments/c', editor, { size }),
        hilo().call('GET', '/api/audit?limit=1', STACK),
      ]);
    const lines = await linesOf('c');
    expect(lines.map(({ after }) => after)).toEqual([5, 4, 3, 2, 1].map((size) => ({ size })));
    expect(new Set(lines.map(({ who }) => who))).toEqual(new Set(['editor@example.com']));
  });

  it('is recorded by the service with the person’s name, so that the line is there when the console can’t write it', async () => {
    const actor = { who: 'Zoë@example.com by token t1', address: '192.0.2.9' };
    const token = await SERVICE_KEYS.tokens.tokenFor('segmentation', { actor });
    await direct('PUT', 'e', { size: 1 }, { authorization: `Bearer ${token}` });
    expect(await linesOf('e')).toMatchObject([actor]);
  });
});

it('each of many changes at once is a line once, however many consoles read', async () => {
  const keys = Array.from({ length: 60 }, (_, n) => `many-${n}`);
  const reading = consoles.map((one) => one.call('GET', '/api/audit?limit=1', STACK));
  await Promise.all([...keys.map((key) => direct('PUT', key, { key })), ...reading]);
  await Promise.all(consoles.map((one) => one.call('GET', '/api/audit?limit=1', STACK)));
  const { body } = await hilo().call('GET', '/api/audit?limit=100', STACK);
  const targets = ((body?.items ?? []) as readonly { readonly target: string }[]).map(({ target }) => target);
  const many = targets.filter((target) => target.includes('many-'));
  expect(many.toSorted()).toEqual(keys.map((key) => `segmentation/v1/segments/${key}`).toSorted());
});
