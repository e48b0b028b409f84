import { type ServiceApp, createLogger, createServiceApp, MemoryChanges, openApiOf } from '@hilo/service';
import { ContractProof } from '@hilo/service/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { IngestionModule } from '../ingestion.module.ts';
import { judgeEvent } from '../domain/judge-event.ts';
import { TAKEN } from '../use-cases/answer-faults.ts';
import { sendListEntries } from '../use-cases/send-list-entries.ts';
import { receivedEvent } from '../testing/events.ts';
import { MemoryListStore } from '../testing/memory-list-store.ts';
import { MemoryEventLog } from '../testing/memory-log.ts';
import { MemorySourceStore } from '../testing/memory-source-store.ts';
import { sourceOf } from '../testing/sources.ts';
import { contract } from './contract.ts';
import { isTrackingPath, prepareServer } from './prepare-server.ts';

const NOW = Date.UTC(2026, 10, 22, 12);
const proof = new ContractProof(contract);
const log = new MemoryEventLog();
const changes = new MemoryChanges();
let app: ServiceApp;
let ids = 0;

async function admin(method: 'GET' | 'PUT' | 'POST', url: string, payload?: object) {
  const headers = { authorization: 'Bearer admin' };
  const { statusCode, body } = await app.instance.inject({ method, url, headers, ...(payload && { payload }) });
  return { status: statusCode, body: JSON.parse(body) as Record<string, unknown> };
}

beforeAll(async () => {
  app = await createServiceApp({
    ...{ name: 'ingestion', adminToken: 'admin', openapi: openApiOf(contract), ready: () => true },
    prepare: (instance) => void [prepareServer, proof.watch].map((each) => each(instance)),
    ...{ lenient: isTrackingPath, changes, http: { bodyBytes: 8_000_000 } },
    logger: createLogger({ name: 'ingestion', level: 'silent' }),
    module: IngestionModule.of({
      ...{ identifiersInUrls: 'allowed', endpoint: async () => TAKEN, sourceOf: () => undefined },
      ...{ sources: new MemorySourceStore(), knownSources: () => new Map(), sourceStored: () => undefined },
      lists: new MemoryListStore(),
      sendListEntries: sendListEntries({
        ...{ log, nowMs: () => NOW, newId: () => `id-${(ids += 1)}` },
        encode: (event) => log.codec.encode('events.received', event),
      }),
      rejections: {
        ...{ list: async () => [], reasons: async () => [], find: async () => [], markReplayed: async () => undefined },
      },
      replay: async () => [],
    }),
  });
  expect(await admin('PUT', '/v1/lists/vip', { name: 'Good customers' })).toMatchObject({ status: 200 });
});
afterAll(() => app.nest.close());
beforeEach(() => {
  log.mood = 'well';
  log.take();
});

describe('static lists', () => {
  it('are created, renamed, and listed by key', async () => {
    const created = await admin('PUT', '/v1/lists/beta', { name: 'Beta' });
    expect(created.body).toEqual({ key: 'beta', name: 'Beta', created_at: expect.any(String) });
    expect((await admin('PUT', '/v1/lists/beta', { name: 'Testers' })).body).toEqual({
      ...created.body,
      name: 'Testers',
    });
    expect((await admin('GET', '/v1/lists/beta')).body).toMatchObject({ name: 'Testers' });
    expect(await admin('GET', '/v1/lists?limit=1')).toMatchObject({
      body: { items: [{ key: 'beta' }], next: expect.any(String) },
    });
    expect(await admin('GET', '/v1/lists/none')).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });

  it('take entries as events of a source of their own, which pass every check', async () => {
    const entries = [
      { type: 'user_id', value: 'u1', until: '2026-12-31T23:00:00+01:00' },
      { type: 'email', value: ' Ann@Example.com ' },
      { type: 'anonymous_id', value: 'a1', until: null },
    ];
    expect(await admin('POST', '/v1/lists/vip/entries', { entries })).toMatchObject({
      status: 200,
      body: { taken: 3 },
    });
    const records = log.take();
    expect(records).toMatchObject([
      { key: 'u1', user_id: 'u1', properties: '{"on":true,"until":"2026-12-31T22:00:00.000Z"}', request_position: 0 },
      {
        user_id: null,
        context: '{"traits":{"email":"ann@example.com"}}',
        properties: '{"on":true}',
        request_position: 1,
      },
      { key: 'a1', anonymous_id: 'a1', properties: '{"on":true}', request_position: 2 },
    ]);
    for (const { key: _, ...record } of records) {
      const verdict = judgeEvent(record, undefined, { partition: 0, offset: 0, brokerMs: NOW });
      expect(verdict).toMatchObject({
        kind: 'accepted',
        event: { type: 'list', name: 'vip', source: '_lists', timestamp: NOW },
      });
    }
  });

  it('take people off again', async () => {
    const entries = [{ type: 'user_id', value: 'u1' }];
    expect(await admin('POST', '/v1/lists/vip/entries/remove', { entries })).toMatchObject({ body: { taken: 1 } });
    expect(log.take()).toMatchObject([{ user_id: 'u1', properties: '{"on":false}' }]);
  });

  it('take a CSV of thousands of lines whole, or nothing of it', async () => {
    const lines = Array.from({ length: 2_500 }, (_, index) => `user_id,u${index}`);
    const csv = ['type,value', ...lines].join('\n');
    expect(await admin('POST', '/v1/lists/vip/csv', { csv })).toMatchObject({ body: { taken: 2_500 } });
    const records = log.take();
    expect(records.map(({ request_position }) => request_position)).toEqual(lines.map((_, index) => index));
    expect(log.openBytes).toBe(0);
    expect(await admin('POST', '/v1/lists/vip/csv', { csv: `${csv}\nphone,1` })).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', field: 'csv', detail: expect.stringContaining('line 2502, column 1') },
    });
    expect(log.take()).toEqual([]);
    await admin('POST', '/v1/lists/vip/csv', { csv: 'type,value\nuser_id,u1', change: 'remove' });
    expect(log.take()).toMatchObject([{ properties: '{"on":false}' }]);
  });

  it.each<[string, string, object, object]>([
    ['an unknown list', '/v1/lists/none/entries', { entries: [{ type: 'user_id', value: 'u' }] }, { status: 404 }],
    [
      'an identifier that is nobody',
      '/v1/lists/vip/entries',
      {
        entries: [
          { type: 'user_id', value: 'u' },
          { type: 'user_id', value: 'guest' },
        ],
      },
      { status: 400, body: { field: 'entries[1].value' } },
    ],
    ['another type', '/v1/lists/vip/entries', { entries: [{ type: 'phone', value: '1' }] }, { status: 400 }],
    ['no entries', '/v1/lists/vip/entries', { entries: [] }, { status: 400 }],
    [
      'an end that is no time',
      '/v1/lists/vip/entries',
      { entries: [{ type: 'user_id', value: 'u', until: 'soon' }] },
      { status: 400 },
    ],
  ])('refuse %s', async (_what, url, body, expected) => {
    expect(await admin('POST', url, body)).toMatchObject(expected);
    expect(log.take()).toEqual([]);
  });

  it.each(['away', 'crowded'] as const)(
    'say that the entries are to be sent again while the log is %s',
    async (mood) => {
      log.mood = mood;
      const entries = [{ type: 'user_id', value: 'u1' }];
      expect(await admin('POST', '/v1/lists/vip/entries', { entries })).toMatchObject({
        status: 503,
        body: { code: 'unavailable' },
      });
    },
  );

  it('have routes and answers that agree with the contract', () => {
    expect(proof.breaches()).toEqual([]);
    expect(proof.unproved().filter((answer) => answer.includes('List'))).toEqual([]);
  });

  it('are no type of the tracking API', async () => {
    expect(isTrackingPath('/v1/lists')).toBe(false);
    const record = receivedEvent({ type: 'list', source: 'web' });
    expect(judgeEvent(record, sourceOf('web'), { partition: 0, offset: 0, brokerMs: NOW })).toMatchObject({
      ...{ kind: 'rejected', event: { reason: 'unknown_type' } },
    });
  });
});
