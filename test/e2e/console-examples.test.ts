import { spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SchemaRegistry } from '@kafkajs/confluent-schema-registry';
import { addConsolePerson, sharedStack } from '@hilo/test-stack';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from './eventually.ts';
import { HiloClient } from './hilo-client.ts';
import { kafkaOf } from './topic-reader.ts';

/** What the console's pages show to be copied, and say that it works. */
const PAGES = join(import.meta.dirname, '../../services/console/web/src');
const from = async <T>(file: string): Promise<T> =>
  (await import(/* @vite-ignore */ pathToFileURL(join(PAGES, file)).href)) as T;
type Texts = Readonly<Record<'en' | 'es', Readonly<Record<string, string>>>>;

const { scopesOf, tokenExample } = await from<{
  tokenExample: (origin: string, token: string, scopes: readonly string[]) => string | null;
  scopesOf: (rights: object) => readonly string[];
}>('people/token-scopes.ts');
const { RIGHTS } = await from<{ RIGHTS: { readonly admin: object } }>('../../src/domain/rights.ts');
const { sendExample } = await from<{ sendExample: (address: string, key: string) => string }>(
  'sources/send-example.ts',
);
const { EXAMPLE_STATEMENT } = await from<{ EXAMPLE_STATEMENT: string }>('explore/domain/statement.ts');
const { profileMessages } = await from<{ profileMessages: Texts }>('profiles/messages.ts');
const { rejectedMessages } = await from<{ rejectedMessages: Texts }>('rejected/messages.ts');

interface Described {
  readonly description: string;
}
/** What the form of a destination is drawn from. */
interface Catalogue {
  readonly items: readonly {
    readonly key: string;
    readonly fields: { readonly properties: Readonly<Record<string, Described>> };
    readonly translations: { readonly es: { readonly fields: Readonly<Record<string, Described>> } };
  }[];
}

interface Trend {
  readonly event: string;
  readonly measure: string;
  readonly sum_of: string;
  readonly step: string;
  readonly days: number;
  readonly by: string;
}
const { TREND_MEASURES, TREND_STEPS, trendSql } = await from<{
  TREND_MEASURES: readonly string[];
  TREND_STEPS: readonly string[];
  trendSql: (trend: Trend, zone: string) => string;
}>('explore/domain/trend.ts');
const { readyDashboards } = await from<{
  readyDashboards: (
    zone: string,
  ) => readonly { readonly id: string; readonly tiles: readonly { readonly sql: string }[] }[];
}>('dashboards/ready-made.ts');

const credentials = sharedStack();
const hilo = new HiloClient(credentials);
const { consoleUrl, ingestionUrl, profileUrl, writeKey } = credentials;
const RUN = `ex${Date.now().toString(36)}`;

/** Runs a line as somebody who copied it into a shell would; with the status of its answer. */
function run(line: string): { readonly status: number; readonly text: string } {
  const { stdout, stderr, status } = spawnSync('sh', ['-c', `${line} -sS -w '\\n%{http_code}'`], { encoding: 'utf8' });
  expect([stderr, status]).toEqual(['', 0]);
  const lines = stdout.split('\n');
  return { status: Number(lines.at(-1)), text: lines.slice(0, -1).join('\n') };
}

const profile = (identifier: string, query = '') =>
  hilo.admin(
    'GET',
    `${profileUrl}/v1/spaces/default/collections/users/profiles/${encodeURIComponent(identifier)}/metadata${query}`,
  );

/** The id of the profile that the example of a token asks for. */
async function ada(): Promise<string> {
  const { body } = await profile('user_id:ada', '?verbose=true');
  return (body as { readonly metadata: { readonly profile_id: string } }).metadata.profile_id;
}

beforeAll(async () => {
  expect(run(sendExample(ingestionUrl, writeKey)).status).toBe(200);
  await eventually(
    'ada is known',
    () => profile('user_id:ada'),
    ({ status }) => status === 200,
  );
});

describe('a token’s example', () => {
  const ids: string[] = [];
  let headers: Readonly<Record<string, string>>;
  beforeAll(async () => {
    const person = { email: `tokens-${RUN}@example.com`, name: 'Tokens', role: 'admin' } as const;
    const session = await addConsolePerson(credentials, { ...person, password: 'several words of this run' });
    headers = { ...session, 'content-type': 'application/json' };
  });
  afterAll(async () => {
    for (const id of ids) await hilo.admin('DELETE', `${consoleUrl}/api/tokens/${id}`);
    const { body } = await hilo.admin('GET', `${consoleUrl}/api/users?limit=1000`);
    const { items } = body as { readonly items: readonly { readonly id: string; readonly email: string }[] };
    const user = items.find(({ email }) => email === `tokens-${RUN}@example.com`);
    await hilo.admin('DELETE', `${consoleUrl}/api/users/${user?.id}`);
  });

  it.each(scopesOf(RIGHTS.admin))('works with the scope %s alone', async (scope) => {
    const expires_at = new Date(Date.now() + 3_600_000).toISOString();
    const body = JSON.stringify({ name: scope, scopes: [scope], expires_at });
    const made = await fetch(`${consoleUrl}/api/tokens`, { method: 'POST', headers, body });
    const { id, token } = (await made.json()) as { id: string; token: string };
    ids.push(id);
    const line = tokenExample(consoleUrl, token, [scope]);
    expect(line).not.toBeNull();
    expect(run((line ?? '').replace('PROFILE_ID', await ada()))).toMatchObject({ status: 200 });
  });
});

it.each(['en', 'es'] as const)('the example of an identifier finds the person, in %s', async (language) => {
  const identifier = (profileMessages[language].identifierHelp ?? '').match(/[a-z_]+:[^\s,]*[a-z0-9]/g)?.at(-1) ?? '';
  expect(identifier).toMatch(/^email:/);
  const [, email] = identifier.split(':');
  await hilo.send('identify', { userId: `${RUN}-${language}`, traits: { email } });
  await eventually(
    `${identifier} is found`,
    () => profile(identifier),
    ({ status }) => status === 200,
  );
});

interface Answer {
  readonly columns: readonly { readonly name: string }[];
  readonly rows: readonly (readonly unknown[])[];
}

async function answerTo(sql: string): Promise<Answer> {
  const { status, body } = await hilo.admin('POST', `${consoleUrl}/api/history/v1/queries`, {
    ...{ id: crypto.randomUUID(), sql, parameters: { segment: '' }, limit: 100 },
  });
  expect([sql, status, status === 200 ? null : body]).toEqual([sql, 200, null]);
  return body as Answer;
}

describe('the statements of the pages', () => {
  it('that Explore begins with is answered', async () => {
    const { columns } = await answerTo(EXAMPLE_STATEMENT);
    expect(columns.map(({ name }) => name)).toEqual(['event', 'events', 'people']);
  });

  it.each(readyDashboards('Europe/Madrid').map(({ id, tiles }) => [id, tiles] as const))(
    'of the dashboard %s are answered, in the days of another zone',
    async (_id, tiles) => {
      for (const { sql } of tiles) await answerTo(sql);
    },
  );

  it('that trends are made of are answered, and count an event on its day and at its hour of the zone', async () => {
    const event = `Late ${RUN}`;
    const dayMs = Math.floor(Date.now() / 86_400_000) * 86_400_000 - 2 * 86_400_000;
    // 20:10 in UTC is 1:40 on the next day in Kolkata, whose hours begin at half past.
    await hilo.send('track', { userId: RUN, event, timestamp: new Date(dayMs + 72_600_000).toISOString() });
    const trend = { event, sum_of: 'revenue', days: 30 };
    const zone = 'Asia/Kolkata';
    for (const measure of TREND_MEASURES)
      for (const step of TREND_STEPS)
        for (const by of ['', 'country']) await answerTo(trendSql({ ...trend, measure, step, by }, zone));
    const counted = (step: string, of: string) => answerTo(trendSql({ ...trend, measure: 'count', step, by: '' }, of));
    await eventually(
      'the event is counted',
      () => counted('day', zone),
      ({ rows }) => rows.length === 1,
    );
    const text = (timeMs: number, characters: number) =>
      new Date(timeMs).toISOString().replace('T', ' ').slice(0, characters);
    expect((await counted('day', zone)).rows[0]?.[0]).toBe(text(dayMs + 86_400_000, 10));
    expect((await counted('day', 'UTC')).rows[0]?.[0]).toBe(text(dayMs, 10));
    expect((await counted('hour', zone)).rows[0]?.[0]).toBe(text(dayMs + 70_200_000, 19));
  });
});

it.each(['en', 'es'] as const)('a call is signed as the page of a new destination says, in %s', async (language) => {
  const { body: types } = await hilo.admin('GET', `${credentials.activationUrl}/v1/destination-types`);
  const webhook = (types as Catalogue).items.find(({ key: type }) => type === 'webhook');
  const described = language === 'en' ? webhook?.fields.properties.secret : webhook?.translations.es.fields.secret;
  const said = /X-Hilo-Signature: .*\)\)/.exec(described?.description ?? '')?.[0] ?? '';
  expect(said).toBe('X-Hilo-Signature: t=…,v1=hex(HMAC-SHA256(secret, t + "." + body))');
  const secret = 'a secret of this run'.replaceAll(' ', '-');
  const key = `sign-${language}-${RUN}`;
  const caught = Promise.withResolvers<{ readonly signature: string; readonly body: string }>();
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      response.writeHead(204).end();
      caught.resolve({ signature: String(request.headers[said.split(':')[0]?.toLowerCase() ?? '']), body });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  await hilo.segment(key, { trait: 'run', is: { eq: key } });
  await hilo.destination(key, `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, secret, [key]);
  await hilo.send('identify', { userId: key, traits: { run: key } });
  const { signature, body } = await caught.promise;
  const [, t = '', v1] = /^t=(\d+),v1=([0-9a-f]+)$/.exec(signature) ?? [];
  expect(v1).toBe(createHmac('sha256', secret).update(`${t}.${body}`).digest('hex'));
  await hilo.admin('DELETE', `${credentials.activationUrl}/v1/destinations/${key}`);
  server.close();
});

it.each([
  ['en', 'because its source was switched on, you can replay it as it came in.'],
  ['es', 'porque se activó su fuente, puede reprocesarlo tal como llegó.'],
] as const)(
  'a rejected event can be replayed as the page of rejected events says, in %s',
  async (language, promise) => {
    expect(rejectedMessages[language].noRejectedHelp).toContain(promise);
    const source = `off-${language}-${RUN}`;
    const message_id = `${source}-1`;
    const properties = '{"price":1.50,"id":12345678901234567890123}';
    await hilo.source(source, { name: source, enabled: false });
    const registry = new SchemaRegistry({ host: credentials.registryUrl });
    const schema = await registry.getLatestSchemaId('events.received-value');
    const about = { source, message_id, type: 'track', event: 'Replayed', user_id: source, via: 'kafka', faults: [] };
    const value = await registry.encode(schema, { ...about, properties });
    const producer = kafkaOf(credentials).producer();
    await producer.connect();
    await producer.send({ topic: 'events.received', messages: [{ key: source, value }] });
    await producer.disconnect();
    const { body } = await eventually(
      'the event is rejected',
      () => hilo.admin('GET', `${ingestionUrl}/v1/rejected?source=${source}`),
      (answer) => (answer.body as { items: readonly unknown[] }).items.length === 1,
    );
    const [rejected] = (body as { items: readonly { readonly rejection_id: string; readonly reason: string }[] }).items;
    expect(rejected?.reason).toBe('source_disabled');
    await hilo.source(source, { name: source, enabled: true });
    await eventually(
      'the replay is accepted',
      () => hilo.admin('POST', `${ingestionUrl}/v1/rejected/replay`, { ids: [rejected?.rejection_id] }),
      (answer) => (answer.body as { items: readonly { state: string }[] }).items[0]?.state === 'accepted',
    );
    const rows = await eventually(
      'the event is in ClickHouse',
      () => hilo.rows('SELECT properties_text FROM hilo.events WHERE message_id = {id:String}', { id: message_id }),
      ({ length }) => length > 0,
    );
    expect(rows).toEqual([{ properties_text: properties }]);
  },
);
