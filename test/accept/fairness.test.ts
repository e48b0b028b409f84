import { randomUUID } from 'node:crypto';
import { addConsolePerson, type OpenedStack, openStack } from '@hilo/test-stack';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { eventually } from '../e2e/eventually.ts';

const PASSWORD = 'several words of this run';
/** On every thread that it gets; ended by disconnecting. */
const HEAVY = 'SELECT count() FROM numbers(1000000000000000) WHERE cityHash64(number) = 1';
const SLEEPING = 'SELECT sum(sleepEachRow(1)) FROM numbers(3)';
const SOON_MS = 2_000;
const STREAMS = [
  ['POST', '/api/history/v1/events/live', {}],
  ['GET', '/api/live', undefined],
  ['GET', '/api/operations/live', undefined],
] as const;

interface Signed {
  readonly headers: Readonly<Record<string, string>>;
}

let opened: OpenedStack;
let base: string;
let admin: Signed;
let viewers: readonly Signed[];
/** What is under way, and ends with the test. */
let underWay = new AbortController();

beforeAll(async () => {
  opened = await openStack();
  base = opened.credentials.consoleUrl;
  admin = { headers: { authorization: `Bearer ${opened.credentials.adminToken}` } };
  viewers = await Promise.all([1, 2, 3].map((n) => viewer(`viewer${n}-${Date.now()}@example.com`)));
}, 300_000);
afterAll(() => opened?.close());
afterEach(() => {
  underWay.abort();
  underWay = new AbortController();
});

function ask(as: Signed, method: string, path: string, body?: object): Promise<Response> {
  return fetch(base + path, {
    method,
    headers: { ...as.headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: underWay.signal,
  });
}

async function viewer(email: string): Promise<Signed> {
  return {
    headers: { ...(await addConsolePerson(opened.credentials, { email, role: 'viewer', password: PASSWORD })) },
  };
}

function run(as: Signed, sql: string): Promise<Response> {
  return ask(as, 'POST', '/api/history/v1/queries', { id: randomUUID(), sql });
}

/** Statuses of what is asked and answered so far. */
function crowd(count: number, one: () => Promise<Response>): number[] {
  const statuses: number[] = [];
  for (let n = 0; n < count; n += 1) {
    one().then(
      ({ status }) => statuses.push(status),
      () => undefined,
    );
  }
  return statuses;
}

async function isSoon(what: string, one: () => Promise<Response>): Promise<void> {
  const begun_ms = performance.now();
  const { status } = await one();
  const tookMs = performance.now() - begun_ms;
  expect({ what, status }).toEqual({ what, status: 200 });
  expect(tookMs, what).toBeLessThan(SOON_MS);
}

it.each([
  ['one viewer', 1, 20],
  ['one viewer, more than may wait', 1, 120],
  ['three viewers', 3, 40],
])(
  'an admin’s statement is answered within two seconds while %s run heavy ones',
  async (_, count, statements) => {
    const busy = viewers.slice(0, count);
    const statuses = busy.map((one) => crowd(statements, () => run(one, HEAVY)));
    await eventually(
      'what is too much is refused',
      async () => statuses.flat().length,
      (refused) => refused >= count * Math.max(0, statements - 62),
    );
    for (const status of statuses.flat()) expect(status).toBe(429);
    for (let n = 0; n < 10; n += 1) await isSoon('SELECT 1', () => run(admin, 'SELECT 1'));
    await isSoon('figures', () => ask(admin, 'GET', '/api/history/v1/counts'));
  },
  120_000,
);

it('the same while a viewer’s statements are asked and given up again and again', async () => {
  const [one] = viewers as readonly [Signed];
  for (let round = 0; round < 10; round += 1) {
    crowd(8, () => run(one, HEAVY));
    await isSoon('SELECT 1', () => run(admin, 'SELECT 1'));
    underWay.abort();
    underWay = new AbortController();
  }
}, 120_000);

it('sixteen statements, of which half sleep and half count, are no wait for others', async () => {
  const [one] = viewers as readonly [Signed];
  crowd(8, () => run(one, SLEEPING));
  crowd(8, () => run(one, HEAVY));
  await isSoon('SELECT 1', () => run(admin, 'SELECT 1'));
}, 60_000);

it.each(STREAMS)(
  'a viewer has ten streams of %s %s, and an admin gets one beside',
  async (method, path, body) => {
    const [one, two] = viewers as readonly [Signed, Signed];
    const statuses = crowd(101, () => ask(one, method, path, body));
    await eventually(
      'every stream is begun or refused',
      async () => statuses.length,
      (answered) => answered === 101,
    );
    expect(statuses.filter((status) => status === 200)).toHaveLength(10);
    expect(statuses.filter((status) => status === 429)).toHaveLength(91);
    await isSoon(path, () => ask(admin, method, path, body));
    await isSoon(path, () => ask(two, method, path, body));
  },
  60_000,
);

it('a dashboard of 24 tiles is answered whole for one person', async () => {
  const [one] = viewers as readonly [Signed];
  const answers = await Promise.all(
    Array.from({ length: 24 }, () => run(one, 'SELECT count(), uniqExact(number) FROM numbers(1000000)')),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 24 }, () => 200));
}, 60_000);
