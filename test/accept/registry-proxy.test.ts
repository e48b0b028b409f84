import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { promisify } from 'node:util';
import { freePorts, infraFile, registerSchemas, SERVICE_NAMES } from '@hilo/infra';
import { RegistryCodec, STAGES, TOPICS } from '@hilo/schemas';
import { readEnvironment, stageSettings } from '@hilo/service';
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
  haproxy = startHaproxy(folder, [configuration]);
  setDefaultCACertificates([...getCACertificates('default'), secret('stores_ca')]);
  await eventually(
    'the proxy answers',
    () => ask('setup', 'GET', `${COMPATIBLE}/subjects`).catch(() => 0),
    (status) => status === 200,
  );
}, 180_000);

afterAll(async () => {
  await haproxy?.stop();
  await registry?.close();
  await stores?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A service's certificate, and those of setup and the exporter, by the names of their secrets. */
const IDENTITY = 'identity_tls';
const pairOf = (name: string) => ({ cert: secret(`${name}_certificate`), key: secret(`${name}_key`) });

/** Status of the answer to who shows this certificate; null: none. */
function ask(name: string | null, method: string, path: string, body?: object): Promise<number> {
  const pair = name === null ? {} : pairOf(name);
  const headers = body === undefined ? {} : { 'content-type': 'application/vnd.schemaregistry.v1+json' };
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, method, path, headers, agent: false, ca: secret('stores_ca'), ...pair };
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
  it('answers nobody without a certificate of the authority that is for clients', async () => {
    await expect(ask(null, 'GET', `${COMPATIBLE}/subjects`)).rejects.toThrow(/alert|reset|hang up/);
    // The server's own.
    await expect(ask('registry', 'GET', `${COMPATIBLE}/subjects`)).rejects.toThrow(/alert|reset|hang up/);
    const other = join(folder, 'other');
    await promisify(execFile)(infraFile('docker/make-secrets.sh'), [other]);
    await expect(ask('other/identity_tls', 'GET', `${COMPATIBLE}/subjects`)).rejects.toThrow(/alert|reset|hang up/);
  });

  it('lets in the services with a stage by their certificates, and nobody else', async () => {
    for (const name of SERVICE_NAMES) {
      const expected = STAGES.some((stage) => stage === name) ? 200 : 403;
      expect(await ask(`${name}_tls`, 'GET', `${COMPATIBLE}/subjects`), name).toBe(expected);
    }
    for (const name of ['kafka_admin', 'kafka_monitor', 'postgres_monitor', 'clickhouse_reader'])
      expect(await ask(name, 'GET', `${COMPATIBLE}/subjects`), name).toBe(403);
  });

  it('is set up and used by the settings of docker-compose.secured.yml', async () => {
    const settingsOf = (name: string) =>
      readEnvironment(stageSettings(), {
        HILO_REGISTRY_URL: `https://127.0.0.1:${port}${COMPATIBLE}`,
        HILO_REGISTRY_TLS_CERT_FILE: join(folder, `${name}_certificate`),
        HILO_REGISTRY_TLS_KEY_FILE: join(folder, `${name}_key`),
      });
    const { registryUrl, registryAuth } = settingsOf('setup');
    await registerSchemas(registryUrl, registryAuth);
    await expect(registerSchemas(registryUrl, settingsOf(IDENTITY).registryAuth)).rejects.toThrow('answers 403');
    const codec = new RegistryCodec(settingsOf(IDENTITY));
    await codec.prepare(TOPICS.map(({ name }) => name));
    const bytes = codec.encode('events.received', { source: 'a', type: 'track' });
    await codec.learn([bytes]);
    expect(codec.decode('events.received', bytes).ok).toBe(true);
    const stranger = new RegistryCodec(settingsOf('kafka_monitor'));
    await expect(stranger.learn([bytes])).rejects.toThrow('or the certificate of HILO_REGISTRY_TLS_CERT (403)');
  });

  it('lets services look schemas up, and register compatible ones', async () => {
    expect(await ask(IDENTITY, 'GET', `${COMPATIBLE}/subjects`)).toBe(200);
    expect(await ask(IDENTITY, 'GET', `${COMPATIBLE}/config/events.accepted-value`)).toBe(200);
    expect(await ask(IDENTITY, 'GET', `${subject}/versions/latest`)).toBe(200);
    expect(await ask(IDENTITY, 'POST', subject, schemaOf('events.accepted'))).toBe(200);
    expect(await ask(IDENTITY, 'POST', `${subject}/versions`, schemaOf('events.accepted'))).toBe(200);
    expect(await ask(IDENTITY, 'POST', `${subject}/versions`, schemaOf('events.received'))).toBe(409);
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
      expect(await ask(IDENTITY, method, path, body), `${method} ${path}`).toBe(403);
  });

  it('lets the set-up and operators do everything', async () => {
    const level = { compatibility: 'FULL_TRANSITIVE' };
    expect(await ask('setup', 'PUT', `${COMPATIBLE}/config/events.accepted-value`, level)).toBe(200);
    expect(await ask('setup', 'GET', '/apis/registry/v2/admin/export')).toBe(200);
  });
});
