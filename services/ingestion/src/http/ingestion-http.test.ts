import { gzipSync } from 'node:zlib';
import { type ServiceApp, createLogger, createServiceApp, MemoryChanges, openApiOf } from '@hilo/service';
import type { AnswerOf } from '@hilo/service/contract';
import { ContractProof } from '@hilo/service/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SourceCache } from '../adapters/source-cache.ts';
import { IngestionModule } from '../ingestion.module.ts';
import { LogUnavailableError, type Rejection } from '../ports.ts';
import { receiveEvents } from '../use-cases/receive-events.ts';
import { MemoryEventLog } from '../testing/memory-log.ts';
import { NO_LISTS } from '../testing/memory-list-store.ts';
import { MemorySourceStore } from '../testing/memory-source-store.ts';
import { sourceOf } from '../testing/sources.ts';
import { type Api, contract } from './contract.ts';
import { isTrackingPath, prepareServer } from './prepare-server.ts';

const NOW = Date.UTC(2026, 10, 22, 12);
const BODY_BYTES = 600_000;
const proof = new ContractProof(contract);
const log = new MemoryEventLog();
const logger = createLogger({ name: 'ingestion', level: 'silent' });
const store = new MemorySourceStore([
  sourceOf('web', { write_key: 'web-key-1' }),
  sourceOf('quiet', { write_key: 'quiet-key', answer: 'segment' }),
  sourceOf('off', { write_key: 'off-key-1', enabled: false }),
]);
const refused: string[] = [];
const rejections: Rejection[] = Array.from({ length: 5 }, (_, index) => ({
  ...{ source: 'web', message_id: `m${index}`, reason: 'missing_event', field: 'event', message: 'x', type: 'track' },
  ...{ original: Buffer.from('{}'), received_at: NOW + index, via: 'http', rejection_id: `0-${index}` },
  ...{ original_bytes: 2, replayed_at_ms: index === 0 ? NOW : null },
}));
let app: ServiceApp;

const ME = { userId: 'u', messageId: 'm' };
const basic = (key: string) => `Basic ${Buffer.from(`${key}:`).toString('base64')}`;

interface Call {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'OPTIONS';
  readonly key?: string | null;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

function call(url: string, { method = 'POST', key = 'web-key-1', headers = {}, body }: Call = {}) {
  const authorization = key === null ? {} : { authorization: basic(key) };
  const payload = body === undefined || Buffer.isBuffer(body) || typeof body === 'string' ? body : JSON.stringify(body);
  return app.instance.inject({
    method,
    url,
    headers: { ...authorization, ...headers },
    ...(payload === undefined ? {} : { payload }),
  });
}

function admin(method: 'GET' | 'PUT' | 'POST', url: string, body?: unknown) {
  return call(url, { method, key: null, headers: { authorization: 'Bearer admin' }, body });
}

beforeAll(async () => {
  const sources = new SourceCache(store, logger);
  const sourceOfKey = (write_key: string) => sources.byWriteKey(write_key);
  const endpoint = receiveEvents({
    ...{ log, sourceOf: sourceOfKey, nowMs: () => NOW, newId: () => 'made', bodyBytes: BODY_BYTES, tracer: null },
    encode: (event) => log.codec.encode('events.received', event),
    metrics: { events: () => undefined, refused: (reason) => void refused.push(reason) },
  });
  app = await createServiceApp({
    ...{ name: 'ingestion', adminToken: 'admin', openapi: openApiOf(contract), logger, ready: () => true },
    ...{
      prepare: (instance) => void [prepareServer, proof.watch].map((each) => each(instance)),
      lenient: isTrackingPath,
      changes: new MemoryChanges(),
    },
    http: { bodyBytes: BODY_BYTES, trustedProxies: ['127.0.0.1'], joinsSlashes: true },
    module: IngestionModule.of({
      identifiersInUrls: 'allowed',
      endpoint,
      sourceOf: sourceOfKey,
      ...{ ...NO_LISTS, sources: store, knownSources: () => sources.known() },
      sourceStored: (source) => sources.put(source),
      rejections: {
        list: async ({ reason }, limit, after) =>
          rejections
            .filter((one) => reason === null || one.reason === reason)
            .toReversed()
            .filter(({ received_at }) => after === null || received_at < after.receivedMs)
            .slice(0, limit),
        reasons: async () => [{ reason: 'missing_event', count: 5, latest_ms: NOW }],
        find: async () => [],
        markReplayed: async () => undefined,
      },
      replay: async (ids) => {
        if (log.mood === 'away') throw new LogUnavailableError('Kafka is unavailable');
        return ids.map((rejection_id) => ({
          ...{
            rejection_id,
            state: rejection_id === '0-9' ? ('not_found' as const) : ('accepted' as const),
            events: 1,
          },
          ...{ message_id: 'm', reason: null, field: null, message: null },
        }));
      },
    }),
  });
});
afterAll(() => app.nest.close());
beforeEach(() => {
  log.mood = 'well';
  log.take();
  refused.length = 0;
});

describe('the tracking API', () => {
  it.each([
    ['/v1/track', { ...ME, event: 'x' }, 'track'],
    ['/v1/identify', ME, 'identify'],
    ['/v1/page', ME, 'page'],
    ['/v1/screen', ME, 'screen'],
    ['/v1/group', { ...ME, groupId: 'g' }, 'group'],
    ['/v1/alias', { ...ME, previousId: 'p' }, 'alias'],
    ['/v1/merge', { mergeProperties: [{ type: 'email', value: 'a@b.example' }] }, 'merge'],
    ['/v1/batch', { batch: [{ ...ME, type: 'page' }] }, 'page'],
    ['/v1/import', { batch: [{ ...ME, type: 'page' }] }, 'page'],
    ['/v1/t', { ...ME, event: 'x' }, 'track'],
    ['/v1/i', ME, 'identify'],
    ['/v1/p', ME, 'page'],
    ['/v1/g', { ...ME, groupId: 'g' }, 'group'],
    ['/v1/a', { ...ME, previousId: 'p' }, 'alias'],
  ])('takes %s and answers when the log has it', async (url, body, type) => {
    const answer = await call(url, { body });
    expect([answer.statusCode, answer.json()]).toEqual([200, { success: true }]);
    expect(log.take()).toEqual([expect.objectContaining({ type, source: 'web', faults: [], received_at: NOW })]);
  });

  it('keeps the events of one client in one partition, and finds a key for any other', async () => {
    await call('/v1/page', { body: { userId: 'u', anonymousId: 'a' } });
    await call('/v1/page', { body: { userId: 'u' } });
    await call('/v1/page', { body: {} });
    expect(log.take().map(({ key }) => key)).toEqual(['a', 'u', 'made']);
  });

  it.each([
    ['in Basic authentication', 'web-key-1', {}],
    ['in the body', null, { writeKey: 'web-key-1' }],
  ])('finds the write key %s', async (_where, key, extra) => {
    expect((await call('/v1/page', { key, body: { ...ME, ...extra } })).statusCode).toBe(200);
    expect((await call('/v1/batch', { key, body: { batch: [{ ...ME, type: 'page', ...extra }] } })).statusCode).toBe(
      200,
    );
    expect(log.take()).toHaveLength(2);
  });

  it('finds the write key in the query, as beacons send it', async () => {
    const answer = await call('/v1/page?writeKey=web-key-1', {
      key: null,
      headers: { 'content-type': 'text/plain' },
      body: ME,
    });
    expect(answer.statusCode).toBe(200);
  });

  it.each([
    ['an unknown key', { authorization: basic('nobody') }],
    ['another scheme', { authorization: 'Bearer web-key-1' }],
    ['damaged base64', { authorization: 'Basic ~~~' }],
    ['no key at all', {}],
  ])('answers 401 to %s, and takes nothing', async (_case, headers) => {
    const answer = await call('/v1/page', { key: null, headers, body: ME });
    expect([answer.statusCode, answer.json()]).toMatchObject([401, { code: 'invalid_write_key', success: false }]);
    expect(log.take()).toEqual([]);
    expect(refused).toEqual(['unknown_key']);
  });

  it.each([
    'application/json',
    'text/plain;charset=UTF-8',
    'application/octet-stream',
    'application/x-www-form-urlencoded',
  ])('reads JSON that calls itself %s', async (type) => {
    expect((await call('/v1/page', { headers: { 'content-type': type }, body: ME })).statusCode).toBe(200);
  });

  it('reads gzip, declared or not', async () => {
    const body = gzipSync(JSON.stringify(ME));
    expect((await call('/v1/page', { headers: { 'content-encoding': 'gzip' }, body })).statusCode).toBe(200);
    expect((await call('/v1/page', { body })).statusCode).toBe(200);
    expect(log.take()).toHaveLength(2);
  });

  it.each([
    ['no JSON', Buffer.from('{"userId":'), 'invalid_json', 400],
    ['an empty body', Buffer.alloc(0), 'invalid_json', 400],
    ['bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0xfe, 0x22]), 'invalid_json', 400],
    ['damaged gzip', Buffer.concat([gzipSync('{"a":1}').subarray(0, 20), Buffer.from('junk')]), 'invalid_json', 400],
    ['a gzip that unpacks to too much', gzipSync('x'.repeat(BODY_BYTES + 1)), 'body_too_large', 413],
    ['a list', Buffer.from('[]'), 'invalid_body', 400],
    ['a batch that is none', Buffer.from('{"batch":1}'), 'invalid_body', 400],
    ['a batch over 500 KB', Buffer.from(JSON.stringify({ batch: ['x'.repeat(512_001)] })), 'body_too_large', 413],
  ])('answers %s with a reason, and keeps it as rejected', async (_case, body, code, status) => {
    const answer = await call('/v1/batch', { body });
    expect([answer.statusCode, answer.json()]).toMatchObject([status, { code, success: false }]);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(log.take()).toEqual([
      expect.objectContaining({ source: 'web', faults: [expect.objectContaining({ code })] }),
    ]);
  });

  it('names the faults of each event of a batch, and takes the others', async () => {
    const batch = [
      { ...ME, type: 'page' },
      { type: 'track', ...ME },
      { ...ME, type: 'page', messageId: 'x'.repeat(101) },
    ];
    const answer = await call('/v1/batch', { body: { batch } });
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({
      detail: '2 of 3 events were rejected; the others were taken.',
      faults: [
        { index: 1, code: 'missing_event', field: 'event' },
        { index: 2, code: 'message_id_too_long', field: 'messageId' },
      ],
    });
    expect(log.take().map(({ faults }) => faults.length)).toEqual([0, 1, 1]);
  });

  it('answers 413 to an event over 32 KB', async () => {
    const answer = await call('/v1/track', { body: { ...ME, event: 'x', properties: { text: 'x'.repeat(32_768) } } });
    expect([answer.statusCode, answer.json()]).toMatchObject([413, { code: 'event_too_large' }]);
  });

  it('answers as Segment does where the source says so', async () => {
    expect((await call('/v1/track', { key: 'quiet-key', body: ME })).json()).toEqual({ success: true });
    expect((await call('/v1/track', { key: 'quiet-key', body: '{' })).statusCode).toBe(400);
    const large = { ...ME, event: 'x', properties: { text: 'x'.repeat(32_768) } };
    expect((await call('/v1/track', { key: 'quiet-key', body: large })).statusCode).toBe(400);
    expect(log.take().map(({ faults }) => faults[0]?.code)).toEqual([
      'missing_event',
      'invalid_json',
      'event_too_large',
    ]);
  });

  it('says when to come again where too much is waiting or Kafka is unavailable', async () => {
    log.mood = 'full';
    const full = await call('/v1/page', { body: ME });
    expect([full.statusCode, full.headers['retry-after']]).toEqual([429, '1']);
    expect(Number(full.headers['x-ratelimit-reset'])).toBeGreaterThan(Date.now());
    log.mood = 'away';
    const unavailable = await call('/v1/page', { body: ME });
    expect([unavailable.statusCode, unavailable.headers['retry-after']]).toEqual([503, '1']);
    expect(refused).toEqual(['overloaded', 'log_away']);
  });

  it('answers known write keys while the sources are unavailable, and others with 503', async () => {
    store.unavailable = true;
    expect((await call('/v1/page', { key: 'never-seen', body: ME })).statusCode).toBe(503);
    expect((await call('/v1/page', { body: ME })).statusCode).toBe(200);
    store.unavailable = false;
    expect((await call('/v1/page', { key: 'never-seen', body: ME })).statusCode).toBe(401);
  });

  it('refuses a source that is switched off, unknown calls and bodies beyond every limit', async () => {
    expect((await call('/v1/page', { key: 'off-key-1', body: ME })).statusCode).toBe(403);
    expect((await call('/v1/dance', { body: ME })).statusCode).toBe(404);
    expect((await call('/v1/page', { body: Buffer.alloc(BODY_BYTES + 1) })).statusCode).toBe(413);
    expect((await call('/v1/m', { key: null, body: {} })).json()).toEqual({ success: true });
    expect(log.take()).toEqual([]);
  });

  it('fills in the address of the client, also behind a trusted proxy', async () => {
    await call('/v1/page', { headers: { 'x-forwarded-for': '203.0.113.9' }, body: ME });
    expect(log.take()[0]?.context).toBe('{"ip":"203.0.113.9"}');
  });
});

describe('browsers and SDKs', () => {
  it('may call from any site', async () => {
    const headers = { origin: 'https://shop.example', 'access-control-request-headers': 'authorization,content-type' };
    const preflight = await call('/v1/t', { method: 'OPTIONS', key: null, headers });
    expect(preflight.statusCode).toBe(204);
    expect(preflight.headers).toMatchObject({
      'access-control-allow-origin': 'https://shop.example',
      'access-control-allow-headers': 'authorization,content-type',
    });
    const answer = await call('/v1/p', { headers, body: ME });
    expect([answer.statusCode, answer.headers['access-control-allow-origin']]).toEqual([200, 'https://shop.example']);
  });

  it('may not call the admin API from other sites', async () => {
    const headers = { origin: 'https://shop.example' };
    for (const url of ['/v1/sources', '/v1/sources/web', '/v1/rejected'])
      for (const method of ['OPTIONS', 'GET'] as const)
        expect((await call(url, { method, headers })).headers['access-control-allow-origin']).toBeUndefined();
  });

  it('get their settings for a write key', async () => {
    const settings = await call('/v1/projects/web-key-1/settings', { method: 'GET', key: null });
    expect(settings.json()).toMatchObject({
      integrations: { 'Segment.io': { apiKey: 'web-key-1', apiHost: 'localhost:80/v1' } },
    });
    for (const [url, key] of [
      ['/sourceConfig', 'web-key-1'],
      ['/sourceConfig/?writeKey=web-key-1', null],
    ] as const)
      expect((await call(url, { method: 'GET', key })).json()).toMatchObject({ source: { id: 'web', enabled: true } });
    expect((await call('/v1/projects/nobody/settings', { method: 'GET', key: null })).statusCode).toBe(404);
    expect((await call('/sourceConfig', { method: 'GET', key: null })).statusCode).toBe(404);
  });
});

describe('the admin API', () => {
  it('stores, shows and lists sources, and a new one counts at once', async () => {
    const draft = { name: 'Shop', write_key: 'shop-key-1', max_event_bytes: 262_144 };
    const stored = await admin('PUT', '/v1/sources/shop', draft);
    const defaults = { max_batch_bytes: 512_000, answer: 'explicit', unreadable_times: 'keep', enabled: true };
    const shop = { key: 'shop', ...draft, ...defaults };
    expect([stored.statusCode, stored.json()]).toEqual([200, shop]);
    expect((await admin('GET', '/v1/sources/shop')).json()).toEqual(shop);
    expect((await call('/v1/page', { key: 'shop-key-1', body: ME })).statusCode).toBe(200);
    const first = (await admin('GET', '/v1/sources?limit=3')).json<{ items: { key: string }[]; next: string }>();
    const second = (await admin('GET', `/v1/sources?limit=3&cursor=${first.next}`)).json<typeof first>();
    expect([...first.items, ...second.items].map(({ key }) => key)).toEqual(['off', 'quiet', 'shop', 'web']);
    expect(second.next).toBeNull();
  });

  it('keeps the write key of a source that is stored without one, and makes one up for a new source', async () => {
    expect((await admin('PUT', '/v1/sources/web', { name: 'Web' })).json()).toMatchObject({ write_key: 'web-key-1' });
    const made = (await admin('PUT', '/v1/sources/fresh', { name: 'Fresh' })).json<{ write_key: string }>();
    expect(made.write_key).toMatch(/^[\w-]{32}$/);
    expect((await admin('PUT', '/v1/sources/fresh', { name: 'Fresh' })).json()).toEqual(made);
  });

  it.each([
    ['/v1/sources/UPPER', { name: 'x' }, 'key'],
    ['/v1/sources/a', {}, 'name'],
    ['/v1/sources/a', { name: 'x', write_key: 'short' }, 'write_key'],
    ['/v1/sources/a', { name: 'x', max_event_bytes: 1 }, 'max_event_bytes'],
    ['/v1/sources/a', { name: 'x', max_batch_bytes: 5_000_000 }, 'max_batch_bytes'],
    ['/v1/sources/a', { name: 'x', answer: 'maybe' }, 'answer'],
    ['/v1/sources/a', { name: 'x', enabled: 1 }, 'enabled'],
    ['/v1/sources/a', { name: 'x', colour: 1 }, 'colour'],
  ])('refuses PUT %s %j, naming the field', async (url, body, field) => {
    const answer = await admin('PUT', url, body);
    expect([answer.statusCode, answer.json()]).toMatchObject([400, { field }]);
  });

  it('refuses a write key that another source has, and what is no JSON', async () => {
    expect((await admin('PUT', '/v1/sources/a', { name: 'x', write_key: 'web-key-1' })).statusCode).toBe(409);
    expect((await admin('PUT', '/v1/sources/a', '{')).statusCode).toBe(400);
    expect((await admin('GET', '/v1/sources/none')).statusCode).toBe(404);
  });

  it('lists the rejections, newest first, page by page', async () => {
    const seen: string[] = [];
    let cursor = '';
    do {
      const answer = (await admin('GET', `/v1/rejected?limit=2${cursor}`)).json<AnswerOf<Api, 'listRejected'>>();
      seen.push(...answer.items.map(({ rejection_id }) => rejection_id));
      cursor = answer.next === null ? '' : `&cursor=${answer.next}`;
    } while (cursor !== '');
    expect(seen).toEqual(['0-4', '0-3', '0-2', '0-1', '0-0']);
    expect((await admin('GET', '/v1/rejected?limit=1')).json()).toMatchObject({
      items: [{ reason: 'missing_event', original: '{}', received_at: '2026-11-22T12:00:00.004Z' }],
    });
  });

  it('counts the reasons, and lists those with one of them', async () => {
    expect((await admin('GET', '/v1/rejected/reasons')).json()).toEqual({
      items: [{ reason: 'missing_event', count: 5, latest_at: '2026-11-22T12:00:00.000Z' }],
    });
    expect((await admin('GET', '/v1/rejected?reason=other')).json()).toEqual({ items: [], next: null });
    expect((await admin('GET', '/v1/rejected?reason=%00')).statusCode).toBe(400);
  });

  it('replays one rejection or some, and says what became of each', async () => {
    const one = await admin('POST', '/v1/rejected/0-1/replay');
    expect(one.statusCode).toBe(200);
    expect(one.json()).toMatchObject({ rejection_id: '0-1', state: 'accepted', message_id: 'm' });
    expect((await admin('POST', '/v1/rejected/0-9/replay')).statusCode).toBe(404);
    const some = (await admin('POST', '/v1/rejected/replay', { ids: ['0-1', '0-9'] })).json();
    expect(some).toMatchObject({ items: [{ state: 'accepted' }, { state: 'not_found' }] });
    for (const body of [{}, { ids: [] }, { ids: [1] }, { ids: Array(101).fill('x') }, { ids: ['x'], more: 1 }])
      expect((await admin('POST', '/v1/rejected/replay', body)).statusCode).toBe(400);
    log.mood = 'away';
    expect((await admin('POST', '/v1/rejected/0-1/replay')).json()).toMatchObject({ status: 503, code: 'unavailable' });
  });

  it('wants the admin token, also where a write key is given', async () => {
    expect((await call('/v1/rejected/0-1/replay')).statusCode).toBe(401);
    for (const url of ['/v1/sources', '/v1/sources/web', '/v1/rejected'])
      expect((await call(url, { method: 'GET' })).statusCode).toBe(401);
  });

  it('has routes, a document and answers that agree, those of beacons, pictures and lists apart', () => {
    expect(app.routeDifferences()).toEqual([]);
    expect(proof.breaches()).toEqual([]);
    expect(proof.unproved().filter((answer) => !/^send(Beacon|Pixel|RudderPixel) |List/.test(answer))).toEqual([]);
  });
});
