import { type ServiceApp, createLogger, createServiceApp, openApiOf, MemoryChanges } from '@hilo/service';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SegmentationModule } from '../segmentation.module.ts';
import { NO_MEMBERSHIPS } from '../testing/unreached.ts';
import { contract } from './contract.ts';

let app: ServiceApp;
/** What is refused reaches nothing behind the API. */
const reached = (): never => expect.unreachable();

beforeAll(async () => {
  const logger = createLogger({ name: 'test', level: 'silent' });
  app = await createServiceApp({
    ...{
      name: 'segmentation',
      adminToken: 'token',
      openapi: openApiOf(contract),
      logger,
      ready: () => true,
      changes: new MemoryChanges(),
    },
    module: SegmentationModule.of({
      ...NO_MEMBERSHIPS,
      store: {
        ...{
          save: reached,
          saveWithPast: reached,
          cancelBackfill: reached,
          find: reached,
          list: reached,
          members: reached,
        },
        ...{ publishNext: reached, waiting: reached },
      },
      publisher: { publishSoon: reached },
      backfills: { find: reached, underLock: reached },
      previews: { preview: reached, fifths: reached },
      origins: { originOf: reached, release: reached },
      partitions: 4,
    }),
  });
});
afterAll(() => app.nest.close());

const cursor = (...position: string[]) => Buffer.from(JSON.stringify(position)).toString('base64url');
const TWICE = { did: 'Bought', count: { gte: 2 }, within: '10m' };

it.each([
  ['PUT', 'segments/a', { name: 'a\0b', condition: TWICE }, 'name'],
  ['PUT', 'segments/a', { name: '\ud800', condition: TWICE }, 'name'],
  ['PUT', 'segments/a', { name: 'n'.repeat(201), condition: TWICE }, 'name'],
  ['PUT', 'segments/a', { name: 'n', condition: { did: 'a\0' } }, 'condition.did'],
  ['PUT', 'segments/a', { name: 'n', condition: { did: '\udc00' } }, 'condition.did'],
  ['PUT', 'segments/a', { name: 'n', condition: TWICE, 'x\0': 1 }, 'x\ufffd'],
  ['PUT', 'segments/a%00b', { condition: TWICE }, 'key'],
  ['PUT', `segments/${'k'.repeat(101)}`, { condition: TWICE }, 'key'],
  ['GET', `segments/${'k'.repeat(600)}`, undefined, 'key'],
  ['GET', 'segments/%ff', undefined, 'path'],
  ['DELETE', 'segments/%00', undefined, 'key'],
  ['GET', 'segments/%00/members', undefined, 'key'],
  ['GET', 'segments/%00/history', undefined, 'key'],
  ['GET', 'segments/a/history?from=yesterday', undefined, 'from'],
  ['GET', 'segments/a/profiles/p_%00/explain', undefined, 'profile_id'],
  ['GET', 'segments/a/profiles/ann@example.com/explain', undefined, 'profile_id'],
  ['GET', 'segments/a/profiles/p_1/history?to=%00', undefined, 'to'],
  ['GET', 'segments?cursor=%00', undefined, 'cursor'],
  ['GET', `segments?cursor=${cursor('a\0')}`, undefined, 'cursor'],
  ['GET', `segments?cursor=${cursor('\ud800')}`, undefined, 'cursor'],
  ['GET', `segments?cursor=${cursor('x'.repeat(1_001))}`, undefined, 'cursor'],
  ['GET', `segments?cursor=${'c'.repeat(9_000)}`, undefined, 'cursor'],
  ['GET', 'segments?limit=%00', undefined, 'limit'],
  ['POST', 'time/origins/identity/%00/release', undefined, 'partition'],
] as const)('text that no store can hold is refused, naming the field: %s %s %j', async (method, path, body, field) => {
  const answer = await app.instance.inject({
    method,
    url: `/v1/${path}`,
    headers: { authorization: 'Bearer token' },
    ...(body === undefined ? {} : { payload: body }),
  });
  expect(answer.json()).toMatchObject({ status: 400, field });
});
