import { randomUUID } from 'node:crypto';
import { openApiOf } from '@hilo/service';
import { GarbageRequests } from '@hilo/test-stack';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HistoryUnderTest } from '../testing/history-under-test.ts';
import { contract } from './contract.ts';

const SEED = 11;

let history: HistoryUnderTest;

beforeAll(async () => {
  history = await HistoryUnderTest.open();
}, 120_000);
afterAll(() => history.close());

const headers = { authorization: 'Bearer token' };
const cursorOf = (...parts: readonly string[]) => Buffer.from(JSON.stringify(parts)).toString('base64url');

it.each([
  ['/v1/messages/a%00b', 'message_id'],
  ['/v1/messages/x?source=%00', 'source'],
  ['/v1/profiles/%00/events', 'profile_id'],
  [`/v1/profiles/p_1/events?cursor=${cursorOf('1', '\0', 'web')}`, 'cursor'],
  [`/v1/profiles/p_1/events?cursor=${cursorOf('1', 'm', '\ud800')}`, 'cursor'],
  ['/v1/seen/values?event=a&property=%00', 'property'],
  ['/v1/segments/a%00/sizes', 'key'],
  ['/v1/today?since=%00', 'since'],
])('%s is refused, naming %s', async (url, field) => {
  const { statusCode, body, headers: answered } = await history.get(url);
  expect({ statusCode, ...(JSON.parse(body) as object) }).toMatchObject({ statusCode: 400, status: 400, field });
  expect(answered['content-type']).toContain('application/problem+json');
});

it.each([
  [{ sql: 'SELECT \0' }, 'sql'],
  [{ parameters: { segment: '\ud800' } }, 'parameters.segment'],
  [{ parameters: { 'a\0': 'x' } }, 'parameters.a\ufffd'],
  [{ '\udc00': 1 }, '\ufffd'],
  [{ id: '\0' }, 'id'],
])('a statement with %j is refused, naming the field', async (wrong, field) => {
  const payload = { id: randomUUID(), sql: 'SELECT 1', ...wrong };
  const { statusCode, body } = await history.app.instance.inject({
    method: 'POST',
    url: '/v1/queries',
    headers,
    payload,
  });
  expect({ statusCode, ...(JSON.parse(body) as object) }).toMatchObject({ statusCode: 400, field });
});

it('a filter of live events with a text that no store can hold is refused, naming the field', async () => {
  const payload = { profile: 'a\0b' };
  const answer = await history.app.instance.inject({ method: 'POST', url: '/v1/events/live', headers, payload });
  expect(answer.json()).toMatchObject({ status: 400, field: 'profile' });
});

it('no request is answered as if the fault were ours', async () => {
  let asked = 0;
  for (const { method, url, contentType, body } of new GarbageRequests(SEED).of(openApiOf(contract), 25)) {
    if (method === 'post' && url.startsWith('/v1/events/live')) continue;
    const { statusCode, body: answer } = await history.app.instance.inject({
      method: method as 'GET',
      url,
      headers: { ...headers, ...(contentType === null ? {} : { 'content-type': contentType }) },
      ...(body === null ? {} : { payload: body }),
    });
    asked += 1;
    expect(statusCode, `${method} ${url} ${body} → ${answer}`).toBeLessThan(500);
  }
  expect(asked).toBeGreaterThan(200);
}, 120_000);
