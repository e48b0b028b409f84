import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AttemptResult } from '../domain/attempt.ts';
import type { Destination } from '../domain/destination.ts';
import { answered, destination, destinationsOf, membership, unanswered, webhookTo } from '../testing/fixtures.ts';
import { DestinationEffector } from './effector.ts';
import type { OpenType } from './types.ts';
import { WebhookCalls } from './webhook/perform.ts';
import { webhook } from './webhook/webhook.ts';

interface Received {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

type WebhookAttempt = Parameters<WebhookCalls['perform']>[0];

const METRICS = { attempted: () => undefined, deferred: () => undefined };

let server: Server;
let url: string;
let received: Received[];
let connections: number;
let respond: (reply: ServerResponse) => void;
let destinations: Map<string, Destination>;
let nowMs: number;
let calls: WebhookCalls;
let timeoutMs: number;

beforeEach(async () => {
  received = [];
  connections = 0;
  nowMs = 0;
  respond = (reply) => reply.end('fine');
  server = createServer((request, reply) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      respond(reply);
    });
  });
  server.on('connection', () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?a=1`;
  destinations = new Map(destinationsOf(destination({ settings: webhookTo(url) })));
  timeoutMs = 300;
  calls = new WebhookCalls({ timeoutMs, concurrency: 4, judge: () => 'public' });
});

afterEach(async () => {
  await calls.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** Webhooks, performed in the way that a test says. */
function webhooks(perform: OpenType['perform']): ReadonlyMap<string, OpenType> {
  const accept: OpenType['accept'] = async (settings) => ({ kind: 'accepted', settings });
  return new Map([['webhook', { type: webhook, accept, perform, close: async () => undefined }]]);
}

function effector(
  concurrency = 4,
  limit = 1_000,
  types = webhooks((attempt) => calls.perform(attempt as WebhookAttempt)),
) {
  return new DestinationEffector({
    types,
    destinations: () => destinations,
    metrics: METRICS,
    concurrency,
    timeoutMs,
    limit,
    nowMs: () => nowMs,
    monotonicMs: () => nowMs,
    tracer: null,
  });
}

const perform = (by: DestinationEffector, key = 'crm', version = 1): Promise<AttemptResult> =>
  by.perform({
    id: `${key}/${version}`,
    payload: {
      delivery_id: `d_${version}`,
      idempotency_key: `d_${version}`,
      destination: key,
      record: membership({ version }),
    },
  });

describe('an attempt', () => {
  it('posts the record as it is, signed, with a stable key', async () => {
    const result = await perform(effector());
    expect(result).toEqual(answered(200, null, 'fine'));
    const [{ headers, body } = { headers: {}, body: '' }] = received;
    expect(JSON.parse(body)).toEqual(membership({}));
    expect(headers).toMatchObject({ 'content-type': 'application/json', 'idempotency-key': 'd_1' });
    const [, time, digest] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['x-hilo-signature'])) ?? [];
    const expected = createHmac('sha256', 'a secret of the tests').update(`${time}.${body}`).digest('hex');
    expect(digest).toBe(expected);
    expect(Math.abs(Number(time) * 1000 - Date.now())).toBeLessThan(60_000);
  });

  it('keeps connections', async () => {
    const by = effector();
    for (let version = 1; version <= 10; version += 1) await perform(by, 'crm', version);
    expect(received).toHaveLength(10);
    // A second one may be opened before the first is seen to be free.
    expect(connections).toBeLessThanOrEqual(2);
  });

  it('keeps the first thousand characters of any answer, and no more', async () => {
    respond = (reply) => reply.writeHead(500).end('é'.repeat(100_000));
    expect(await perform(effector())).toMatchObject({ answer: { status: 500, body: 'é'.repeat(1000) } });
  });

  it('takes an answer as it is: redirects are not followed, Retry-After is heard', async () => {
    respond = (reply) => reply.writeHead(302, { location: url }).end();
    expect(await perform(effector())).toMatchObject({ answer: { status: 302 } });
    expect(received).toHaveLength(1);
    respond = (reply) => reply.writeHead(429, { 'retry-after': '7' }).end();
    expect(await perform(effector())).toMatchObject({ answer: { status: 429 }, retryAfterMs: 7000 });
  });

  it('ends in time if the destination is silent', async () => {
    respond = () => undefined;
    expect(await perform(effector())).toEqual(unanswered('timeout'));
  });

  it('that breaks off or reaches nobody is a network failure', async () => {
    respond = (reply) => reply.destroy();
    expect(await perform(effector())).toEqual(unanswered('network'));
    destinations.set('crm', destination({ settings: webhookTo('http://127.0.0.1:1/') }));
    expect(await perform(effector())).toEqual(unanswered('network'));
    destinations.set('crm', destination({ settings: webhookTo('http://no-such-host.invalid/') }));
    expect(await perform(effector())).toEqual(unanswered('network'));
  });

  it('is not made where the destination is gone or disabled by now', async () => {
    destinations.set('crm', destination({ settings: webhookTo(url), enabled: false }));
    expect(await perform(effector())).toEqual({ kind: 'withdrawn', reason: 'destination_disabled' });
    expect(await perform(effector(), 'gone')).toEqual({ kind: 'withdrawn', reason: 'destination_deleted' });
    expect(received).toEqual([]);
  });

  it('is put off where no instance of this release knows the type', async () => {
    destinations.set('crm', destination({ type: 'of-the-next-release' }));
    expect(await perform(effector())).toEqual({ kind: 'deferred', reason: 'unknown_type', retryAfterMs: 60_000 });
  });
});

describe('a destination', () => {
  it('that keeps failing gets no requests for a while, then one to see', async () => {
    const by = effector();
    respond = (reply) => reply.writeHead(503).end();
    for (let version = 1; version <= 5; version += 1) await perform(by, 'crm', version);
    expect(await perform(by)).toEqual({ kind: 'deferred', reason: 'circuit_open', retryAfterMs: 1000 });
    nowMs = 1000;
    respond = (reply) => reply.end();
    const [probe, other] = await Promise.all([perform(by), perform(by)]);
    expect([probe.kind, other.kind]).toEqual(['delivered', 'deferred']);
    expect((await perform(by)).kind).toBe('delivered');
  });

  it('is shown as failing until it answers again, or its owner disables or deletes it', async () => {
    const by = effector();
    respond = (reply) => reply.writeHead(503).end();
    expect([...by.circuits()]).toEqual([]);
    for (let version = 1; version <= 4; version += 1) await perform(by, 'crm', version);
    expect([...by.circuits()]).toEqual([['crm', false]]);
    await perform(by);
    expect([...by.circuits()]).toEqual([['crm', true]]);
    destinations.set('crm', destination({ settings: webhookTo(url), enabled: false }));
    expect([...by.circuits()]).toEqual([['crm', false]]);
    destinations.set('crm', destination({ settings: webhookTo(url) }));
    nowMs = 1000;
    respond = (reply) => reply.end();
    await perform(by);
    expect([...by.circuits()]).toEqual([['crm', false]]);
    destinations.delete('crm');
    expect([...by.circuits()]).toEqual([]);
  });

  it('gets only so many requests at once, and every one its turn', async () => {
    const held: ServerResponse[] = [];
    respond = (reply) => held.push(reply);
    const by = effector(2);
    const results = Promise.all([1, 2, 3, 4].map((version) => perform(by, 'crm', version)));
    await expect.poll(() => held.length).toBe(2);
    respond = (reply) => reply.end();
    for (const reply of held) reply.end();
    expect((await results).map(({ kind }) => kind)).toEqual(Array(4).fill('delivered'));
    expect(new Set(received.map(({ headers }) => headers['idempotency-key'])).size).toBe(4);
  });

  it('that hangs keeps nobody waiting for longer than a second, and gets no more requests once it has failed', async () => {
    await calls.close();
    timeoutMs = 2_000;
    calls = new WebhookCalls({ timeoutMs, concurrency: 4, judge: () => 'public' });
    respond = () => undefined;
    const by = effector(4);
    const results = await Promise.all(Array.from({ length: 300 }, (_, version) => perform(by, 'crm', version)));
    const counts = Map.groupBy(results, (result) => ('reason' in result ? result.reason : result.kind));
    expect([counts.get('timeout')?.length, counts.get('busy')?.length]).toEqual([4, 296]);
    expect(received).toHaveLength(4);
  });

  it('that fails while others wait for it lets none of them try once its circuit is open', async () => {
    await calls.close();
    timeoutMs = 2_000;
    calls = new WebhookCalls({ timeoutMs, concurrency: 5, judge: () => 'public' });
    const held: ServerResponse[] = [];
    respond = (reply) => held.push(reply);
    const by = effector(5);
    const results = Promise.all(Array.from({ length: 50 }, (_, version) => perform(by, 'crm', version)));
    await expect.poll(() => held.length).toBe(5);
    respond = (reply) => reply.writeHead(503).end();
    for (const reply of held) reply.writeHead(503).end();
    const reasons = Map.groupBy(await results, (result) => ('reason' in result ? result.reason : result.kind));
    expect([...reasons.keys()].toSorted()).toEqual(['circuit_open', 'server_error']);
    // A few take the places of the first ones before all of those have failed.
    expect(reasons.get('server_error')?.length).toBeLessThan(10);
  });

  it('leaves room for others, however many are slow', async () => {
    const held: (() => void)[] = [];
    const types = webhooks(() => new Promise((resolve) => held.push(() => resolve(answered(200)))));
    const by = effector(16, 64, types);
    const slow = Array.from({ length: 8 }, (_, n) => `slow-${n}`);
    for (const key of slow) destinations.set(key, destination({ key, settings: webhookTo(url) }));
    const asked = slow.flatMap((key) => Array.from({ length: 16 }, (_, version) => perform(by, key, version)));
    expect(held.length).toBeGreaterThanOrEqual(slow.length);
    expect(held.length).toBeLessThan(64);
    const results = Promise.all(asked);
    const other = perform(by, 'crm');
    held.at(-1)?.();
    expect((await other).kind).toBe('delivered');
    for (let answered = 0; answered < held.length; answered += 1) held[answered]?.();
    const timer = setInterval(() => held.forEach((answer) => answer()), 10);
    expect((await results).every(({ kind }) => kind === 'delivered' || kind === 'deferred')).toBe(true);
    clearInterval(timer);
  });

  it('that is slow does not hold up another', async () => {
    destinations.set('slow', destination({ key: 'slow', settings: webhookTo(url) }));
    const held: ServerResponse[] = [];
    respond = (reply) => held.push(reply);
    const by = effector(1);
    const slow = perform(by, 'slow');
    await expect.poll(() => held.length).toBe(1);
    respond = (reply) => reply.end();
    expect((await perform(by, 'crm')).kind).toBe('delivered');
    held[0]?.end();
    expect((await slow).kind).toBe('delivered');
  });
});
