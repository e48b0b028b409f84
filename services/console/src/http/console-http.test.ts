import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLogger, createServiceApp, type ServiceApp } from '@hilo/service';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { httpInstances } from '../adapters/http-instances.ts';
import { httpSegments } from '../adapters/http-segments.ts';
import { ConsoleModule } from '../console.module.ts';
import { LiveOverview, type Overview } from '../live-overview.ts';
import { prepareHttp } from '../prepare-http.ts';
import { WebhookReceiver } from '../webhook-receiver.ts';
import { openapi } from './openapi.ts';

const TOKEN = 'the-admin-token';
const NAME = '<img src=x onerror=alert(1)>';

let watched: Server;
let records = 0;
let app: ServiceApp;
let overview: LiveOverview;
let receiver: WebhookReceiver;

/** A service as the console sees it: health, metrics, and segments behind a token. */
function answerAsService(path: string, token: string | undefined): [number, string] {
  if (path === '/health/ready') return [503, '{}'];
  if (path === '/metrics') return [200, `hilo_stage_records_total{stage="identity",topic="x"} ${(records += 10)}\n`];
  if (token !== `Bearer ${TOKEN}`) return [401, '{}'];
  return [200, JSON.stringify({ items: [{ key: 'vip', name: NAME, members: 3 }], next: null })];
}

beforeEach(async () => {
  records = 0;
  watched = createServer((request, response) => {
    const [status, body] = answerAsService(request.url ?? '', request.headers.authorization);
    response.writeHead(status).end(body);
  });
  await new Promise<void>((resolve) => watched.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(watched.address() as AddressInfo).port}`;
  receiver = new WebhookReceiver(TOKEN, Date.now);
  overview = new LiveOverview({
    readInstances: httpInstances({ identity: [base, 'http://127.0.0.1:9'] }, () => performance.now()),
    readSegments: httpSegments(base, TOKEN),
    receiver,
    clock: { now_ms: Date.now },
  });
  const closing = new AbortController();
  app = await createServiceApp({
    name: 'console',
    module: ConsoleModule.of({
      overview,
      receiver,
      page: new Map([['page.html', { type: 'text/html; charset=utf-8', body: '<!doctype html>' }]]),
      console_url: 'http://console:4000',
      closing: closing.signal,
    }),
    admin_token: TOKEN,
    openapi,
    logger: createLogger({ name: 'console', level: 'silent' }),
    ready: () => true,
    prepare: prepareHttp(closing),
  });
});

afterEach(async () => {
  await app.nest.close();
  await overview.stop();
  await new Promise((resolve) => watched.close(resolve));
});

const deliver = (body: string, secret: string, key: string) => {
  const t = Math.floor(Date.now() / 1000);
  const v1 = createHmac('sha256', secret).update(`${t}.${body}`).digest('hex');
  return app.instance.inject({
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

describe('the console', () => {
  it('serves exactly the routes of its OpenAPI document', () => {
    expect(app.routeDifferences()).toEqual([]);
  });

  it('serves the page with a policy that allows no foreign or inline script', async () => {
    const answer = await app.instance.inject('/');
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(answer.headers['content-security-policy']).toContain("script-src 'self';");
    expect((await app.instance.inject('/page/..%2fmain.js')).statusCode).toBe(404);
  });

  it('tells what each instance says, and never the token', async () => {
    const answer = await app.instance.inject('/v1/overview');
    const { services, segments } = answer.json<Overview>();
    expect(services).toMatchObject([{ service: 'identity', instances: [{ state: 'starting' }, { state: 'down' }] }]);
    expect(segments).toEqual([{ segment: 'vip', name: NAME, members: 3 }]);
    expect(answer.body).not.toContain(TOKEN);
  });

  it('streams an overview with rates, and ends the stream when it closes', async () => {
    await app.nest.listen(0, '127.0.0.1');
    const { port } = app.instance.server.address() as AddressInfo;
    const answer = await fetch(`http://127.0.0.1:${port}/v1/live`);
    expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    let text = '';
    let closed = false;
    for await (const chunk of answer.body as ReadableStream<Uint8Array>) {
      text += Buffer.from(chunk).toString('utf8');
      if (closed || !/"stage":"identity","records_per_s":[1-9]/.test(text)) continue;
      closed = true;
      void app.nest.close();
    }
    expect(closed).toBe(true);
  });
});

describe('the webhook receiver', () => {
  it('gives its address and secret to the holder of the admin token alone', async () => {
    expect((await app.instance.inject('/v1/webhook-receiver')).statusCode).toBe(401);
    const answer = await app.instance.inject({
      url: '/v1/webhook-receiver',
      headers: { authorization: `Bearer ${TOKEN}` },
    });
    expect(answer.json()).toEqual({ url: 'http://console:4000/v1/webhook-receiver', secret: receiver.secret });
  });

  it('shows a signed call once by its key, without anything personal', async () => {
    expect((await deliver(CHANGE, receiver.secret, 'k1')).statusCode).toBe(204);
    expect((await deliver(CHANGE, receiver.secret, 'k1')).statusCode).toBe(204);
    const shown = await app.instance.inject('/v1/overview');
    expect(shown.json<Overview>().webhook).toMatchObject({
      received: 1,
      repeats: 1,
      refused: 0,
      latest: [{ segment: 'vip', status: 'entered', reason: 'event', profile_id: 'p_1' }],
    });
    expect(shown.body).not.toContain('ann@example.com');
  });

  it.each([
    ['an unsigned or wrongly signed call', CHANGE, 'not the secret', 401],
    ['a body that is no JSON', 'vip', null, 400],
    ['a body that is no membership change', '[]', null, 400],
  ])('refuses %s', async (_, body, secret, status) => {
    const answer = await deliver(body, secret ?? receiver.secret, 'k1');
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(receiver.summary()).toMatchObject({ received: 0, refused: 1 });
  });
});
