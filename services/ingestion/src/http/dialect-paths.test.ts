import { type ServiceApp, createLogger, createServiceApp, MemoryChanges, openApiOf } from '@hilo/service';
import { ContractProof } from '@hilo/service/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SourceCache } from '../adapters/source-cache.ts';
import { IngestionModule } from '../ingestion.module.ts';
import { receiveEvents } from '../use-cases/receive-events.ts';
import { MemoryEventLog } from '../testing/memory-log.ts';
import { NO_LISTS } from '../testing/memory-list-store.ts';
import { MemorySourceStore } from '../testing/memory-source-store.ts';
import { sourceOf } from '../testing/sources.ts';
import { contract } from './contract.ts';
import { isTrackingPath, prepareServer } from './prepare-server.ts';

const log = new MemoryEventLog();
const logger = createLogger({ name: 'ingestion', level: 'silent' });
const store = new MemorySourceStore([
  sourceOf('web', { write_key: 'web-key-1' }),
  sourceOf('off', { write_key: 'off-key-1', enabled: false }),
]);
const proof = new ContractProof(contract);
let app: ServiceApp;

function openIngestion(identifiersInUrls: 'allowed' | 'refused'): Promise<ServiceApp> {
  const sources = new SourceCache(store, logger);
  const sourceOfKey = (write_key: string) => sources.byWriteKey(write_key);
  return createServiceApp({
    ...{
      name: 'ingestion',
      adminToken: 'admin',
      openapi: openApiOf(contract),
      logger,
      ready: () => true,
      prepare: (instance) => void [prepareServer, proof.watch].map((each) => each(instance)),
    },
    ...{ lenient: isTrackingPath, changes: new MemoryChanges(), http: { bodyBytes: 600_000, joinsSlashes: true } },
    module: IngestionModule.of({
      identifiersInUrls,
      endpoint: receiveEvents({
        ...{ log, sourceOf: sourceOfKey, nowMs: () => 1, newId: () => 'made', bodyBytes: 600_000, tracer: null },
        encode: (event) => log.codec.encode('events.received', event),
        metrics: { events: () => undefined, refused: () => undefined },
      }),
      ...{ sourceOf: sourceOfKey, sources: store, knownSources: () => sources.known() },
      sourceStored: () => undefined,
      ...NO_LISTS,
      rejections: {
        list: async () => [],
        reasons: async () => [],
        find: async () => [],
        markReplayed: async () => undefined,
      },
      replay: async () => [],
    }),
  });
}

beforeAll(async () => {
  app = await openIngestion('allowed');
});
afterAll(() => app.nest.close());
beforeEach(() => {
  log.mood = 'well';
  log.take();
});

const ME = { userId: 'u', messageId: 'm', event: 'x', properties: { text: 'ñ🧵~?>', n: 1.5 } };
const WITH_KEY = { ...ME, writeKey: 'web-key-1' };
const basic = { authorization: `Basic ${Buffer.from('web-key-1:').toString('base64')}` };
const get = (url: string, headers: Record<string, string> = {}) => app.instance.inject({ method: 'GET', url, headers });
const post = (url: string, body: object | string, headers: Record<string, string> = basic) =>
  app.instance.inject({
    method: 'POST',
    url,
    headers,
    payload: typeof body === 'string' ? body : JSON.stringify(body),
  });
const encoded = (event: object, alphabet: 'base64' | 'base64url') =>
  encodeURIComponent(Buffer.from(JSON.stringify(event)).toString(alphabet));

describe('slashes too many', () => {
  it.each(['//v1/track', '/v1//track', '///v1///track', '/v1/track/', '//v1//track/', '/v1/track/?x=1'])(
    '%s is taken',
    async (url) => {
      expect((await post(url, ME)).statusCode).toBe(200);
      expect(log.take()).toMatchObject([{ type: 'track', faults: [] }]);
    },
  );

  it.each([
    '//v1//batch',
    '/beacon//v1/batch',
    '//sourceConfig/',
    '/v1//projects//k//settings',
    '/pixel//v1/track',
    '/v1//pixel/track',
  ])('%s may be asked from any site', async (url) => {
    const headers = { origin: 'https://shop.example' };
    const answer = await app.instance.inject({ method: 'OPTIONS', url, headers });
    expect([answer.statusCode, answer.headers['access-control-allow-origin']]).toEqual([204, 'https://shop.example']);
  });

  it('do not open the admin API', async () => {
    for (const url of ['//v1/sources', '/v1//sources', '/v1//sources//web', '//v1//rejected/']) {
      const answer = await get(url, { origin: 'https://shop.example' });
      expect([url, answer.statusCode, answer.headers['access-control-allow-origin']]).toEqual([url, 401, undefined]);
    }
  });
});

describe('RudderStack’s beacon', () => {
  it('is a batch, with the key in its address and any content type', async () => {
    const batch = [
      { ...ME, type: 'track' },
      { ...ME, type: 'identify', messageId: 'n' },
    ];
    for (const url of ['/beacon/v1/batch', '/beacon/v1/batch/', '//beacon//v1//batch']) {
      const answer = await post(
        `${url}?writeKey=web-key-1`,
        { batch, sentAt: '2026-11-30T10:00:00Z' },
        {
          ...{ origin: 'https://shop.example', 'content-type': 'text/plain;charset=UTF-8' },
        },
      );
      expect([answer.statusCode, answer.headers['access-control-allow-credentials']]).toEqual([200, 'true']);
      expect(log.take()).toMatchObject([{ type: 'track', sent_at: Date.UTC(2026, 10, 30, 10) }, { type: 'identify' }]);
    }
  });

  it('has the answers of every request', async () => {
    expect((await post('/beacon/v1/batch?writeKey=nobody', { batch: [] }, {})).statusCode).toBe(401);
    expect((await post('/beacon/v1/batch?writeKey=off-key-1', { batch: [] }, {})).statusCode).toBe(403);
    expect((await post('/beacon/v1/batch?writeKey=web-key-1', '{', {})).statusCode).toBe(400);
    expect((await post('/beacon/v1/dance?writeKey=web-key-1', {}, {})).statusCode).toBe(404);
    expect((await post('/beacon/v1/batch?writeKey=web-key-1', { batch: ['x'.repeat(512_001)] }, {})).statusCode).toBe(
      413,
    );
  });
});

describe('the pixel', () => {
  const picture = (answer: Awaited<ReturnType<typeof get>>) => {
    expect(answer.headers).toMatchObject({ 'content-type': 'image/gif', pragma: 'no-cache' });
    expect(answer.headers['cache-control']).toContain('no-store');
    expect(answer.rawPayload.subarray(0, 6).toString()).toBe('GIF89a');
    expect([...answer.rawPayload.subarray(6, 10)]).toEqual([1, 0, 1, 0]);
    expect(answer.rawPayload).toHaveLength(43);
    return answer.statusCode;
  };

  it.each([
    ['/v1/pixel/track', 'base64'],
    ['/v1/pixel/track', 'base64url'],
    ['/pixel/v1/track', 'base64'],
    ['//v1//pixel//track/', 'base64url'],
  ] as const)('takes an event at %s in %s', async (url, alphabet) => {
    expect(picture(await get(`${url}?data=${encoded(WITH_KEY, alphabet)}`))).toBe(200);
    expect(picture(await get(`${url}?writeKey=web-key-1&data=${encoded(ME, alphabet)}`))).toBe(200);
    const properties = JSON.stringify(ME.properties);
    expect(log.take()).toMatchObject([
      { type: 'track', message_id: 'm', properties, faults: [] },
      { type: 'track', message_id: 'm', properties, faults: [] },
    ]);
  });

  it('takes base64 in which nobody escaped the plus', async () => {
    const data = Buffer.from(JSON.stringify(WITH_KEY)).toString('base64');
    expect(data).toContain('+');
    expect(picture(await get(`/v1/pixel/track?data=${data.replaceAll('=', '')}`))).toBe(200);
    expect(log.take()).toMatchObject([{ properties: JSON.stringify(ME.properties), faults: [] }]);
  });

  it('takes an event as parameters, too', async () => {
    const query =
      'writeKey=web-key-1&userId=u&event=Mail%20Opened&properties.mail.id=7&properties.plan=gold&__proto__.x=1';
    expect(picture(await get(`/pixel/v1/track?${query}`))).toBe(200);
    expect(log.take()).toMatchObject([
      {
        event: 'Mail Opened',
        user_id: 'u',
        properties: '{"mail":{"id":"7"},"plan":"gold"}',
        extra: '{"__proto__":{"x":"1"}}',
      },
    ]);
  });

  it.each([
    ['an event at fault', `data=${encoded({ writeKey: 'web-key-1', userId: 'u' }, 'base64')}`, ['missing_event']],
    ['no JSON', `writeKey=web-key-1&data=${Buffer.from('{').toString('base64')}`, ['invalid_json']],
    ['no base64', 'writeKey=web-key-1&data=%00%ff', ['invalid_json']],
    ['an event that is too large', `data=${encoded({ ...WITH_KEY, event: 'x'.repeat(1001) }, 'base64')}`, ['too_long']],
    ['an unknown key', `data=${encoded({ ...ME, writeKey: 'nobody' }, 'base64')}`, []],
    ['a source that is off', `data=${encoded({ ...ME, writeKey: 'off-key-1' }, 'base64')}`, []],
    ['nothing', '', []],
  ])('shows the picture for %s', async (_case, query, reasons) => {
    expect(picture(await get(`/v1/pixel/track?${query}`))).toBe(200);
    expect(log.take().map(({ faults }) => faults[0]?.code)).toEqual(reasons);
  });

  it('never says that an event was taken which was not', async () => {
    for (const [mood, status] of [
      ['full', 429],
      ['away', 503],
    ] as const) {
      log.mood = mood;
      expect(picture(await get(`/v1/pixel/track?data=${encoded(WITH_KEY, 'base64')}`))).toBe(status);
    }
  });

  it('counts nothing for who asks for the headers alone', async () => {
    const url = `/v1/pixel/track?data=${encoded(WITH_KEY, 'base64')}`;
    const answer = await app.instance.inject({ method: 'HEAD', url });
    expect([answer.statusCode, answer.headers['content-type'], answer.rawPayload.length]).toEqual([
      200,
      'image/gif',
      0,
    ]);
    expect(log.take()).toEqual([]);
  });
});

describe('the pixel where addresses may have no identifiers of people', () => {
  let strict: ServiceApp;
  beforeAll(async () => {
    strict = await openIngestion('refused');
  });
  afterAll(() => strict.nest.close());

  it.each(['/v1/pixel/track', '/pixel/v1/track'])('is refused at %s, with what to call instead', async (path) => {
    const answer = await strict.instance.inject({ url: `${path}?data=${encoded(WITH_KEY, 'base64')}` });
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.json()).toMatchObject({
      ...{ status: 403, code: 'identifiers_in_urls' },
      detail: expect.stringContaining('POST /v1/{call}'),
    });
    expect(log.take()).toEqual([]);
  });

  it('says nothing about events whose body holds them', async () => {
    const answer = await strict.instance.inject({
      ...{ method: 'POST', url: '/v1/track', payload: JSON.stringify(WITH_KEY) },
      headers: { 'content-type': 'text/plain' },
    });
    expect(answer.statusCode).toBe(200);
    expect(log.take()).toHaveLength(1);
  });
});

describe('the settings of a source', () => {
  it('say what becomes of events whose time can’t be read', async () => {
    const put = (body: object) =>
      app.instance.inject({
        method: 'PUT',
        url: '/v1/sources/strict',
        headers: { authorization: 'Bearer admin' },
        payload: JSON.stringify(body),
      });
    const stored = await put({ name: 'Strict', write_key: 'strict-key', unreadable_times: 'reject' });
    expect(stored.json()).toMatchObject({ unreadable_times: 'reject' });
    expect((await put({ name: 'Strict', unreadable_times: 'sometimes' })).json()).toMatchObject({
      ...{ status: 400, field: 'unreadable_times', detail: expect.stringContaining('"keep" or "reject"') as string },
    });
    expect((await put({ name: 'Strict' })).json()).toMatchObject({ unreadable_times: 'keep' });
  });
});

it('answers beacons and pictures as its contract says', () => {
  expect(proof.breaches()).toEqual([]);
  expect(proof.unproved().filter((answer) => /^send(Beacon|Pixel|RudderPixel) /.test(answer))).toEqual([]);
});
