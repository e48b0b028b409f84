import type { AddressInfo } from 'node:net';
import type { StoresFor } from '@hilo/test-stack';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import {
  type Caller,
  ConsoleUnderTest,
  cookieOf,
  headersOf,
  openDatabase,
  PASSWORD,
  SERVICE_KEYS,
  STACK,
} from '../testing/console-under-test.ts';
import { UpstreamService } from '../testing/upstream-service.ts';

/** The machine may be busy. */
const PATIENT = { timeout: 20_000 };

let stores: StoresFor<'postgres'>;
let service: UpstreamService;
let hilo: ConsoleUnderTest;
let base: string;
let viewer: Caller;
let program: Caller;

beforeAll(async () => {
  stores = await openDatabase();
  service = new UpstreamService(SERVICE_KEYS.callerKeys);
  const upstreams = [await service.listen()];
  hilo = await ConsoleUnderTest.open({ postgresUrl: stores.postgresUrl, upstreams, history: upstreams });
  viewer = await hilo.person('viewer');
  const expires_at = new Date(Date.now() + 60_000).toISOString();
  const body = { name: 'reader', scopes: ['history:read', 'pipeline:read'], expires_at };
  program = { token: String((await hilo.call('POST', '/api/tokens', viewer, body)).body?.token) };
  await hilo.app.nest.listen(0, '127.0.0.1');
  base = `http://127.0.0.1:${(hilo.app.instance.server.address() as AddressInfo).port}`;
  service.resources.set('/v1/counts', { events: [] });
}, 120_000);
afterAll(async () => {
  await hilo.close();
  await service.close();
  await stores.close();
}, 60_000);

beforeEach(() => {
  service.seen.length = 0;
});

/** Ends what is still asked. */
let ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends) await end();
  ends = [];
});

const heard = (path: string) => service.seen.filter(({ url }) => url === path).length;

/** Asks as somebody, many times at once; `leave` aborts the requests. */
function crowd(as: Caller, path: string, count: number, method: 'GET' | 'POST' = 'GET') {
  const gone = new AbortController();
  const statuses: number[] = [];
  const answers = Array.from({ length: count }, () =>
    fetch(base + path, { method, headers: headersOf(as), signal: gone.signal }).then(
      ({ status }) => void statuses.push(status),
      () => undefined,
    ),
  );
  const leave = async (): Promise<void> => {
    gone.abort();
    await Promise.all(answers);
  };
  ends.push(leave);
  return { statuses, leave };
}

it('sends few of a person’s requests to a service at once, and others’ beside them', async () => {
  const { leave, statuses } = crowd(viewer, '/api/history/v1/silent', 120);
  await expect.poll(() => statuses.length, PATIENT).toBe(120 - 103);
  expect(new Set(statuses)).toEqual(new Set([429]));
  await expect.poll(() => heard('/v1/silent'), PATIENT).toBe(3);
  expect((await hilo.call('GET', '/api/history/v1/counts', STACK)).status).toBe(200);
  // The same person by a token, and more than may wait.
  const refused = await hilo.call('GET', '/api/history/v1/counts', program);
  expect(refused.body).toMatchObject({ status: 429, code: 'too_many_requests' });
  expect(refused.headers['retry-after']).toBe('1');
  // Another service has turns of its own.
  service.resources.set('/v1/sources', { items: [] });
  expect((await hilo.call('GET', '/api/ingestion/v1/sources', viewer)).status).toBe(200);
  await leave();
  const counts = async () => (await hilo.call('GET', '/api/history/v1/counts', viewer)).status;
  await expect.poll(counts, PATIENT).toBe(200);
});

it('lets statements and streams keep nothing else of a person’s waiting: history bounds them itself', async () => {
  const { leave } = crowd(viewer, '/api/history/v1/events/live', 12, 'POST');
  await expect.poll(() => heard('/v1/events/live'), PATIENT).toBe(12);
  expect((await hilo.call('GET', '/api/history/v1/counts', viewer)).status).toBe(200);
  await leave();
});

it('says itself whose a request is, in a word, whatever the person says', async () => {
  const claimed = 'x'.repeat(22);
  for (const as of [viewer, program, STACK])
    await fetch(`${base}/api/history/v1/counts`, { headers: { ...headersOf(as), 'x-hilo-person': claimed } });
  const words = service.seen.map(({ caller }) => (caller?.kind === 'service' ? caller.person : null));
  for (const { headers } of service.seen) expect(headers).not.toHaveProperty('x-hilo-person');
  expect(words).toHaveLength(3);
  for (const word of words) expect(word).toMatch(/^[\w-]{22}$/);
  expect(words).not.toContain(claimed);
  expect(words[0]).toBe(words[1]);
  expect(words[0]).not.toBe(words[2]);
});

it.each(['/api/live', '/api/operations/live'])(
  'shows %s on ten pages of a person, and to others beside',
  async (path) => {
    const { leave, statuses } = crowd(viewer, path, 101);
    await expect.poll(() => statuses.length, PATIENT).toBe(101);
    expect(statuses.filter((status) => status === 200)).toHaveLength(10);
    expect(statuses.filter((status) => status === 429)).toHaveLength(91);
    const refused = await fetch(base + path, { headers: headersOf(program) });
    expect(await refused.json()).toMatchObject({ status: 429, code: 'too_many_watchers' });
    const gone = new AbortController();
    const stream = await fetch(base + path, { headers: headersOf(STACK), signal: gone.signal });
    expect(stream.status).toBe(200);
    gone.abort();
    await leave();
    const again = new AbortController();
    await expect
      .poll(
        async () => (await fetch(base + path, { headers: headersOf(viewer), signal: again.signal })).status,
        PATIENT,
      )
      .toBe(200);
    again.abort();
  },
);

it('takes turns at its own work, too', async () => {
  const { leave, statuses } = crowd(viewer, '/api/explore/queries', 150);
  expect((await hilo.call('GET', '/api/users', STACK)).status).toBe(200);
  await expect.poll(() => statuses.length, PATIENT).toBe(150);
  for (const status of statuses) expect([200, 429]).toContain(status);
  await leave();
});

it('lets nobody change a password again and again, which costs much', async () => {
  const passwords = [PASSWORD, 'the lamp hums under snow'];
  const statuses: number[] = [];
  let as = viewer;
  for (let time = 0; time < 11; time += 1) {
    const [current, next] = [passwords[time % 2], passwords[(time + 1) % 2]];
    const { status, headers, body } = await hilo.call('PUT', '/api/session/password', as, { current, next });
    statuses.push(status);
    as = { cookie: cookieOf(headers, 'hilo_session'), csrf: String(body?.csrf) };
  }
  expect(statuses).toEqual([...Array.from({ length: 10 }, () => 200), 429]);
});
