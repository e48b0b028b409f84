import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePorts, infraFile, registerSchemas } from '@hilo/infra';
import { openEmbeddedStores, openTlsFront, type StoresFor, type TlsFront } from '@hilo/test-stack';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../e2e/eventually.ts';
import { type Haproxy, startHaproxy } from './haproxy.ts';

/**
 * The registry of docker-compose.secured.yml: a real one behind HAProxy, with the secrets of make-secrets.sh. A front of the test
 * serves its TLS: that the registry itself does is proven with its container (compose-secured.test.ts).
 */

const COMPATIBLE = '/apis/ccompat/v7';

let folder: string;
let stores: StoresFor<'registry'>;
let registry: TlsFront;
let haproxy: Haproxy;
let port: number;

const secret = (name: string) => readFileSync(join(folder, name), 'utf8').trim();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hilo-registry-'));
  await promisify(execFile)(infraFile('docker/make-secrets.sh'), [folder]);
  stores = await openEmbeddedStores('registry');
  await registerSchemas(stores.registryUrl);
  registry = await openTlsFront({
    ...{
      behind: stores.registryUrl,
      certificate: join(folder, 'registry_certificate'),
      key: join(folder, 'registry_key'),
    },
  });
  [port = 0] = await freePorts(1);
  const configuration = readFileSync(infraFile('docker/registry-proxy.cfg'), 'utf8')
    .replace('bind :8443', `bind 127.0.0.1:${port}`)
    .replaceAll('/run/secrets/', `${folder}/`)
    .replace('registry:8443', new URL(registry.url).host);
  haproxy = startHaproxy(folder, [configuration, readFileSync(join(folder, 'registry_users'), 'utf8')]);
  await eventually(
    'the proxy answers',
    () => ask(null, 'GET', '/').catch(() => 0),
    (status) => status === 401,
  );
}, 180_000);

afterAll(async () => {
  await haproxy?.stop();
  await registry?.close();
  await stores?.close();
  rmSync(folder, { recursive: true, force: true });
});

type User = 'hilo' | 'operator';
const passwordOf = (user: User) => secret(user === 'hilo' ? 'registry_password' : 'registry_operator_password');

/** Status of the answer to a user; null is a stranger. */
function ask(user: User | null, method: string, path: string, body?: object, password?: string): Promise<number> {
  const auth = user === null ? {} : { auth: `${user}:${password ?? passwordOf(user)}` };
  const headers = body === undefined ? {} : { 'content-type': 'application/vnd.schemaregistry.v1+json' };
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, method, path, headers, agent: false, ca: secret('stores_ca'), ...auth };
    const call = request(options, (answer) => {
      answer.resume().once('end', () => resolve(answer.statusCode ?? 0));
    });
    call.once('error', reject);
    call.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

const subject = `${COMPATIBLE}/subjects/events.accepted-value`;
const schemaOf = (name: string) => ({
  schema: JSON.stringify(JSON.parse(readFileSync(join(infraFile('..'), `schemas/avro/${name}.avsc`), 'utf8'))),
});

describe('the registry behind its proxy', () => {
  it('answers nobody without a password that it knows', async () => {
    expect(await ask(null, 'GET', `${COMPATIBLE}/subjects`)).toBe(401);
    expect(await ask('hilo', 'GET', `${COMPATIBLE}/subjects`, undefined, 'guessed')).toBe(401);
    expect(await ask('hilo', 'GET', `${COMPATIBLE}/subjects`, undefined, passwordOf('operator'))).toBe(401);
  });

  it('lets services look schemas up, and register compatible ones', async () => {
    expect(await ask('hilo', 'GET', `${COMPATIBLE}/subjects`)).toBe(200);
    expect(await ask('hilo', 'GET', `${COMPATIBLE}/config/events.accepted-value`)).toBe(200);
    expect(await ask('hilo', 'GET', `${subject}/versions/latest`)).toBe(200);
    expect(await ask('hilo', 'POST', subject, schemaOf('events.accepted'))).toBe(200);
    expect(await ask('hilo', 'POST', `${subject}/versions`, schemaOf('events.accepted'))).toBe(200);
    expect(await ask('hilo', 'POST', `${subject}/versions`, schemaOf('events.received'))).toBe(409);
  });

  it('lets services change no rule, delete nothing, and see nothing else', async () => {
    for (const [method, path, body] of [
      ['PUT', `${COMPATIBLE}/config`, { compatibility: 'NONE' }],
      ['PUT', `${COMPATIBLE}/config/events.accepted-value`, { compatibility: 'NONE' }],
      ['DELETE', subject],
      ['DELETE', `${subject}/versions/1`],
      ['GET', '/apis/registry/v2/admin/export'],
      ['POST', '/apis/registry/v2/admin/import', {}],
      ['GET', `${COMPATIBLE}/subjects/../../../registry/v2/admin/export`],
      ['GET', `${COMPATIBLE}/subjects/%2e%2e/%2E%2E/../registry/v2/admin/export`],
      ['GET', `/${COMPATIBLE}/subjects`],
      ['GET', '/ui/'],
    ] as const)
      expect(await ask('hilo', method, path, body), `${method} ${path}`).toBe(403);
  });

  it('lets the operator do everything', async () => {
    const level = { compatibility: 'FULL_TRANSITIVE' };
    expect(await ask('operator', 'PUT', `${COMPATIBLE}/config/events.accepted-value`, level)).toBe(200);
    expect(await ask('operator', 'GET', '/apis/registry/v2/admin/export')).toBe(200);
  });
});
