import { spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { sharedStack } from '@hilo/test-stack';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from './eventually.ts';
import { HiloClient } from './hilo-client.ts';

/** What the console's pages show to be copied, and say that it works. */
const PAGES = join(import.meta.dirname, '../../services/console/web/src');
const from = async <T>(file: string): Promise<T> =>
  (await import(/* @vite-ignore */ pathToFileURL(join(PAGES, file)).href)) as T;
type Texts = Readonly<Record<'en' | 'es', Readonly<Record<string, string>>>>;

const { tokenExample } = await from<{
  tokenExample: (origin: string, token: string, scopes: readonly string[]) => string | null;
}>('people/token-example.ts');
const { scopesOf } = await from<{ scopesOf: (role: string) => readonly string[] }>('people/scopes.ts');
const { sendExample } = await from<{ sendExample: (address: string, key: string) => string }>(
  'sources/send-example.ts',
);
const { EXAMPLE_STATEMENT } = await from<{ EXAMPLE_STATEMENT: string }>('explore/domain/example-statement.ts');
const { profileMessages } = await from<{ profileMessages: Texts }>('profiles/messages.ts');
const { destinationMessages } = await from<{ destinationMessages: Texts }>('destinations/messages.ts');

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

const profile = (identifier: string) =>
  hilo.admin(
    'GET',
    `${profileUrl}/v1/spaces/default/collections/users/profiles/${encodeURIComponent(identifier)}/metadata`,
  );

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
  afterAll(async () => {
    for (const id of ids) await hilo.admin('DELETE', `${consoleUrl}/api/tokens/${id}`);
  });

  it.each(scopesOf('admin'))('works with the scope %s alone', async (scope) => {
    const email = `tokens-${RUN}@example.com`;
    const person = { email, name: 'Tokens', role: 'admin', password: 'a password of this run' };
    await hilo.admin('POST', `${consoleUrl}/api/users`, person);
    const signed = await fetch(`${consoleUrl}/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email, password: person.password }),
    });
    const { csrf } = (await signed.json()) as { csrf: string };
    const made = await fetch(`${consoleUrl}/api/tokens`, {
      method: 'POST',
      headers: {
        ...{ 'content-type': 'application/json', 'x-csrf-token': csrf },
        cookie: signed.headers.getSetCookie()[0]?.split(';')[0] ?? '',
      },
      body: JSON.stringify({ name: scope, scopes: [scope], expiresAt: new Date(Date.now() + 3_600_000).toISOString() }),
    });
    const { id, token } = (await made.json()) as { id: string; token: string };
    ids.push(id);
    const line = tokenExample(consoleUrl, token, [scope]);
    expect(line).not.toBeNull();
    expect(run(line ?? '')).toMatchObject({ status: 200 });
  });
});

it.each(['en', 'es'] as const)('the example of an identifier finds the person, in %s', async (language) => {
  const [identifier = ''] = /[a-z_]+:[^\s]*[a-z0-9]/.exec(profileMessages[language].identifierHelp ?? '') ?? [];
  expect(identifier).toMatch(/^email:/);
  const [, email] = identifier.split(':');
  await hilo.send('identify', { userId: `${RUN}-${language}`, traits: { email } });
  await eventually(
    `${identifier} is found`,
    () => profile(identifier),
    ({ status }) => status === 200,
  );
});

it('the statement that Explore begins with is answered', async () => {
  const { status, body } = await hilo.admin('POST', `${consoleUrl}/api/history/v1/queries`, {
    ...{ id: crypto.randomUUID(), sql: EXAMPLE_STATEMENT, parameters: { segment: '' }, limit: 100 },
  });
  expect([status, body]).toMatchObject([200, { columns: [{ name: 'event' }, { name: 'events' }, { name: 'people' }] }]);
});

it.each(['en', 'es'] as const)('a call is signed as the page of a new destination says, in %s', async (language) => {
  const said = destinationMessages[language].secretUse ?? '';
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
