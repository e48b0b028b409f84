import type { AddressInfo } from 'node:net';
import { parseJson } from '@hilo/exact-json';
import { testKeysOf } from '@hilo/service/testing';
import type { StoresFor } from '@hilo/test-stack';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ROLES } from '../domain/rights.ts';
import {
  type Caller,
  ConsoleUnderTest,
  headersOf,
  openDatabase,
  SERVICE_KEYS,
  STACK,
} from '../testing/console-under-test.ts';
import { UpstreamService } from '../testing/upstream-service.ts';

const SOURCE = { key: 'web', name: 'Web', write_key: 'wk_12345678' };
const SEGMENT = { name: 'VIP', condition: { did: 'Bought' } };

let stores: StoresFor<'postgres'>;
let service: UpstreamService;
let hilo: ConsoleUnderTest;
let serviceUrls: readonly string[];
let people: Readonly<Record<(typeof ROLES)[number], Caller>>;

beforeAll(async () => {
  stores = await openDatabase();
  service = new UpstreamService(SERVICE_KEYS.callerKeys);
  // One instance is down: the other answers for both.
  const upstreams = ['http://127.0.0.1:2', await service.listen()];
  serviceUrls = upstreams;
  hilo = await ConsoleUnderTest.open({ postgresUrl: stores.postgresUrl, upstreams });
  const [admin, editor, viewer, privacy] = await Promise.all(ROLES.map((role) => hilo.person(role)));
  people = { admin, editor, viewer, privacy } as typeof people;
}, 120_000);
afterAll(async () => {
  await hilo.close();
  await service.close();
  await stores.close();
});

beforeEach(() => {
  service.seen.length = 0;
  service.resources.clear();
  service.resources.set('/v1/sources/web', SOURCE);
});

const newest = (limit?: number) => hilo.changes(limit);

describe('forwarding', () => {
  it('sends path, query and body as they came, in the console’s name', async () => {
    const { editor } = people;
    const put = await hilo.call('PUT', '/api/segmentation/v1/segments/a%2Fb?x=%20y', editor, SEGMENT);
    expect(put.status).toBe(200);
    expect(put.body).toEqual(SEGMENT);
    const sent = service.seen.find(({ method }) => method === 'PUT');
    expect(sent).toMatchObject({ url: '/v1/segments/a%2Fb?x=%20y', body: JSON.stringify(SEGMENT) });
    expect(sent?.headers['content-type']).toBe('application/json');
    expect(sent?.caller).toEqual({
      ...{ kind: 'service', service: 'console', person: expect.stringMatching(/^[\w-]{22}$/) },
      actor: { who: 'editor@example.com', address: '127.0.0.1' },
    });
    expect(sent?.headers.cookie).toBeUndefined();
    expect(sent?.headers['x-csrf-token']).toBeUndefined();
  });

  it('sends a DELETE on that names a media type and has no body', async () => {
    for (const headers of [
      { 'content-type': 'application/json' },
      { 'content-type': 'application/json', 'content-length': '0' },
    ]) {
      service.resources.set('/v1/sources/web', SOURCE);
      const answer = await hilo.app.instance.inject({
        ...{ method: 'DELETE', url: '/api/ingestion/v1/sources/web' },
        headers: { ...headersOf(people.admin), ...headers },
      });
      expect(answer.statusCode).toBe(204);
      expect(service.seen.find(({ method }) => method === 'DELETE')?.body).toBe('');
    }
  });

  it.each(['/api/profile/v1/x/user_id:%ff/traits', '/api/segmentation/v1/segments?cursor=%zz', '/profiles/%ff'])(
    'answers the malformed address %s as a problem, with every header of safety',
    async (url) => {
      const answer = await hilo.call('GET', url, people.viewer);
      expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
      expect(answer.headers).toMatchObject({ 'x-content-type-options': 'nosniff' });
      expect(service.seen).toEqual([]);
    },
  );

  it('hands on status and headers of the answer, but for those of the connection and the service’s cookies', async () => {
    const found = await hilo.call('GET', '/api/ingestion/v1/sources/web', people.editor);
    expect(found.headers).toMatchObject({ etag: '"1"', 'x-content-type-options': 'nosniff' });
    expect(found.headers['set-cookie']).toBeUndefined();
    expect(found.headers['keep-alive']).toBeUndefined();
    expect((await hilo.call('GET', '/api/ingestion/v1/sources/none', people.editor)).body).toEqual({
      code: 'not_found',
    });
  });

  it('does not send again what somebody has already, and never what another person may see', async () => {
    const path = '/api/ingestion/v1/measured';
    service.resources.set('/v1/measured', { ...SOURCE, size: 1 });
    const ask = async (who: Caller, tag?: string) => {
      const headers = { ...headersOf(who), ...(tag === undefined ? {} : { 'if-none-match': tag }) };
      const { statusCode, headers: answered, body } = await hilo.app.instance.inject({ url: path, headers });
      return { statusCode, etag: String(answered.etag), body };
    };
    const first = await ask(people.editor);
    expect(first).toMatchObject({ statusCode: 200, body: JSON.stringify({ ...SOURCE, size: 1 }) });
    expect(await ask(people.editor, first.etag)).toEqual({ statusCode: 304, etag: first.etag, body: '' });
    // A viewer sees no write key: that is another answer.
    const seen = await ask(people.viewer, first.etag);
    expect(seen.statusCode).toBe(200);
    expect(seen.body).not.toContain(SOURCE.write_key);
    expect((await ask(people.viewer, seen.etag)).statusCode).toBe(304);
    service.resources.set('/v1/measured', { ...SOURCE, size: 2 });
    expect(await ask(people.editor, first.etag)).toMatchObject({ statusCode: 200 });
  });

  it('goes to the next instance where one is down, and says so where all are', async () => {
    for (let time = 0; time < 4; time++)
      expect((await hilo.call('GET', '/api/ingestion/v1/sources/web', people.viewer)).status).toBe(200);
    const unreachable = await hilo.call('GET', '/api/history/v1/counts', people.viewer);
    expect(unreachable.body).toMatchObject({ status: 503, code: 'unavailable' });
    expect(unreachable.headers['retry-after']).toBe('1');
  });

  it.each(ROLES)('lets the role %s read, and change only what it may', async (role) => {
    const mayChange = role === 'admin' || role === 'editor';
    const url = '/api/segmentation/v1/segments/vip';
    const person = people[role];
    service.resources.set('/v1/segments/vip', SEGMENT);
    expect((await hilo.call('GET', url, person)).status).toBe(200);
    service.seen.length = 0;
    const statuses = [
      (await hilo.call('PUT', url, person, SEGMENT)).status,
      (await hilo.call('POST', `${url}/preview`, person, {})).status,
      (await hilo.call('DELETE', url, person)).status,
    ];
    expect(statuses).toEqual(mayChange ? [200, 202, 204] : [403, 403, 403]);
    if (!mayChange) expect(service.seen).toEqual([]);
  });

  it.each(ROLES)('lets the role %s release an origin only where it may change how everything runs', async (role) => {
    for (const time of ['time', '%74ime']) {
      const url = `/api/segmentation/v1/${time}/origins/identity/3/release`;
      const { status } = await hilo.call('POST', url, people[role], {});
      expect(status).toBe(role === 'admin' ? 202 : 403);
    }
    if (role !== 'admin') return expect(service.seen).toEqual([]);
    expect(await newest()).toMatchObject([
      { who: 'admin@example.com', what: 'ran', target: 'segmentation/v1/%74ime/origins/identity/3/release' },
    ]);
  });

  it.each(ROLES)(
    'lets the role %s run statements that may only read, and cancel them; none of it is a change',
    async (role) => {
      const queries = await ConsoleUnderTest.open({
        postgresUrl: stores.postgresUrl,
        upstreams: serviceUrls,
        history: serviceUrls,
      });
      const before = await newest();
      service.resources.set('/v1/queries/0b0e', {});
      const sent = await queries.call('POST', '/api/history/v1/queries', people[role], { sql: 'SELECT 1' });
      expect(sent.status).toBe(202);
      expect(service.seen.at(-1)?.body).toBe('{"sql":"SELECT 1"}');
      expect((await queries.call('DELETE', '/api/history/v1/queries/0b0e', people[role])).status).toBe(204);
      expect(await newest()).toEqual(before);
      // Where a cookie says who asks, another site could send it.
      const { cookie = '' } = people[role];
      expect((await queries.call('POST', '/api/history/v1/queries', { cookie }, {})).status).toBe(403);
      await queries.close();
    },
  );

  it.each(['/api/ingestion/v1/track', '/api/ingestion/v1/%74rack', '/api/ingestion/v1/batch'])(
    'leaves the tracking call %s to producers',
    async (url) => {
      expect((await hilo.call('POST', url, people.admin, {})).status).toBe(404);
      expect(service.seen).toEqual([]);
    },
  );

  it.each([
    '/api/console/v1/x',
    '/api/segmentation/v1/../metrics',
    '/api/segmentation/v1/%2e%2e/metrics',
    '/api/segmentation/metrics',
  ])('sends nothing to %s', async (url) => {
    expect((await hilo.call('GET', url, people.admin)).status).toBe(404);
    expect(service.seen).toEqual([]);
  });

  it('shows strangers nothing, not even what there is', async () => {
    for (const url of ['/api/segmentation/v1/segments', '/api/nothing/v1/x'])
      expect((await hilo.call('GET', url)).body).toMatchObject({ status: 401, code: 'unauthorized' });
    expect(service.seen).toEqual([]);
  });

  it('limits what is sent', async () => {
    const answer = await hilo.call('PUT', '/api/segmentation/v1/segments/a', people.editor, 'x'.repeat(1_100_000));
    expect(answer.status).toBe(413);
  });

  it('says when a service breaks off, and when it refuses the console', async () => {
    expect((await hilo.call('GET', '/api/segmentation/v1/broken', people.viewer)).body).toMatchObject({
      ...{ status: 504, code: 'timeout' },
    });
    const strangers = new UpstreamService(testKeysOf('console').callerKeys);
    const upstreams = [await strangers.listen()];
    const other = await ConsoleUnderTest.open({ postgresUrl: stores.postgresUrl, upstreams });
    const refused = await other.call('GET', '/api/segmentation/v1/segments', STACK);
    expect(refused.body).toMatchObject({ status: 502, code: 'bad_gateway' });
    await other.close();
    await strangers.close();
  });

  it('never shows a page of a service as one of its own', async () => {
    const page = await hilo.call('GET', '/api/segmentation/v1/page', people.admin);
    expect(page.headers['content-security-policy']).toContain("script-src 'self'");
  });
});

describe('a stream that is forwarded', () => {
  it('arrives while it is made, and ends at the service when the person goes', async () => {
    await hilo.app.nest.listen(0, '127.0.0.1');
    const { port } = hilo.app.instance.server.address() as AddressInfo;
    const gone = new AbortController();
    const answer = await fetch(`http://127.0.0.1:${port}/api/segmentation/v1/stream`, {
      headers: headersOf(people.viewer),
      signal: gone.signal,
    });
    expect(answer.headers.get('content-type')).toBe('text/event-stream');
    const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
    const { value } = await reader.read();
    expect(Buffer.from(value ?? []).toString()).toBe('data: first\n\n');
    expect(service.streams).toBe(1);
    gone.abort();
    await expect(reader.read()).rejects.toThrow();
    while (service.streams > 0) await new Promise(setImmediate);
  });
});

describe('secrets', () => {
  it.each([
    ['admin', 'wk_12345678'],
    ['editor', 'wk_12345678'],
    ['viewer', '[redacted]'],
    ['privacy', '[redacted]'],
  ] as const)('a person with the role %s sees the write key as %s', async (role, write_key) => {
    const { body } = await hilo.call('GET', '/api/ingestion/v1/sources/web', people[role]);
    expect(body).toEqual({ ...SOURCE, write_key });
  });

  it('are hidden from a token that may only read, whoever owns it', async () => {
    const expires_at = new Date(Date.now() + 60_000).toISOString();
    const body = { name: 'reader', scopes: ['ingestion:read'], expires_at };
    const made = await hilo.call('POST', '/api/tokens', people.admin, body);
    const reader = { token: String(made.body?.token) };
    expect((await hilo.call('GET', '/api/ingestion/v1/sources/web', reader)).text).not.toContain('wk_12345678');
    expect((await hilo.call('GET', '/api/segmentation/v1/segments', reader)).status).toBe(403);
  });

  it.each([
    ['editor', 'wk_12345678', 'AGtleQ=='],
    ['viewer', '[redacted]', '[redacted]'],
    ['privacy', '[redacted]', '[redacted]'],
  ] as const)('in raw bodies are shown to the role %s as %s', async (role, shown, bytes) => {
    const original = '{"type":"track","writeKey":"wk_12345678"}';
    service.resources.set('/v1/messages/m', { rejections: [{ original, original_encoding: 'utf8' }] });
    service.resources.set('/v1/dead-letters/identity', {
      items: [{ value: 'AGtleQ==', value_encoding: 'base64', message: 'no wk_12345678' }],
    });
    const message = await hilo.call('GET', '/api/segmentation/v1/messages/m', people[role]);
    expect(message.body).toEqual({
      rejections: [{ original: original.replace('wk_12345678', shown), original_encoding: 'utf8' }],
    });
    const deadLetters = await hilo.call('GET', '/api/segmentation/v1/dead-letters/identity', people[role]);
    expect(deadLetters.body).toEqual({ items: [{ value: bytes, value_encoding: 'base64', message: `no ${shown}` }] });
  });

  it('are never let through because an answer is too large to look at', async () => {
    const big = await hilo.call('GET', '/api/ingestion/v1/big', people.viewer);
    expect(big.body).toMatchObject({ status: 502, code: 'answer_too_large' });
  });
});

it('a token for segments alone neither previews conditions on people nor explains memberships', async () => {
  const expires_at = new Date(Date.now() + 60_000).toISOString();
  const tokenWith = async (scopes: readonly string[]) => {
    const made = await hilo.call('POST', '/api/tokens', people.admin, { name: 'reader', scopes, expires_at });
    return { token: String(made.body?.token) };
  };
  const [segments, both] = [
    await tokenWith(['segmentation:read']),
    await tokenWith(['segmentation:read', 'profile:read']),
  ];
  const explain = '/api/segmentation/v1/segments/vip/profiles/p_1/explain';
  const preview = '/api/segmentation/v1/segments/preview';
  expect((await hilo.call('GET', '/api/segmentation/v1/segments', segments)).status).not.toBe(403);
  expect((await hilo.call('GET', explain, segments)).status).toBe(403);
  expect((await hilo.call('POST', preview, segments, {})).status).toBe(403);
  expect((await hilo.call('GET', explain, both)).status).not.toBe(403);
  expect((await hilo.call('POST', preview, both, {})).status).not.toBe(403);
});

describe('changes through the console', () => {
  it('keep every digit of what they change, also where it is written down', async () => {
    const condition = parseJson('{"trait":"crm_id","is":{"eq":1234567890123456789}}');
    await hilo.call('PUT', '/api/segmentation/v1/segments/exact', people.editor, { condition });
    expect(service.seen.find(({ method }) => method === 'PUT')?.body).toContain('"eq":1234567890123456789');
    const read = (await hilo.call('GET', '/api/segmentation/v1/segments/exact', people.viewer)).text;
    expect(read).toContain('"eq":1234567890123456789');
    const search = { limit: 1, target: 'segmentation/v1/segments/exact' };
    expect((await hilo.call('POST', '/api/audit/search', STACK, search)).text).toContain('"eq":1234567890123456789');
  });

  it('are written down, with what was there before and after, and without secrets', async () => {
    const url = '/api/activation/v1/destinations/crm';
    const line = { who: 'editor@example.com', target: 'activation/v1/destinations/crm' };
    await hilo.call('PUT', url, people.editor, { url: 'http://a', secret: 'whsec_1' });
    expect(await newest()).toMatchObject([
      { ...line, what: 'created', before: null, after: { url: 'http://a', secret: '[redacted]' } },
    ]);
    await hilo.call('PUT', `${url}?force=1`, people.editor, { url: 'http://b', secret: 'whsec_2' });
    await hilo.call('DELETE', url, people.editor);
    const [b, secret] = ['http://b', '[redacted]'];
    expect(await newest(2)).toMatchObject([
      { ...line, what: 'deleted', before: { url: b, secret }, after: null },
      { ...line, what: 'changed', before: { url: 'http://a', secret }, after: { url: b, secret } },
    ]);
    await hilo.call('POST', '/api/segmentation/v1/segments/vip/backfill', people.editor, {});
    expect(await newest()).toMatchObject([
      { what: 'ran', target: 'segmentation/v1/segments/vip/backfill', before: null, after: { started: true, secret } },
    ]);
    expect(JSON.stringify(await newest(9))).not.toContain('whsec');
  });

  it('are not written down where the service refuses them', async () => {
    const before = await newest();
    expect((await hilo.call('DELETE', '/api/segmentation/v1/segments/none', people.editor)).status).toBe(404);
    expect((await hilo.call('PUT', '/api/history/v1/x', people.editor, {})).status).toBe(503);
    expect(await newest()).toEqual(before);
  });

  it('are written down as not known where the service was asked and did not answer', async () => {
    const answer = await hilo.call('POST', '/api/segmentation/v1/broken', people.editor, {});
    expect(answer.body).toMatchObject({ status: 504, code: 'timeout' });
    expect(await newest()).toMatchObject([
      { what: 'ran', target: 'segmentation/v1/broken', after: { left_out: 'the answer could not be read' } },
    ]);
  });
});
