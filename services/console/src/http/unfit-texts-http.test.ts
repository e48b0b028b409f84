import { openApiOf } from '@hilo/service';
import { GarbageRequests } from '@hilo/test-stack';
import { expect, it } from 'vitest';
import { type Caller, type ConsoleUnderTest, headersOf, openConsole, STACK } from '../testing/console-under-test.ts';
import { contract } from './contract.ts';

const SEED = 11;
/** Nobody is behind the console here. */
const UNAVAILABLE = new Set(['unavailable', 'timeout']);

let hilo: ConsoleUnderTest;
let ann: Caller;

openConsole('the file', async (opened) => {
  hilo = opened;
  ann = await hilo.person('admin');
});

const QUERY = { name: 'a', shared: false, content: { sql: 'SELECT 1', view: 'table' } };
const TILE = { title: 'a', sql: 'SELECT 1', view: 'table', width: 1 };
const DASHBOARD = { name: 'a', shared: false, content: { tiles: [TILE], segment: null, refresh_s: 60 } };
const USER = { email: 'bob@example.com', name: 'Bob', role: 'viewer', password: 'correct horse battery' };
const EXPIRES = new Date(Date.now() + 60_000).toISOString();

it.each(['\0', 'a\0b', '\ud800', 'cut \ud83d', '\udc00x'])(
  '%j is refused wherever it stands, naming the field',
  async (bad) => {
    const requests: readonly [string, string, object, string][] = [
      ['POST', '/api/explore/queries', { ...QUERY, name: bad }, 'name'],
      ['POST', '/api/explore/queries', { ...QUERY, content: { ...QUERY.content, sql: bad } }, 'content.sql'],
      ['POST', '/api/explore/queries', { ...QUERY, content: { ...QUERY.content, [bad]: 1 } }, 'content.'],
      [
        'POST',
        '/api/explore/dashboards',
        { ...DASHBOARD, content: { ...DASHBOARD.content, tiles: [TILE, { ...TILE, title: bad }] } },
        'content.tiles[1].title',
      ],
      [
        'POST',
        '/api/explore/dashboards',
        { ...DASHBOARD, content: { ...DASHBOARD.content, segment: bad } },
        'content.segment',
      ],
      ['POST', '/api/users', { ...USER, email: `${bad}@example.com` }, 'email'],
      ['POST', '/api/users', { ...USER, name: bad }, 'name'],
      ['POST', '/api/users', { ...USER, password: `correct horse ${bad}` }, 'password'],
      ['POST', '/api/users', { ...USER, [bad]: 1 }, ''],
      ['PATCH', await hilo.pathOf('admin@example.com'), { name: bad }, 'name'],
      ['POST', '/api/tokens', { name: bad, scopes: ['history:read'], expires_at: EXPIRES }, 'name'],
      ['POST', '/api/tokens', { name: 'a', scopes: [bad], expires_at: EXPIRES }, 'scopes'],
      ['POST', '/api/session', { email: bad, password: 'x' }, 'email'],
      ['POST', '/api/session', { email: 'ann@example.com', password: bad }, 'password'],
    ];
    for (const [method, url, body, field] of requests) {
      const answer = await hilo.call(method as 'POST', url, ann, body);
      expect(answer.body, `${method} ${url} ${JSON.stringify(body)}`).toMatchObject({
        status: 400,
        code: 'invalid_request',
      });
      expect(String(answer.body?.field).startsWith(field)).toBe(true);
    }
  },
);

it.each([
  ['/api/users?cursor=%00', 'cursor'],
  ['/api/users?%00=1', '\ufffd'],
  ['/api/explore/queries/%00', 'id'],
  ['/api/audit?cursor=a%00', 'cursor'],
  ['/api/history/v1/messages/a%00', 'path'],
  ['/api/history/v1/messages/a?source=%00', 'source'],
])('%s is refused, naming %s', async (url, field) => {
  expect((await hilo.call('GET', url, ann)).body).toMatchObject({ status: 400, code: 'invalid_request', field });
});

it('a cursor with such a text inside is refused', async () => {
  for (const bad of ['\0', '\ud800', '\ud800@example.com', 'a\0@example.com']) {
    const cursor = Buffer.from(JSON.stringify([bad])).toString('base64url');
    for (const list of ['users', 'tokens', 'audit', 'explore/queries']) {
      const { status, body } = await hilo.call('GET', `/api/${list}?cursor=${cursor}`, ann);
      expect({ list, status, field: body?.field }).toEqual({ list, status: 400, field: 'cursor' });
    }
  }
});

it('bytes that are no UTF-8 are no JSON', async () => {
  const sent = {
    method: 'POST',
    url: '/api/tokens',
    payload: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
  } as const;
  const answer = await hilo.app.instance.inject({
    ...sent,
    headers: { ...headersOf(ann), 'content-type': 'application/json' },
  });
  expect(answer.statusCode).toBe(400);
});

it('no request is answered as if the fault were ours', async () => {
  let asked = 0;
  for (const { method, url, contentType, body } of new GarbageRequests(SEED).of(openApiOf(contract), 25)) {
    // Streams never end; what ends a session would end this one; and passwords take attempts.
    if (/\/live\b|^\/api\/session/.test(url)) continue;
    const { statusCode, body: answer } = await hilo.app.instance.inject({
      method: method as 'GET',
      url,
      headers: { ...headersOf(STACK), ...(contentType === null ? {} : { 'content-type': contentType }) },
      ...(body === null ? {} : { payload: body }),
    });
    asked += 1;
    const isUnavailable = statusCode > 500 && UNAVAILABLE.has((JSON.parse(answer) as { code: string }).code);
    expect(isUnavailable || statusCode < 500, `${method} ${url} ${body} → ${statusCode} ${answer}`).toBe(true);
  }
  expect(asked).toBeGreaterThan(300);
}, 120_000);
