import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Callers, documentedRoutes, openApiOf } from '@hilo/service';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PageFile, PageFiles } from '../adapters/page-files.ts';
import type { Overview } from '../live-overview.ts';
import { ADMIN_TOKEN, ConsoleUnderTest, headersOf, SERVICE_KEYS, STACK } from '../testing/console-under-test.ts';
import { contract } from './contract.ts';

const NAME = '<img src=x onerror=alert(1)>';
const PAGE = { type: 'text/html; charset=utf-8', body: Buffer.from('<!doctype html>'), packed: null };
const SCRIPT = {
  type: 'text/javascript; charset=utf-8',
  body: Buffer.from('let a'),
  packed: Buffer.from('packed'),
};
const PAGES: PageFiles = new Map<string, PageFile>([
  ['/index.html', PAGE],
  ['/assets/index-12345678.js', SCRIPT],
]);
/** Nothing here asks the database. */
const NO_DATABASE = 'postgres://nobody@127.0.0.1:9/none';

let watched: Server;
let records = 0;
let hilo: ConsoleUnderTest;

const callers = new Callers({ service: 'segmentation', adminToken: null, keys: SERVICE_KEYS.callerKeys });

/** A service as the console sees it: health, metrics, and segments behind a token. */
async function answerAsService(path: string, token = ''): Promise<[number, string]> {
  if (path === '/health/ready') return [503, '{}'];
  if (path === '/metrics') return [200, `hilo_stage_records_total{stage="identity",topic="x"} ${(records += 10)}\n`];
  const caller = await callers.identify(token.replace('Bearer ', ''), 'GET /v1/segments');
  if (caller === null) return [401, '{}'];
  return [200, JSON.stringify({ items: [{ key: 'vip', name: NAME, members: 3 }], next: null })];
}

beforeEach(async () => {
  records = 0;
  watched = createServer((request, response) => {
    void answerAsService(request.url ?? '', request.headers.authorization).then(([status, body]) =>
      response.writeHead(status).end(body),
    );
  });
  await new Promise<void>((resolve) => watched.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(watched.address() as AddressInfo).port}`;
  hilo = await ConsoleUnderTest.open({ postgresUrl: NO_DATABASE, upstreams: [base], pages: PAGES });
});

afterEach(async () => {
  await hilo.close();
  watched.closeAllConnections();
  await new Promise((resolve) => watched.close(resolve));
});

const deliver = (body: string, secret: string, key: string) => {
  const t = Math.floor(Date.now() / 1000);
  const v1 = createHmac('sha256', secret).update(`${t}.${body}`).digest('hex');
  return hilo.app.instance.inject({
    method: 'POST',
    url: '/v1/webhook-receiver',
    headers: { 'content-type': 'application/json', 'x-hilo-signature': `t=${t},v1=${v1}`, 'idempotency-key': key },
    body,
  });
};

const CHANGE = JSON.stringify({
  segment: 'vip',
  status: 'entered',
  reason: 'event',
  profile_id: 'p_1',
  decided_at: Date.now(),
  identifiers: [{ type: 'email', value: 'ann@example.com' }],
});

/** What strangers may ask: how to sign in, and to be signed in. */
const OPEN = new Set([
  ...['POST /api/session', 'GET /api/sign-in-ways', 'GET /api/session/openid', 'GET /api/session/openid/callback'],
  ...['POST /api/invitations/accept', 'POST /api/password-resets', 'POST /api/password-resets/accept'],
]);

const API = documentedRoutes(openApiOf(contract))
  .filter((route) => route.includes(' /api/') && !OPEN.has(route))
  .map((route) => route.split(' ') as ['GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE', string]);

describe('the console', () => {
  it('serves exactly the routes of its OpenAPI document', () => {
    expect(hilo.app.routeDifferences()).toEqual([]);
    expect(API.length).toBeGreaterThan(15);
  });

  it.each(API)('answers strangers at %s %s with 401', async (method, path) => {
    const url = path
      .replace('{service}', 'profile')
      .replace('{path}', 'x')
      .replace(/\{\w+\}/, 'x');
    const { body } = await hilo.call(method, url, {}, method === 'GET' ? undefined : {});
    expect(body).toMatchObject({ status: 401, code: 'unauthorized' });
  });

  it('shows what each instance says, and never the token', async () => {
    const answer = await hilo.call('GET', '/api/overview', STACK);
    const { services, segments } = answer.body as unknown as Overview;
    expect(services).toMatchObject([{ service: 'identity', instances: [{ state: 'starting' }, { state: 'down' }] }]);
    expect(segments).toEqual([{ segment: 'vip', name: NAME, members: 3 }]);
    for (const secret of [ADMIN_TOKEN, await SERVICE_KEYS.tokens.tokenFor('segmentation')])
      expect(answer.text).not.toContain(secret);
  });

  it('streams an overview with rates, and ends the stream when it closes', async () => {
    await hilo.app.nest.listen(0, '127.0.0.1');
    const { port } = hilo.app.instance.server.address() as AddressInfo;
    const answer = await fetch(`http://127.0.0.1:${port}/api/live`, { headers: headersOf(STACK) });
    expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    let text = '';
    let closed = false;
    for await (const chunk of answer.body as ReadableStream<Uint8Array>) {
      text += Buffer.from(chunk).toString('utf8');
      if (closed || !/"stage":"identity","records_per_s":[1-9]/.test(text)) continue;
      closed = true;
      void hilo.app.nest.close();
    }
    expect(closed).toBe(true);
  });

  it('shows operators how every process runs, once and as a stream', async () => {
    const { body } = await hilo.call('GET', '/api/operations', STACK);
    const unknown = { version: null, node: null, uptime_s: null, memory_bytes: null, cpu: null };
    expect(body).toMatchObject({
      instances: [
        { service: 'identity', state: 'starting', ...unknown },
        { service: 'identity', state: 'down', ...unknown },
      ],
      ...{ dead_letters: [], lags: [], postgres: [], clickhouse: [] },
    });
    expect(body?.stages).toHaveLength(6);
    await hilo.app.nest.listen(0, '127.0.0.1');
    const { port } = hilo.app.instance.server.address() as AddressInfo;
    const stop = new AbortController();
    const stream = await fetch(`http://127.0.0.1:${port}/api/operations/live`, {
      headers: headersOf(STACK),
      signal: stop.signal,
    });
    const first = await stream.body?.getReader().read();
    expect(Buffer.from(first?.value as Uint8Array).toString('utf8')).toContain('retry: 1000');
    stop.abort();
  });

  it('reads each process once for both of its streams', async () => {
    await hilo.call('GET', '/api/overview', STACK);
    await hilo.call('GET', '/api/operations', STACK);
    expect(records).toBe(10);
  });

  it('says that its database is unavailable, and when to ask again', async () => {
    const answer = await hilo.call('POST', '/api/session', {}, { email: 'ann@example.com', password: 'x' });
    expect(answer.body).toMatchObject({ status: 503, code: 'unavailable' });
    expect(answer.headers['retry-after']).toBe('1');
  });
});

describe('the pages', () => {
  const BROWSER = { accept: 'text/html,*/*;q=0.8' };
  const get = (url: string, headers: Readonly<Record<string, string>> = {}) =>
    hilo.app.instance.inject({ url, headers });

  it('are served to everybody, with a policy that allows no foreign and no inline script', async () => {
    for (const url of ['/', '/?x=1', '/segments/vip', '/profiles/email:ann@example.com']) {
      const answer = await get(url, BROWSER);
      expect(answer.statusCode, url).toBe(200);
      expect(answer.body).toBe('<!doctype html>');
      expect(answer.headers).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-cache',
        'content-security-policy': expect.stringMatching(/script-src 'self';.*frame-ancestors 'none'/),
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
      });
    }
  });

  it('have files that a browser keeps for ever, packed for those that unpack', async () => {
    const plain = await get('/assets/index-12345678.js');
    expect(plain.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(plain.body).toBe('let a');
    const packed = await get('/assets/index-12345678.js', { 'accept-encoding': 'gzip, br' });
    expect(packed.headers['content-encoding']).toBe('gzip');
    expect(packed.body).toBe('packed');
  });

  it.each(['/assets/index-old.js', '/assets/..%2f..%2fmain.js', '/api/nothing', '/v1/overview', '/docs/x'])(
    'are not what is at %s',
    async (url) => {
      const answer = await get(url, BROWSER);
      expect(answer.statusCode).toBe(404);
      expect(answer.headers['content-type']).toContain('problem+json');
      expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
    },
  );

  it('say what to do where they are not built', async () => {
    const bare = await ConsoleUnderTest.open({ postgresUrl: NO_DATABASE });
    const answer = await bare.call('GET', '/');
    expect(answer.body).toMatchObject({ status: 404, code: 'not_built' });
    await bare.close();
  });
});

describe('HTTPS', () => {
  it.each(['/', '/api/session', '/api/%ff', '/assets/none.js'])(
    'is all that browsers use after any answer, such as that of %s, if people reach the console by it',
    async (url) => {
      const secure = await ConsoleUnderTest.open({ postgresUrl: NO_DATABASE, consoleUrl: 'https://hilo.example' });
      const { headers } = await secure.call('GET', url);
      expect(headers['strict-transport-security']).toBe('max-age=63072000; includeSubDomains');
      await secure.close();
      expect((await hilo.call('GET', url)).headers['strict-transport-security']).toBeUndefined();
    },
  );
});

describe('the webhook receiver', () => {
  it('gives its address and secret to the holder of the admin token alone', async () => {
    expect((await hilo.call('GET', '/v1/webhook-receiver')).status).toBe(401);
    const { body } = await hilo.call('GET', '/v1/webhook-receiver', STACK);
    expect(body).toEqual({ url: 'http://console:4000/v1/webhook-receiver', secret: hilo.receiver.secret });
  });

  it('shows a signed call once by its key, without anything personal', async () => {
    expect((await deliver(CHANGE, hilo.receiver.secret, 'k1')).statusCode).toBe(204);
    expect((await deliver(CHANGE, hilo.receiver.secret, 'k1')).statusCode).toBe(204);
    const shown = await hilo.call('GET', '/api/overview', STACK);
    expect((shown.body as unknown as Overview).webhook).toMatchObject({
      received: 1,
      repeats: 1,
      refused: 0,
      latest: [{ segment: 'vip', status: 'entered', reason: 'event', profile_id: 'p_1' }],
    });
    expect(shown.text).not.toContain('ann@example.com');
  });

  it.each([
    ['an unsigned or wrongly signed call', CHANGE, 'not the secret', 401],
    ['a body that is no JSON', 'vip', null, 400],
    ['a body that is no membership change', '[]', null, 400],
  ])('refuses %s', async (_, body, secret, status) => {
    const answer = await deliver(body, secret ?? hilo.receiver.secret, 'k1');
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(hilo.receiver.summary()).toMatchObject({ received: 0, refused: 1 });
  });
});
