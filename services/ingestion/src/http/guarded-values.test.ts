import { type ServiceApp, createLogger, createServiceApp, MemoryChanges, openApiOf } from '@hilo/service';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IngestionModule } from '../ingestion.module.ts';
import type { Rejection } from '../ports.ts';
import { TAKEN } from '../use-cases/answer-faults.ts';
import { NO_LISTS } from '../testing/memory-list-store.ts';
import { MemorySourceStore } from '../testing/memory-source-store.ts';
import { sourceOf } from '../testing/sources.ts';
import { contract } from './contract.ts';
import { prepareServer } from './prepare-server.ts';

const NOW = Date.UTC(2026, 10, 22, 12);
const web = sourceOf('web', { write_key: 'web-key-1' });
const rejections: Rejection[] = [];
let app: ServiceApp;

const cursor = (...position: string[]) => Buffer.from(JSON.stringify(position)).toString('base64url');

function admin(method: 'GET' | 'PUT' | 'POST', url: string, body?: unknown) {
  const headers = { authorization: 'Bearer admin' };
  return app.instance.inject({
    method,
    url,
    headers,
    ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
  });
}

beforeAll(async () => {
  app = await createServiceApp({
    ...{
      name: 'ingestion',
      adminToken: 'admin',
      openapi: openApiOf(contract),
      ready: () => true,
      prepare: prepareServer,
    },
    ...{ changes: new MemoryChanges(), logger: createLogger({ name: 'ingestion', level: 'silent' }) },
    module: IngestionModule.of({
      identifiersInUrls: 'allowed',
      endpoint: async () => TAKEN,
      sourceOf: () => web,
      sources: new MemorySourceStore([web]),
      knownSources: () => new Map([['web', web]]),
      sourceStored: () => undefined,
      ...NO_LISTS,
      rejections: {
        list: async () => rejections,
        reasons: async () => [],
        find: async () => [],
        markReplayed: async () => undefined,
      },
      replay: async () => [],
    }),
  });
});
afterAll(() => app.nest.close());

describe('what the admin API shows and takes', () => {
  it('shows no write key, however it came in, and keeps it for the replay', async () => {
    const basicKey = Buffer.from('web-key-1:').toString('base64');
    const original = Buffer.from(`{"writeKey":"web-key-1","a":"xweb-key-1y","b":"${basicKey}","c":"\\u0077eb-key-1"`);
    rejections.push({
      ...{ source: 'web', message_id: 'web-key-1', reason: 'invalid_json', field: '', message: 'x', type: 'track' },
      ...{ original, received_at: NOW + 100, via: 'http', rejection_id: '0-100', original_bytes: original.length },
      replayed_at_ms: null,
    });
    try {
      const { items } = (await admin('GET', '/v1/rejected?limit=1')).json() as { items: Record<string, string>[] };
      expect(items[0]).toMatchObject({ rejection_id: '0-100', message_id: '[redacted]' });
      const shown = items[0]?.['original'] ?? '';
      expect(shown).toMatch(
        /^{"writeKey":"\[redacted\]","a":"x\[redacted\]y","b":"\[redacted\]\S+","c":"\[redacted\]"$/,
      );
      expect(shown).not.toContain(basicKey.slice(0, 8));
    } finally {
      rejections.pop();
    }
  });

  it.each([
    ['PUT', '/v1/sources/new', { name: 'a\0b' }, 'name'],
    ['PUT', '/v1/sources/new', { name: '\ud800' }, 'name'],
    ['PUT', '/v1/sources/new', { name: 'n'.repeat(201) }, 'name'],
    ['PUT', `/v1/sources/${'k'.repeat(600)}`, { name: 'n' }, 'key'],
    ['PUT', '/v1/sources/a%00b', { name: 'n' }, 'key'],
    ['PUT', '/v1/sources/%ff', { name: 'n' }, 'path'],
    ['POST', '/v1/rejected/replay', { ids: ['a\0'] }, 'ids'],
    ['POST', '/v1/rejected/a%00/replay', undefined, 'id'],
    ['GET', '/v1/rejected?source=a%00', undefined, 'source'],
    ['GET', `/v1/rejected?reason=${'r'.repeat(9000)}`, undefined, 'reason'],
    ['GET', `/v1/rejected?cursor=${cursor('1e300', '0-1')}`, undefined, 'cursor'],
    ['GET', `/v1/rejected?cursor=${cursor('1', 'a\0')}`, undefined, 'cursor'],
    ['GET', `/v1/rejected?cursor=${cursor('1', '\ud800')}`, undefined, 'cursor'],
    ['GET', `/v1/rejected?cursor=${cursor('1', 'x'.repeat(2000))}`, undefined, 'cursor'],
    ['GET', `/v1/sources?cursor=${cursor('a\0')}`, undefined, 'cursor'],
  ] as const)('names the field of what no store can hold: %s %s', async (method, url, body, field) => {
    const answer = await admin(method, url, body);
    expect([answer.statusCode, answer.json().field]).toEqual([400, field]);
  });
});
