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
const credentials: Credentials = {
  ...{ writeKey: 'wk', adminToken: 'at', postgresUrl: 'postgres://127.0.0.1/', registryUrl: 'http://127.0.0.1/' },
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

test('history gets the users of ClickHouse that load and read, nobody else gets any, and nobody gets the operator', () => {
  for (const service of SERVICE_NAMES) {
    const { env = {} } = serviceProcess(service, 0, {
      ...{ portBase: 5200, partitions: 4, credentials, firstPassword: null, env: {} },
    });
    const given = ['operator', 'all', 'loader', 'some', 'reader', 'less'].filter((one) =>
      Object.values(env).includes(one),
    );
    expect(given, service).toEqual(service === 'history' ? ['loader', 'some', 'reader', 'less'] : []);
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
