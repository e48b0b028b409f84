import { beforeEach, describe, expect, it } from 'vitest';
import { type Caller, type ConsoleUnderTest, openConsole } from '../testing/console-under-test.ts';

const QUERY = { name: 'Orders', shared: false, content: { sql: 'SELECT 1', view: 'number' } };
const TILE = { title: 'One', sql: 'SELECT {segment:String}', view: 'line', width: 2 };
const DASHBOARD = { name: 'Sales', shared: true, content: { tiles: [TILE], segment: 'vip', refresh_s: 30 } };

let hilo: ConsoleUnderTest;
let admin: Caller;
let ann: Caller;
let viewer: Caller;

openConsole('the file', async (opened) => {
  hilo = opened;
  admin = await hilo.person('admin');
  viewer = await hilo.person('viewer');
  await hilo.add('ann@example.com', 'editor');
  ann = await hilo.signIn('ann@example.com');
});
beforeEach(async () => {
  await hilo.database.rows('DELETE FROM exploration', []);
});

const newest = (limit?: number) => hilo.changes(limit);

async function add(kind: 'queries' | 'dashboards', body: object, as: Caller) {
  const { status, body: made } = await hilo.call('POST', `/api/explore/${kind}`, as, body);
  expect(status).toBe(201);
  return made as { readonly id: string; readonly version: number };
}

describe('a saved query or dashboard', () => {
  it('is kept, changed and deleted by its owner, and each of it is written down', async () => {
    const made = await add('queries', QUERY, ann);
    expect(made).toMatchObject({ ...QUERY, owner: 'ann@example.com', version: 1, created_at: expect.any(String) });
    const url = `/api/explore/queries/${made.id}`;
    expect((await hilo.call('GET', url, ann)).body).toEqual(made);
    const changed = await hilo.call('PUT', url, ann, { ...QUERY, name: 'All orders', version: 1 });
    expect(changed.body).toMatchObject({ name: 'All orders', version: 2 });
    expect((await hilo.call('DELETE', url, ann)).status).toBe(204);
    expect((await hilo.call('GET', url, ann)).status).toBe(404);
    const line = { who: 'ann@example.com', target: `explore/query/${made.id}` };
    expect(await newest(3)).toMatchObject([
      { ...line, what: 'deleted', before: { name: 'All orders' }, after: null },
      { ...line, what: 'changed', before: { name: 'Orders' }, after: { name: 'All orders' } },
      { ...line, what: 'created', before: null, after: QUERY },
    ]);
  });

  it('is not overwritten by who saw an older version', async () => {
    const { id } = await add('dashboards', DASHBOARD, ann);
    const url = `/api/explore/dashboards/${id}`;
    await hilo.call('PUT', url, ann, { ...DASHBOARD, version: 1 });
    expect((await hilo.call('PUT', url, ann, { ...DASHBOARD, version: 1 })).body).toMatchObject({
      ...{ status: 409, code: 'version_conflict', field: 'version' },
    });
  });

  it('is seen by others where it is shared, and changed by nobody but its owner and admins', async () => {
    await hilo.add('ben@example.com', 'editor');
    const ben = await hilo.signIn('ben@example.com');
    const own = await add('queries', QUERY, ann);
    const shared = await add('dashboards', DASHBOARD, ann);
    for (const other of [ben, viewer]) {
      expect((await hilo.call('GET', `/api/explore/queries/${own.id}`, other)).status).toBe(404);
      expect((await hilo.call('GET', '/api/explore/queries', other)).body?.items).toEqual([]);
      expect((await hilo.call('GET', `/api/explore/dashboards/${shared.id}`, other)).body).toMatchObject(DASHBOARD);
      expect((await hilo.call('GET', '/api/explore/dashboards', other)).body?.items).toHaveLength(1);
      for (const [method, body] of [
        ['PUT', { ...DASHBOARD, version: 1 }],
        ['DELETE', undefined],
      ] as const)
        expect((await hilo.call(method, `/api/explore/dashboards/${shared.id}`, other, body)).status).toBe(403);
    }
    expect((await hilo.call('PUT', `/api/explore/queries/${own.id}`, ben, { ...QUERY, version: 1 })).status).toBe(404);
    expect((await hilo.call('GET', '/api/explore/queries', admin)).body?.items).toHaveLength(1);
    expect((await hilo.call('DELETE', `/api/explore/dashboards/${shared.id}`, admin)).status).toBe(204);
  });

  it('is saved by no viewer, and shown to no stranger', async () => {
    expect((await hilo.call('POST', '/api/explore/queries', viewer, QUERY)).status).toBe(403);
    expect((await hilo.call('GET', '/api/explore/queries')).status).toBe(401);
    expect((await hilo.call('POST', '/api/explore/queries', {}, QUERY)).status).toBe(401);
  });

  it('stays when its owner is removed, for admins, and for all where it is shared', async () => {
    await hilo.add('gone@example.com', 'editor');
    const gone = await hilo.signIn('gone@example.com');
    const own = await add('queries', QUERY, gone);
    const shared = await add('dashboards', DASHBOARD, gone);
    expect((await hilo.call('DELETE', await hilo.pathOf('gone@example.com'), admin)).status).toBe(204);
    expect((await hilo.call('GET', `/api/explore/dashboards/${shared.id}`, viewer)).body).toMatchObject({
      owner: null,
    });
    expect((await hilo.call('GET', `/api/explore/queries/${own.id}`, ann)).status).toBe(404);
    expect((await hilo.call('DELETE', `/api/explore/queries/${own.id}`, admin)).status).toBe(204);
  });

  it('is listed page by page', async () => {
    for (const name of ['a', 'b', 'c']) await add('queries', { ...QUERY, name }, ann);
    const first = await hilo.call('GET', '/api/explore/queries?limit=2', ann);
    const rest = await hilo.call('GET', `/api/explore/queries?limit=2&cursor=${String(first.body?.next)}`, ann);
    expect([first.body?.items, rest.body?.items]).toMatchObject([{ length: 2 }, { length: 1 }]);
    expect(rest.body?.next).toBeNull();
  });

  it.each([
    ['queries', { ...QUERY, name: '' }, 'name'],
    ['queries', { ...QUERY, shared: 'yes' }, 'shared'],
    ['queries', { ...QUERY, content: DASHBOARD.content }, 'content'],
    ['queries', { ...QUERY, owner: 'x' }, 'owner'],
    ['dashboards', { ...DASHBOARD, content: { ...DASHBOARD.content, refresh_s: 1 } }, 'content'],
  ])('is not saved among %s as %j', async (kind, body, field) => {
    expect((await hilo.call('POST', `/api/explore/${kind}`, ann, body)).body).toMatchObject({ status: 400, field });
  });

  it.each(['', '  ', 'x'.repeat(201), 'a\0b', 7])('is not saved under the name %j', async (name) => {
    const { body } = await hilo.call('POST', '/api/explore/queries', ann, { ...QUERY, name });
    expect(body).toMatchObject({ status: 400, field: 'name' });
  });

  it('is saved without the spaces around its name and titles', async () => {
    const content = { ...DASHBOARD.content, segment: 'vip-1', tiles: [{ ...TILE, title: ' One ' }] };
    expect(await add('dashboards', { ...DASHBOARD, name: '  Sales ', content }, ann)).toMatchObject({
      name: 'Sales',
      content: { ...content, tiles: [TILE] },
    });
  });

  const { content: query } = QUERY;
  const { content: board } = DASHBOARD;
  it.each([
    null,
    'x',
    {},
    { ...query, view: 'pie' },
    { ...query, sql: 1 },
    { ...query, sql: 'a\0' },
    { ...query, sql: 'x'.repeat(20_001) },
    { ...query, more: 1 },
    { sql: 'SELECT 1' },
  ])('is no query: %j', async (content) => {
    const { body } = await hilo.call('POST', '/api/explore/queries', ann, { ...QUERY, content });
    expect(body).toMatchObject({ status: 400, field: expect.stringMatching(/^content(\.sql)?$/) });
  });

  it.each([
    { ...board, segment: 'a b' },
    { ...board, segment: 1 },
    { ...board, refresh_s: 1 },
    { ...board, refresh_s: 30.5 },
    { ...board, refresh_s: '30' },
    { ...board, tiles: {} },
    { ...board, tiles: [{ ...TILE, width: 3 }] },
    { ...board, tiles: [{ ...TILE, title: ' ' }] },
    { ...board, tiles: [TILE, null] },
    { ...board, tiles: Array.from({ length: 25 }, () => TILE) },
    { ...board, tiles: Array.from({ length: 20 }, () => ({ ...TILE, sql: 'x'.repeat(20_000) })) },
  ])('is no dashboard (%#)', async (content) => {
    const { body } = await hilo.call('POST', '/api/explore/dashboards', ann, { ...DASHBOARD, content });
    expect(body).toMatchObject({ status: 400, field: 'content' });
  });

  it('is nowhere but in its list', async () => {
    const { id } = await add('queries', QUERY, ann);
    for (const url of [`/api/explore/dashboards/${id}`, '/api/explore/nothing', '/api/explore/queries/x'])
      expect((await hilo.call('GET', url, ann)).status).toBe(404);
  });

  it('can be had at most 200 times by one person', async () => {
    await hilo.database.rows(
      `INSERT INTO exploration SELECT 'x_' || n, 'query', 'n', 'ann@example.com', false, '{}'::jsonb, 1, 0, 0
        FROM generate_series(1, 200) AS n`,
      [],
    );
    expect((await hilo.call('POST', '/api/explore/queries', ann, QUERY)).body).toMatchObject({
      ...{ status: 409, code: 'limit_reached' },
    });
  });
});
