import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { get as getByHttps, type RequestOptions } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts, SERVICE_NAMES } from '@hilo/infra';
import { createLogger, createServiceApp, type ServiceApp } from '@hilo/service';
import { CertificateAuthority } from '@hilo/service/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../e2e/eventually.ts';
import { frontConfiguration } from './front-configuration.ts';
import { type Haproxy, startHaproxy } from './haproxy.ts';

/** Services whose certificates the load balancer must not believe: for another name, and of an authority that it does not know. */
const MISNAMED = 'history';
const FOREIGN = 'activation';
const GOOD = SERVICE_NAMES.filter((name) => name !== MISNAMED && name !== FOREIGN);
const HSTS = 'max-age=63072000; includeSubDomains';

class Nothing {}

let folder: string;
let authority: CertificateAuthority;
let foreign: CertificateAuthority;
let haproxy: Haproxy;
const apps: ServiceApp[] = [];
const frontends = new Map<string, number>();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hilo-front-tls-'));
  authority = new CertificateAuthority();
  foreign = new CertificateAuthority();
  const [front, inside] = [
    authority.issue('outside', ['IP:127.0.0.1']),
    authority.issue(
      'inside',
      GOOD.map((name) => `DNS:${name}`),
    ),
  ];
  writeFileSync(join(folder, 'front_tls'), `${front.cert}${front.key}`, { mode: 0o600 });
  const certificates = { ...{ [MISNAMED]: inside, [FOREIGN]: foreign.issue(FOREIGN, [`DNS:${FOREIGN}`]) } };
  const ports = await freePorts(3 + SERVICE_NAMES.length);
  const services = new Map<string, number>();
  for (const [index, [name, tls]] of Object.entries({ ...certificates, rest: inside }).entries()) {
    const app = await createServiceApp({
      ...{ name, module: { module: Nothing }, adminToken: 'a'.repeat(32), ready: () => true, tls },
      openapi: { openapi: '3.1.0', info: { title: name, version: '1' }, paths: {} },
      logger: createLogger({ name, level: 'silent' }),
      http: { trustedProxies: ['127.0.0.1'] },
      prepare: (instance) => {
        instance.get('/seen', ({ ip }) => ({ address: ip }));
      },
    });
    apps.push(app);
    services.set(name, ports[index] ?? 0);
    await app.nest.listen(ports[index] ?? 0, '127.0.0.1');
  }
  for (const [index, name] of SERVICE_NAMES.entries()) frontends.set(name, ports[3 + index] ?? 0);
  const places = new Map(
    [...frontends].map(([name, frontend]) => [
      name,
      { frontend, service: services.get(name) ?? services.get('rest') ?? 0 },
    ]),
  );
  haproxy = startHaproxy(folder, [frontConfiguration(places)], {
    HILO_FRONT_TRUSTED_PROXIES: '255.255.255.255',
    HILO_FRONT_CERTIFICATE: join(folder, 'front_tls'),
    HILO_FRONT_CA: authority.file,
  });
  await eventually(
    'the load balancer reaches the services',
    () =>
      Promise.all(
        GOOD.map((name) =>
          ask(name).then(
            ({ status }) => status,
            () => 0,
          ),
        ),
      ),
    (statuses) => statuses.every((status) => status === 200),
  );
}, 60_000);

afterAll(async () => {
  await haproxy?.stop();
  for (const app of apps) await app.nest.close();
  authority?.close();
  foreign?.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Answer {
  readonly status: number;
  readonly hsts: string | undefined;
  readonly text: string;
}

/** Asks a frontend by HTTPS, or by what the options say. */
async function ask(name: string, options: RequestOptions = {}, by = getByHttps): Promise<Answer> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const where = { host: '127.0.0.1', port: frontends.get(name), path: '/seen', agent: false };
    by({ ...where, ca: authority.cert, ...options }, resolve).once('error', reject);
  });
  const parts: Buffer[] = [];
  for await (const part of answer) parts.push(part as Buffer);
  const { statusCode = 0, headers } = answer;
  return { status: statusCode, hsts: headers['strict-transport-security'], text: Buffer.concat(parts).toString() };
}

describe("the load balancer with a certificate of the operator's", () => {
  it.each(GOOD)('leads to %s by TLS 1.2 and 1.3, and says to browsers that it uses nothing else', async (name) => {
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      const { status, hsts, text } = await ask(name, {
        ...{ minVersion: version, maxVersion: version, localAddress: '127.0.0.5' },
        headers: { 'X-Forwarded-For': '6.6.6.6' },
      });
      expect({ status, hsts }).toEqual({ status: 200, hsts: HSTS });
      expect(JSON.parse(text)).toEqual({ address: '127.0.0.5' });
    }
  });

  it('answers no plain HTTP, and no version before TLS 1.2', async () => {
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' } as const;
    for (const name of SERVICE_NAMES) {
      await expect(ask(name, {}, get as typeof getByHttps), name).rejects.toThrow(/socket hang up|ECONNRESET/);
      await expect(ask(name, old), name).rejects.toThrow(/version|EPROTO|alert|ECONNRESET|hang up/);
    }
  });

  it.each([
    ['whose certificate is for another name', MISNAMED],
    ['whose certificate another authority signed', FOREIGN],
  ])('asks no service %s', async (_what, name) => {
    expect(await ask(name)).toMatchObject({ status: 503 });
  });
});
