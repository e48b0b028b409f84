import { type ServiceApp, createLogger, createServiceApp, openApiOf } from '@hilo/service';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { IdentityModule } from '../identity.module.ts';
import { contract } from './contract.ts';

let app: ServiceApp;
/** What is refused reaches nothing behind the API. */
const reached = (): never => expect.unreachable();

beforeAll(async () => {
  const logger = createLogger({ name: 'test', level: 'silent' });
  app = await createServiceApp({
    ...{ name: 'identity', adminToken: 'token', openapi: openApiOf(contract), logger, ready: () => true },
    module: IdentityModule.of({ reader: { identifier: reached, profile: reached } }),
  });
});
afterAll(() => app.nest.close());

it.each([
  ['/v1/profiles/%00', 'profile_id'],
  ['/v1/profiles/%ff', 'path'],
  [`/v1/profiles/${'p'.repeat(600)}`, 'profile_id'],
  ['/v1/profiles/2?since=%00', 'since'],
  [`/v1/profiles/2?since=${'s'.repeat(9_000)}`, 'since'],
])('text that no store can hold is refused, naming the field: %s', async (url, field) => {
  const answer = await app.instance.inject({ url, headers: { authorization: 'Bearer token' } });
  expect(answer.json()).toMatchObject({ status: 400, field });
});

it.each([
  [{ type: 'user_id', value: 'a\0b' }, 'identifier.value'],
  [{ type: '\0', value: 'a' }, 'identifier.type'],
  [{ type: 'user_id', value: '\ud800' }, 'identifier.value'],
])('an identifier that no store can hold is refused, naming the field: %j', async (identifier, field) => {
  const headers = { authorization: 'Bearer token', 'content-type': 'application/json' };
  const payload = JSON.stringify({ identifier });
  const answer = await app.instance.inject({ method: 'POST', url: '/v1/profiles/lookup', headers, payload });
  expect(answer.json()).toMatchObject({ status: 400, field });
});
