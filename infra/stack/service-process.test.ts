import { parseEnv } from 'node:util';
import { expect, test } from 'vitest';
import { SERVICE_NAMES } from './addresses.ts';
import type { Credentials } from './credentials.ts';
import { ownProcess, serviceProcess } from './service-process.ts';

const urls = ['http://127.0.0.1:5200'];
const ofServices = <T>(value: T) => ({
  ...{ console: value, ingestion: value, identity: value, profile: value, segmentation: value, activation: value },
  history: value,
});
const ownUrlOf = (service: string) => `postgres://hilo_${service}:secret@127.0.0.1/hilo`;
const pairOf = (service: string) => ({ privateKey: `private\n${service}\n`, publicKey: `public\n${service}\n` });
const credentials: Credentials = {
  ...{ writeKey: 'wk', adminToken: 'at', postgresUrl: 'postgres://127.0.0.1/', registryUrl: 'http://127.0.0.1/' },
  serviceKeys: { console: pairOf('console'), activation: pairOf('activation'), profile: pairOf('profile') },
  postgresUrls: {
    ...{ ingestion: ownUrlOf('ingestion'), identity: ownUrlOf('identity'), profile: ownUrlOf('profile') },
    ...{ segmentation: ownUrlOf('segmentation'), activation: ownUrlOf('activation') },
    ...{ history: ownUrlOf('history'), console: ownUrlOf('console') },
  },
  clickhouse: {
    ...{ url: 'http://127.0.0.1/', user: 'operator', password: 'all' },
    ...{ loaderUser: 'loader', loaderPassword: 'some', readonlyUser: 'reader', readonlyPassword: 'less' },
  },
  kafkaBrokers: ['127.0.0.1:1'],
  consoleUrl: 'http://127.0.0.1:5200',
  ...{ ingestionUrl: '', identityUrl: '', profileUrl: '', segmentationUrl: '', activationUrl: '', historyUrl: '' },
  instances: ofServices(urls),
  operations: ofServices(urls),
};

const allowed = (env: Readonly<Record<string, string>>) =>
  serviceProcess('activation', 0, { portBase: 5200, partitions: 4, credentials, firstPassword: null, env }).env
    ?.HILO_ACTIVATION_ALLOWED_NETWORKS;

test("webhooks reach nothing on this machine but the console's own receiver, at its port", () => {
  expect(allowed({})).toBe('127.0.0.1:5200');
});

test('what a start names besides is allowed besides', () => {
  expect(allowed({ HILO_ACTIVATION_ALLOWED_NETWORKS: '127.0.0.1:9' })).toBe('127.0.0.1:5200,127.0.0.1:9');
});

test('history gets the users of ClickHouse that load and read, segmentation the one that reads, and nobody the operator', () => {
  for (const service of SERVICE_NAMES) {
    const { env = {} } = serviceProcess(service, 0, {
      ...{ portBase: 5200, partitions: 4, credentials, firstPassword: null, env: {} },
    });
    const given = ['operator', 'all', 'loader', 'some', 'reader', 'less'].filter((one) =>
      Object.values(env).includes(one),
    );
    const reading = ['reader', 'less'];
    const expected: Partial<Record<string, string[]>> = {
      history: ['loader', 'some', ...reading],
      segmentation: reading,
    };
    expect(given, service).toEqual(expected[service] ?? []);
  }
});

test("each service gets the URL of its own PostgreSQL user, and nobody gets the owner's", () => {
  for (const service of SERVICE_NAMES) {
    const { env = {} } = serviceProcess(service, 0, {
      ...{ portBase: 5200, partitions: 4, credentials, firstPassword: null, env: {} },
    });
    expect(env.HILO_POSTGRES_URL).toBe(ownUrlOf(service));
    expect(Object.values(env)).not.toContain(credentials.postgresUrl);
  }
});

test('each service gets its own private key if it calls others, and the public keys of those that call it', () => {
  const given = SERVICE_NAMES.map((service) => {
    const { env = {} } = serviceProcess(service, 0, {
      ...{ portBase: 5200, partitions: 4, credentials, firstPassword: null, env: {} },
    });
    const keys = Object.entries(env).filter(([, value]) => /^(private|public)\n/.test(value));
    return [service, keys.map(([name, value]) => `${name}: ${value.trim().replace('\n', ' ')}`).sort()];
  });
  const byConsole = 'HILO_CONSOLE_PUBLIC_KEY: public console';
  expect(Object.fromEntries(given)).toEqual({
    console: ['HILO_SERVICE_KEY: private console'],
    ingestion: [byConsole],
    identity: [byConsole],
    profile: [byConsole, 'HILO_SERVICE_KEY: private profile'],
    segmentation: ['HILO_ACTIVATION_PUBLIC_KEY: public activation', byConsole],
    activation: [byConsole, 'HILO_SERVICE_KEY: private activation'],
    history: [byConsole, 'HILO_PROFILE_PUBLIC_KEY: public profile'],
  });
});

test('a service that a start leaves out runs with the very environment that the stack would give it', () => {
  const options = {
    portBase: 5200,
    partitions: 4,
    credentials,
    firstPassword: null,
    env: { HILO_LOG_LEVEL: 'debug' },
  };
  const { environment, command } = ownProcess('segmentation', '.hilo/env/segmentation.env', options);
  expect(parseEnv(environment)).toEqual(serviceProcess('segmentation', 0, options).env);
  expect(command).toMatch(
    / --env-file=\.hilo\/env\/segmentation\.env --inspect .*services\/segmentation\/dist\/main\.js$/,
  );
});
