import { randomUUID } from 'node:crypto';
import type { ServiceApp } from '@hilo/service';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HistoryUnderTest } from '../testing/history-under-test.ts';

/** Runs as long as it may, on every thread that it gets. */
const ENDLESS = 'SELECT count() FROM numbers(1000000000000000) WHERE cityHash64(number) = 1';
/** Keeps as much memory as it may have. */
const HOARDING = 'SELECT length(groupArray(toString(number))) FROM numbers(100000000)';

let history: HistoryUnderTest;
let app: ServiceApp;
let asked: { readonly person: string; readonly id: string; readonly answer: Promise<Answer> }[] = [];

interface Answer {
  readonly status: number;
  readonly code: unknown;
}

beforeAll(async () => {
  history = await HistoryUnderTest.open();
  ({ app } = history);
}, 120_000);

afterAll(() => history.close());

const wordOf = (name: string) => name.padEnd(22, '_');
const headersOf = (name: string) => history.headersOf(wordOf(name));

function ask(person: string, sql: string, id: string = randomUUID()): Promise<Answer> {
  const answer = headersOf(person)
    .then((headers) => app.instance.inject({ method: 'POST', url: '/v1/queries', headers, payload: { id, sql } }))
    .then(({ statusCode, body }) => ({ status: statusCode, code: (JSON.parse(body) as { code?: unknown }).code }));
  asked.push({ person, id, answer });
  return answer;
}

/** How many statements of a person ClickHouse runs. */
async function runningOf(person: string): Promise<number> {
  const found = await history.client.query({
    query: 'SELECT count() AS n FROM system.processes WHERE startsWith(query_id, {start: String})',
    query_params: { start: `people-${wordOf(person)}-` },
    format: 'JSONEachRow',
  });
  const [row] = await found.json<{ n: string }>();
  return Number(row?.n);
}

/** Cancels what was asked and waits until ClickHouse runs none of it. */
async function endAll(): Promise<void> {
  for (const { person, id } of asked)
    await app.instance.inject({ method: 'DELETE', url: `/v1/queries/${id}`, headers: await headersOf(person) });
  await Promise.all(asked.map(({ answer }) => answer));
  for (const person of new Set(asked.map((one) => one.person)))
    await expect.poll(() => runningOf(person), { timeout: 20_000 }).toBe(0);
  asked = [];
}

it('runs two statements of a person at once, and others’ beside them without a wait', async () => {
  for (let n = 0; n < 20; n += 1) void ask('hog', ENDLESS);
  await expect.poll(() => runningOf('hog'), { timeout: 20_000 }).toBe(2);
  const unheard = asked.length;
  expect(await ask('admin', 'SELECT 1')).toEqual({ status: 200, code: undefined });
  // Nobody's statement had to end for it.
  expect(await runningOf('hog')).toBe(2);
  expect(asked).toHaveLength(unheard + 1);
  await endAll();
}, 60_000);

it('keeps turns for people who have none while several take what they may', async () => {
  for (const person of ['a', 'b', 'c', 'd', 'e', 'f']) for (let n = 0; n < 5; n += 1) void ask(person, ENDLESS);
  const running = async () =>
    (await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map(runningOf))).reduce((sum, one) => sum + one, 0);
  await expect.poll(running, { timeout: 20_000 }).toBeGreaterThanOrEqual(6);
  expect(await ask('admin', 'SELECT 1')).toEqual({ status: 200, code: undefined });
  expect(await running()).toBeLessThan(12);
  await endAll();
}, 60_000);

it('refuses what is too much for one person, says so, and takes the next person’s', async () => {
  for (let n = 0; n < 62; n += 1) void ask('hog', ENDLESS);
  await expect.poll(() => runningOf('hog'), { timeout: 20_000 }).toBe(2);
  expect(await ask('hog', 'SELECT 1')).toEqual({ status: 429, code: 'too_many_queries' });
  expect(await ask('admin', 'SELECT 1')).toEqual({ status: 200, code: undefined });
  await endAll();
}, 60_000);

it('gives a turn back only when ClickHouse has ended the statement, however often one is cancelled', async () => {
  for (let round = 0; round < 12; round += 1) {
    const ids = [randomUUID(), randomUUID()];
    for (const id of ids) void ask('flood', ENDLESS, id);
    expect(await runningOf('flood')).toBeLessThanOrEqual(2);
    for (const id of ids)
      await app.instance.inject({ method: 'DELETE', url: `/v1/queries/${id}`, headers: await headersOf('flood') });
  }
  expect(await runningOf('flood')).toBeLessThanOrEqual(2);
  expect(await ask('admin', 'SELECT 1')).toEqual({ status: 200, code: undefined });
  await endAll();
}, 60_000);

it('leaves nothing running of statements that are given up, however early', async () => {
  const statement = { person: wordOf('fickle'), parameters: {} };
  for (let round = 0; round < 40; round += 1) {
    const gone = new AbortController();
    const opening = [1, 2].map(() =>
      history.statements.open({ ...statement, id: randomUUID(), sql: ENDLESS }, gone.signal).catch(() => undefined),
    );
    for (let turn = 0; turn < round; turn += 1) await new Promise(setImmediate);
    gone.abort();
    await Promise.all(opening);
  }
  // It has its turn once those before have ended. Whatever still runs then has lost its own too early.
  const last = await history.statements.open(
    { ...statement, id: randomUUID(), sql: 'SELECT 1' },
    new AbortController().signal,
  );
  expect(await runningOf('fickle')).toBeLessThanOrEqual(2);
  last.close();
  await expect.poll(() => runningOf('fickle'), { timeout: 20_000 }).toBe(0);
}, 90_000);

it('leaves the memory of others alone where one person takes as much as one may', async () => {
  for (let n = 0; n < 20; n += 1) void ask('hog', HOARDING);
  await expect.poll(() => runningOf('hog'), { timeout: 20_000 }).toBeGreaterThan(0);
  for (let n = 0; n < 10; n += 1)
    expect(await ask('admin', 'SELECT count(), uniqExact(number) FROM numbers(100000)')).toMatchObject({ status: 200 });
  await endAll();
}, 60_000);

it('ends nobody else’s statement, also where both chose one id', async () => {
  const id = randomUUID();
  void ask('hog', ENDLESS, id);
  await expect.poll(() => runningOf('hog'), { timeout: 20_000 }).toBe(1);
  await app.instance.inject({ method: 'DELETE', url: `/v1/queries/${id}`, headers: await headersOf('admin') });
  expect(await ask('admin', 'SELECT 1', id)).toMatchObject({ status: 200 });
  expect(await runningOf('hog')).toBe(1);
  await endAll();
}, 60_000);

it('takes no other word for a person than the console’s', async () => {
  const ran = async (headers: Readonly<Record<string, string>>) => {
    const id = randomUUID();
    const payload = { id, sql: 'SELECT 1' };
    return (await app.instance.inject({ method: 'POST', url: '/v1/queries', headers, payload })).statusCode;
  };
  for (const word of ['ann', 'x'.repeat(23), 'ann@example.com 123456'])
    expect(await ran(await history.headersOf(word)), word).toBe(401);
  expect(await ran({ 'x-hilo-person': wordOf('admin') })).toBe(401);
  // Whoever has the admin token is nobody else: what such a caller takes is the share of all its holders.
  const claimed = { authorization: 'Bearer token', 'x-hilo-person': wordOf('claimed') };
  const endless = { id: randomUUID(), sql: ENDLESS };
  const answer = app.instance.inject({ method: 'POST', url: '/v1/queries', headers: claimed, payload: endless });
  const taken = async () => {
    const found = await history.client.query({
      query: 'SELECT count() AS n FROM system.processes WHERE query_id = {id: String}',
      query_params: { id: `people-stack-${endless.id}` },
      format: 'JSONEachRow',
    });
    return Number((await found.json<{ n: string }>())[0]?.n);
  };
  await expect.poll(taken, { timeout: 20_000 }).toBe(1);
  await app.instance.inject({ method: 'DELETE', url: `/v1/queries/${endless.id}`, headers: claimed });
  await answer;
});
