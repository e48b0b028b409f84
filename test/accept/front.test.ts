import { mkdtempSync, rmSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts, SERVICE_NAMES } from '@hilo/infra';
import { createLogger, createServiceApp, type ServiceApp } from '@hilo/service';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../e2e/eventually.ts';
import { frontConfiguration } from './front-configuration.ts';
import { type Haproxy, startHaproxy } from './haproxy.ts';

/** Addresses of this machine that stand for those who connect; HAProxy itself connects from FRONT. */
const FRONT = '127.0.0.1';
const CLIENT = '127.0.0.5';
const OUTER_PROXY = '127.0.0.6';

/** What the service behind the load balancer takes a request for. */
interface Seen {
  readonly address: string;
  readonly headers: IncomingHttpHeaders;
}

class Nothing {}

let app: ServiceApp;
let haproxy: Haproxy;
let folder: string;
let service: number;
const frontends = new Map<string, number>();

beforeAll(async () => {
  const [port = 0, ...free] = await freePorts(1 + SERVICE_NAMES.length);
  service = port;
  for (const [index, name] of SERVICE_NAMES.entries()) frontends.set(name, free[index] ?? 0);
  app = await createServiceApp({
    ...{ name: 'behind', module: { module: Nothing }, adminToken: 'a'.repeat(32), ready: () => true },
    openapi: { openapi: '3.1.0', info: { title: 'Behind', version: '1' }, paths: {} },
    logger: createLogger({ name: 'behind', level: 'silent' }),
    http: { trustedProxies: [FRONT] },
    prepare: (instance) => {
      instance.get('/seen', (incoming): Seen => ({ address: incoming.ip, headers: incoming.headers }));
    },
  });
  await app.nest.listen(service, '0.0.0.0');
  folder = mkdtempSync(join(tmpdir(), 'hilo-front-'));
  const env = { HILO_FRONT_TRUSTED_PROXIES: `${OUTER_PROXY} 10.99.0.0/16` };
  const places = new Map([...frontends].map(([name, frontend]) => [name, { frontend, service }]));
  haproxy = startHaproxy(folder, [frontConfiguration(places)], env);
  await eventually(
    'the load balancer reaches the service',
    () => Promise.all([...frontends.keys()].map((name) => ask(name).then(Boolean, () => false))),
    (answered) => answered.every(Boolean),
  );
}, 60_000);

afterAll(async () => {
  await haproxy?.stop();
  await app?.nest.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Asks the service for what it sees, at one of the frontends or (a number) at a port; from an address of this machine. */
function ask(
  where: string | number,
  headers: Readonly<Record<string, string | string[]>> = {},
  localAddress = CLIENT,
): Promise<Seen> {
  const port = typeof where === 'number' ? where : frontends.get(where);
  return new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port, path: '/seen', headers, localAddress, agent: false }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      answer.on('end', () =>
        answer.statusCode === 200
          ? resolve(JSON.parse(text) as Seen)
          : reject(new Error(`${answer.statusCode} ${text}`)),
      );
    });
    call.once('error', reject);
    call.end();
  });
}

describe('a request through the load balancer of docker compose', () => {
  it.each([...SERVICE_NAMES])('to %s has the address that it comes from, whatever it claims', async (name) => {
    expect((await ask(name)).address).toBe(CLIENT);
    for (const claimed of ['6.6.6.6', '6.6.6.6, 7.7.7.7', 'unknown', '', ['6.6.6.6', '7.7.7.7']]) {
      const { address, headers } = await ask(name, { 'X-Forwarded-For': claimed });
      expect(address, String(claimed)).toBe(CLIENT);
      expect(headers['x-forwarded-for']).toBe(CLIENT);
    }
  });

  it('brings none of the other headers by which servers learn who asks', async () => {
    const { address, headers } = await ask('console', {
      Forwarded: 'for=6.6.6.6;proto=https;host=evil.example',
      'X-Forwarded-Host': 'evil.example',
      'X-Forwarded-Proto': 'https',
      'X-Forwarded-Port': '443',
      'X-Real-IP': '6.6.6.6',
      'X-Client-IP': '6.6.6.6',
      'X-Original-URL': '/api/users',
      'True-Client-IP': '6.6.6.6',
      'CF-Connecting-IP': '6.6.6.6',
      'X-Request-Id': 'kept',
    });
    expect(address).toBe(CLIENT);
    expect(headers['x-request-id']).toBe('kept');
    const left = Object.keys(headers).filter((name) => /forwarded|real-ip|client-ip|connecting|original/.test(name));
    expect(left).toEqual(['x-forwarded-for']);
  });

  it('has the address that a proxy in front says, if the operator has named that proxy', async () => {
    const claims = { 'X-Forwarded-For': '6.6.6.6, 203.0.113.9' };
    expect((await ask('console', claims, OUTER_PROXY)).address).toBe('203.0.113.9');
    expect((await ask('console', { 'X-Forwarded-For': '2001:db8::7' }, OUTER_PROXY)).address).toBe('2001:db8::7');
    expect((await ask('console', {}, OUTER_PROXY)).address).toBe(OUTER_PROXY);
    expect((await ask('console', claims, CLIENT)).address).toBe(CLIENT);
  });
});

it('a service that is asked past the load balancer believes nobody', async () => {
  const { address } = await ask(service, { 'X-Forwarded-For': '6.6.6.6' }, CLIENT);
  expect(address).toBe(CLIENT);
});
