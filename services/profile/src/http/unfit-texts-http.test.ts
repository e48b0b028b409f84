import { createLogger, createServiceApp, openApiOf, type ServiceApp } from '@hilo/service';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ProfileModule } from '../profile.module.ts';
import { contract } from './contract.ts';

let app: ServiceApp;
/** What is refused reaches nothing behind the API. */
const reached = (): never => expect.unreachable();

beforeAll(async () => {
  const logger = createLogger({ name: 'test', level: 'silent' });
  app = await createServiceApp({
    ...{ name: 'profile', adminToken: 'token', openapi: openApiOf(contract), logger, ready: () => true },
    module: ProfileModule.of({
      identifiersInUrls: 'allowed',
      ...{ reader: { find: reached }, history: { events: reached } },
      logger,
    }),
  });
});
afterAll(() => app.nest.close());

const BASE = '/v1/spaces/default/collections/users/profiles';
const U1 = 'user_id:u1';

it.each([
  [`${BASE}/user_id:a%00b/traits`, 'identifier'],
  [`${BASE}/${'u'.repeat(600)}/events`, 'identifier'],
  [`${BASE}/user_id:%ED%A0%80/traits`, 'path'],
  [`/v1/spaces/%00/collections/users/profiles/${U1}/traits`, 'space'],
  [`${BASE}/${U1}/traits?include=%00`, 'include'],
  [`${BASE}/${U1}/traits?include=a&include=%00`, 'include'],
  [`${BASE}/${U1}/traits?include=${'i'.repeat(9_000)}`, 'include'],
  [`${BASE}/${U1}/traits?class=%00`, 'class'],
  [`${BASE}/${U1}/segments?next=%00`, 'next'],
  [`${BASE}/${U1}/events?cursor=%00`, 'cursor'],
  [`${BASE}/${U1}/events?next=${'n'.repeat(9_000)}`, 'next'],
])('text that no store can hold is refused, naming the field: %s', async (url, field) => {
  const answer = await app.instance.inject({ url, headers: { authorization: 'Bearer token' } });
  // Segment's errors have no place for a field: the message names it.
  expect([answer.statusCode, answer.body]).toEqual([400, expect.stringContaining(field)]);
});
