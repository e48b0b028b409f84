import { createLogger, createServiceApp, MemoryChanges, openApiOf, type ServiceApp } from '@hilo/service';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newProfile } from '../domain/profile-state.ts';
import { setTraits } from '../domain/set-traits.ts';
import { ProfileModule } from '../profile.module.ts';
import { malformedAddress } from './api-error.ts';
import { contract } from './contract.ts';
import { nameRequests } from './request-id.ts';

const TOKEN = 'the-admin-token';
const BASE = '/v1/spaces/default/collections/users/profiles';
const CAUSE = { source: 'web', message_id: 'm1', event_time_ms: 1, receivedMs: 1, position: 0 };
const { state: ANN } = setTraits(newProfile('p_a'), { city: 'Madrid' }, CAUSE);

describe('where addresses may have no identifiers of people', () => {
  let strict: ServiceApp;
  beforeAll(async () => {
    const logger = createLogger({ name: 'profile', level: 'silent' });
    strict = await createServiceApp({
      ...{ name: 'profile', adminToken: TOKEN, openapi: openApiOf(contract), logger, ready: () => true },
      module: ProfileModule.of({
        reader: { find: async ({ type, value }) => (type === 'profile_id' && value === 'p_a' ? ANN : null) },
        history: { events: () => expect.unreachable() },
        identifiersInUrls: 'refused',
        logger,
      }),
      changes: new MemoryChanges(),
      prepare: nameRequests,
      malformed: malformedAddress,
    });
  });
  afterAll(() => strict.nest.close());

  const ask = async (identifier: string) => {
    const headers = { authorization: `Bearer ${TOKEN}` };
    const answer = await strict.instance.inject({ url: `${BASE}/${identifier}/traits`, headers });
    return { status: answer.statusCode, body: answer.json<Record<string, unknown>>() };
  };

  test.each(['user_id:u1', 'email:ann@example.com', 'email:nobody@example.com', 'anonymous_id:a1'])(
    '%s is refused with what to call instead, whether anybody has it or not',
    async (identifier) => {
      expect(await ask(identifier)).toEqual({
        status: 403,
        body: {
          error: {
            code: 'invalid_request_error',
            message: expect.stringContaining('POST /v1/profiles/lookup of the identity service'),
          },
        },
      });
    },
  );

  test('a profile is found by its own id', async () => {
    expect(await ask('profile_id:p_a')).toMatchObject({ status: 200, body: { traits: { city: 'Madrid' } } });
  });
});
