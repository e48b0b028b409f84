import { createLogger, createServiceApp, MemoryChanges, openApiOf, type ServiceApp } from '@hilo/service';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ActivationModule } from '../activation.module.ts';
import { typesThatAllow } from '../testing/fixtures.ts';
import { contract } from './contract.ts';

let app: ServiceApp;
/** What is refused reaches nothing behind the API. */
const reached = (): never => expect.unreachable();

beforeAll(async () => {
  const logger = createLogger({ name: 'test', level: 'silent' });
  app = await createServiceApp({
    ...{ name: 'activation', adminToken: 'token', openapi: openApiOf(contract), logger },
    ...{ ready: () => true, changes: new MemoryChanges() },
    module: ActivationModule.of({
      destinations: { current: reached, find: reached, list: reached, put: reached, remove: reached },
      deliveries: { list: reached, find: reached },
      types: typesThatAllow('127.0.0.1:9'),
      save: reached,
      retry: reached,
    }),
  });
});
afterAll(() => app.nest.close());

const cursor = (...position: string[]) => Buffer.from(JSON.stringify(position)).toString('base64url');
const WEBHOOK = { type: 'webhook', settings: { url: 'http://127.0.0.1:9/hook' }, segments: ['buyers'] };
const webhook = (settings: object) => ({ ...WEBHOOK, settings: { ...WEBHOOK.settings, ...settings } });

it.each([
  ['PUT', 'destinations/crm', webhook({ url: 'http://127.0.0.1:9/\0' }), 'settings.url'],
  ['PUT', 'destinations/crm', webhook({ url: 'http://127.0.0.1:9/\ud800' }), 'settings.url'],
  ['PUT', 'destinations/crm', webhook({ url: `http://127.0.0.1:9/${'u'.repeat(9_000)}` }), 'settings.url'],
  ['PUT', 'destinations/crm', webhook({ secret: 'a secret of a length\0' }), 'settings.secret'],
  ['PUT', 'destinations/crm', { ...WEBHOOK, segments: ['a', '\ud800'] }, 'segments'],
  ['PUT', 'destinations/crm', { ...WEBHOOK, '\0': 1 }, '\ufffd'],
  ['PUT', 'destinations/a%00b', WEBHOOK, 'key'],
  ['PUT', `destinations/${'k'.repeat(600)}`, WEBHOOK, 'key'],
  ['DELETE', 'destinations/%00', undefined, 'key'],
  ['GET', 'destinations/%ED%A0%80', undefined, 'path'],
  ['GET', `destinations?cursor=${cursor('a\0')}`, undefined, 'cursor'],
  ['GET', `destinations?cursor=${cursor('x'.repeat(1_001))}`, undefined, 'cursor'],
  ['GET', 'deliveries?status=%00', undefined, 'status'],
  ['GET', 'deliveries?profile=%00', undefined, 'profile'],
  ['GET', `deliveries?profile=${'p'.repeat(101)}`, undefined, 'profile'],
  ['GET', `deliveries?destination=${'d'.repeat(9_000)}`, undefined, 'destination'],
  ['GET', `deliveries?cursor=${cursor('1', '\ud800')}`, undefined, 'cursor'],
  ['GET', `deliveries?cursor=${cursor('1e5', 'd_1')}`, undefined, 'cursor'],
  ['GET', `deliveries?cursor=${'c'.repeat(9_000)}`, undefined, 'cursor'],
  ['POST', 'deliveries/retry', { ids: ['d_1', '\ud800'] }, 'ids'],
  ['POST', 'deliveries/retry', { ids: ['d'.repeat(101)] }, 'ids'],
] as const)('text that no store can hold is refused, naming the field: %s %s %j', async (method, path, body, field) => {
  const answer = await app.instance.inject({
    method,
    url: `/v1/${path}`,
    headers: { authorization: 'Bearer token' },
    ...(body === undefined ? {} : { payload: body }),
  });
  expect(answer.json()).toMatchObject({ status: 400, field });
});
