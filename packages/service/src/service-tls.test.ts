import { get } from 'node:http';
import { get as getByHttps, type RequestOptions } from 'node:https';
import { type AddressInfo, connect as connectPlain } from 'node:net';
import { connect } from 'node:tls';
import { Module } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readEnvironment, url, urls } from './environment.ts';
import { createLogger } from './logger.ts';
import { createServiceApp, type ServiceApp } from './service-app.ts';
import { stageSettings } from './service-settings.ts';
import { serviceTls } from './service-tls.ts';
import { postgresUrl } from './store-security.ts';
import { CertificateAuthority, type IssuedCertificate } from './testing/certificate-authority.ts';

let authority: CertificateAuthority;
let other: CertificateAuthority;
let own: IssuedCertificate;
let foreign: IssuedCertificate;
beforeAll(() => {
  authority = new CertificateAuthority();
  other = new CertificateAuthority();
  own = authority.issue('profile', ['DNS:profile', 'DNS:localhost', 'IP:127.0.0.1']);
  foreign = other.issue('foreign');
});
afterAll(() => {
  authority?.close();
  other?.close();
});

type Variables = Readonly<Record<string, string>>;
const read = (variables: Variables) => readEnvironment({ tls: serviceTls() }, variables).tls;

describe('the certificate of a service', () => {
  it('comes from two files, and without them a service that only this machine reaches answers HTTP', () => {
    const files = { HILO_TLS_CERT_FILE: own.certFile, HILO_TLS_KEY_FILE: own.keyFile };
    const pair = { cert: own.cert.trim(), key: own.key.trim() };
    const beyond: readonly Variables[] = [{}, { HILO_TLS: 'required' }, { HILO_HOST: '0.0.0.0' }];
    for (const more of beyond) expect(read({ ...files, ...more })).toEqual(pair);
    const within: readonly Variables[] = [
      {},
      { HILO_HOST: '::1' },
      { HILO_HOST: '0.0.0.0', HILO_PUBLISHED_ON: '127.0.0.1' },
    ];
    for (const here of within) expect(read(here)).toBeNull();
  });

  it.each<[Variables, string]>([
    [{ HILO_TLS: 'on' }, 'HILO_TLS must be required or off'],
    [{ HILO_TLS: 'required' }, 'HILO_TLS_CERT must be set where HILO_TLS is required'],
    [{ HILO_TLS_CERT: 'x' }, 'HILO_TLS_KEY must be set where HILO_TLS_CERT is'],
    [{ HILO_TLS_KEY: 'x' }, 'HILO_TLS_CERT must be set where HILO_TLS_KEY is'],
    [{ HILO_TLS_CERT: 'x', HILO_TLS_KEY: 'x' }, 'HILO_TLS_CERT must be a certificate as PEM'],
    [{ HILO_TLS_CERT_FILE: '/no', HILO_TLS_KEY: 'x' }, "HILO_TLS_CERT can't be read from the file"],
  ])('is refused with the variable to mend: %j', (variables, message) => {
    expect(() => read(variables)).toThrow(message);
  });

  it('is refused if the key is none, or that of another certificate', () => {
    const cert = { HILO_TLS_CERT_FILE: own.certFile };
    expect(() => read({ ...cert, HILO_TLS_KEY: 'x' })).toThrow('HILO_TLS_KEY must be a private key as PEM');
    expect(() => read({ ...cert, HILO_TLS_KEY_FILE: foreign.keyFile })).toThrow(
      'HILO_TLS_KEY is not the key of the certificate in HILO_TLS_CERT',
    );
    const off = { ...cert, HILO_TLS_KEY_FILE: own.keyFile, HILO_TLS: 'off' };
    expect(() => read(off)).toThrow('HILO_TLS must not be off where HILO_TLS_CERT is set');
  });

  it.each<Variables>([{ HILO_HOST: '0.0.0.0' }, { HILO_HOST: '10.0.0.7' }, { HILO_PUBLISHED_ON: '0.0.0.0' }])(
    'must be there where others than this machine reach the service, unless something in front encrypts: %j',
    (where) => {
      expect(() => read(where)).toThrow('HILO_TLS_CERT must be set where others than this machine reach the service');
      expect(read({ ...where, HILO_TLS: 'off' })).toBeNull();
    },
  );
});

describe('where TLS is required', () => {
  const spec = {
    ...stageSettings(),
    postgresUrl: postgresUrl(),
    one: url('HILO_ONE_URL', 'http://127.0.0.1:4000'),
    some: urls('HILO_SOME_URL', 'http://127.0.0.1:4000'),
  };
  const SECURE: Variables = {
    HILO_TLS: 'required',
    HILO_KAFKA_TLS: 'on',
    HILO_POSTGRES_URL: 'postgres://u@db/hilo?sslmode=verify-full',
    HILO_REGISTRY_URL: 'https://registry/apis',
    HILO_ONE_URL: 'https://one',
    HILO_SOME_URL: 'https://one,https://two:4001/',
  };

  it('addresses beyond this machine that are encrypted are taken, and those of this machine', () => {
    expect(readEnvironment(spec, SECURE)).toMatchObject({
      one: 'https://one',
      some: ['https://one', 'https://two:4001'],
    });
    const here = { HILO_ONE_URL: 'http://localhost:1', HILO_POSTGRES_URL: 'postgres://u@127.0.0.1/hilo' };
    expect(readEnvironment(spec, { ...SECURE, ...here }).one).toBe('http://localhost:1');
  });

  it.each<[Variables, string]>([
    [{ HILO_KAFKA_TLS: 'off' }, 'HILO_KAFKA_TLS must be on where HILO_TLS is required'],
    [
      { HILO_POSTGRES_URL: 'postgres://u@db/hilo' },
      'HILO_POSTGRES_URL must have sslmode=verify-full where HILO_TLS is',
    ],
    [{ HILO_POSTGRES_URL: 'postgres://u@db/hilo?sslmode=require' }, 'HILO_POSTGRES_URL must have sslmode=verify-full'],
    [{ HILO_REGISTRY_URL: 'http://registry' }, 'HILO_REGISTRY_URL must begin with https:// where HILO_TLS is required'],
    [{ HILO_ONE_URL: 'http://one' }, 'HILO_ONE_URL must begin with https:// where HILO_TLS is required'],
    [{ HILO_SOME_URL: 'https://one,http://two' }, 'HILO_SOME_URL must begin with https:// where HILO_TLS is required'],
  ])('no other is: %j', (variables, message) => {
    expect(() => readEnvironment(spec, { ...SECURE, ...variables })).toThrow(message);
  });
});

class Nothing {}
Module({})(Nothing);

/** Status of an answer; rejects with the connection's error. */
function statusBy(by: typeof get, options: RequestOptions): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    by({ host: '127.0.0.1', path: '/health/live', agent: false, ...options }, (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode));
    }).once('error', reject);
  });
}

describe('a service with a certificate', () => {
  let app: ServiceApp;
  let ports: readonly number[];
  beforeAll(async () => {
    app = await createServiceApp({
      ...{ name: 'profile', module: Nothing, adminToken: 'token', ready: () => true, tls: own },
      openapi: { openapi: '3.1.0', info: { title: 'Profile', version: '1' }, paths: {} },
      logger: createLogger({ name: 'profile', level: 'silent' }),
    });
    await app.nest.listen(0, '127.0.0.1');
    await app.operations.listen({ host: '127.0.0.1', port: 0 });
    ports = [app.instance, app.operations].map(({ server }) => (server.address() as AddressInfo).port);
  });
  afterAll(async () => {
    await app?.nest.close();
    await app?.operations.close();
  });

  it('answers HTTPS on its own port and its operations port, by TLS 1.2 or 1.3', async () => {
    for (const port of ports)
      for (const version of ['TLSv1.2', 'TLSv1.3'] as const)
        expect(await statusBy(getByHttps, { port, ca: authority.cert, minVersion: version, maxVersion: version })).toBe(
          200,
        );
  });

  it('answers no plain HTTP', async () => {
    for (const port of ports) await expect(statusBy(get, { port })).rejects.toThrow(/ECONNRESET|socket hang up/);
  });

  it('speaks no version before TLS 1.2', async () => {
    const old = { maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'DEFAULT:@SECLEVEL=0' } as const;
    for (const port of ports)
      await expect(statusBy(getByHttps, { port, ca: authority.cert, ...old })).rejects.toThrow(/version|EPROTO|alert/);
  });

  it('is not asked by a caller that knows another authority, or that means another service', async () => {
    for (const port of ports) {
      await expect(statusBy(getByHttps, { port, ca: other.cert })).rejects.toThrow(/certificate|signature/);
      const wrong = { port, ca: authority.cert, servername: 'history' };
      await expect(statusBy(getByHttps, wrong)).rejects.toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
    }
  });
});

it('a service with a certificate stops although a client holds an encrypted connection that asks nothing', async () => {
  const app = await createServiceApp({
    ...{ name: 'profile', module: Nothing, adminToken: 'token', ready: () => true, tls: own },
    openapi: { openapi: '3.1.0', info: { title: 'Profile', version: '1' }, paths: {} },
    logger: createLogger({ name: 'profile', level: 'silent' }),
    http: { headersTimeoutMs: 2_000 },
    prepare: (instance) =>
      void instance.get('/slow', () => new Promise((resolve) => setTimeout(resolve, 1_500, { slow: 1 }))),
  });
  await app.nest.listen(0, '127.0.0.1');
  const { port } = app.instance.server.address() as AddressInfo;
  const idle = connect({ host: '127.0.0.1', port, ca: authority.cert });
  await new Promise<void>((resolve) => idle.once('secureConnect', resolve));
  const mute = connectPlain(port, '127.0.0.1');
  await new Promise<void>((resolve) => mute.once('connect', resolve));
  for (const socket of [idle, mute]) socket.on('error', () => undefined);
  const asked = statusBy(getByHttps, { port, ca: authority.cert, path: '/slow' });
  await new Promise((resolve) => app.instance.server.once('request', resolve));
  await app.nest.close();
  // A request in flight is served to its end.
  expect(await asked).toBe(200);
  for (const socket of [idle, mute]) socket.destroy();
});
