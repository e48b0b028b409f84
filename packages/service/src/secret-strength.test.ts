import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EnvironmentError, otherText, readEnvironment } from './environment.ts';
import { isLoopback } from './loopback.ts';
import { storePassword, TRIAL_SECRETS, trialSecretsIn } from './secret-strength.ts';
import { callerKeys, serviceKey } from './service-keys.ts';
import { commonSettings, stageSettings } from './service-settings.ts';
import { postgresUrl } from './store-security.ts';
import { testKeysOf } from './testing/test-keys.ts';

type Variables = Readonly<Record<string, string>>;

const GOOD = 'k3ep-0ut-of-here-with-32-letters';
const own = testKeysOf('profile');
const KEYS = { HILO_CONSOLE_PUBLIC_KEY: testKeysOf('console').publicKey };
const spec = {
  ...commonSettings('ingestion', 4001),
  ...stageSettings(),
  postgresUrl: postgresUrl(),
  clickhousePassword: storePassword('HILO_CLICKHOUSE_PASSWORD', 'HILO_CLICKHOUSE_URL'),
};
const read = (variables: Variables) =>
  readEnvironment(spec, {
    ...KEYS,
    ...{ HILO_ADMIN_TOKEN: GOOD, HILO_POSTGRES_URL: `postgres://u:${GOOD}@db/hilo`, HILO_TLS: 'off' },
    ...variables,
  });

describe('the admin token', () => {
  it.each<Variables>([
    {},
    { HILO_HOST: '127.0.0.1' },
    { HILO_HOST: '::1' },
    { HILO_HOST: 'localhost' },
    { HILO_HOST: '0.0.0.0', HILO_PUBLISHED_ON: '127.0.0.1' },
    { HILO_CONSOLE_URL: 'http://127.0.0.1:4000', HILO_TRACKING_URL: 'http://localhost:4001' },
  ])('may be any where only this machine reaches the service: %j', (where) => {
    for (const token of ['t', 'hilo-admin']) expect(read({ ...where, HILO_ADMIN_TOKEN: token }).adminToken).toBe(token);
  });

  it.each<Variables>([
    { HILO_HOST: '0.0.0.0' },
    { HILO_HOST: '::' },
    { HILO_HOST: '192.168.1.7' },
    { HILO_HOST: 'hilo.internal' },
    { HILO_PUBLISHED_ON: '0.0.0.0' },
    { HILO_HOST: '0.0.0.0', HILO_PUBLISHED_ON: '192.168.1.7' },
    { HILO_CONSOLE_URL: 'https://hilo.example.com' },
    { HILO_TRACKING_URL: 'https://events.example.com' },
  ])('must be long, and none of the trial, where others reach it: %j', (where) => {
    const short = GOOD.slice(1);
    expect(read(where).adminToken).toBe(GOOD);
    expect(() => read({ ...where, HILO_ADMIN_TOKEN: short })).toThrow(EnvironmentError);
    expect(() => read({ ...where, HILO_ADMIN_TOKEN: short })).toThrow(
      'HILO_ADMIN_TOKEN must have at least 32 characters where others can try it: infra/docker/make-secrets.sh makes secrets',
    );
    expect(() => read({ ...where, HILO_ADMIN_TOKEN: 'hilo-admin' })).toThrow(
      'HILO_ADMIN_TOKEN has a secret for trying Hilo out on one machine, which everybody knows',
    );
  });
});

describe("a store's password", () => {
  const login = { HILO_KAFKA_SASL_MECHANISM: 'plain', HILO_KAFKA_SASL_USERNAME: 'u' };
  const placed = (host: string, password: string): readonly (readonly [string, Variables])[] => [
    ['HILO_POSTGRES_URL', { HILO_POSTGRES_URL: `postgres://u:${password}@${host}:5432/hilo` }],
    ['HILO_CLICKHOUSE_PASSWORD', { HILO_CLICKHOUSE_URL: `http://${host}`, HILO_CLICKHOUSE_PASSWORD: password }],
    [
      'HILO_REGISTRY_PASSWORD',
      { HILO_REGISTRY_URL: `http://${host}/v7`, HILO_REGISTRY_USERNAME: 'u', HILO_REGISTRY_PASSWORD: password },
    ],
    [
      'HILO_KAFKA_SASL_PASSWORD',
      { ...login, HILO_KAFKA_BROKERS: `127.0.0.1:1,${host}:9092`, HILO_KAFKA_SASL_PASSWORD: password },
    ],
  ];

  it.each(placed('db.internal', 'fifteen-letters'))('is refused where it is short: %s', (variable, variables) => {
    const what = variable === 'HILO_POSTGRES_URL' ? 'a password of at least' : 'at least';
    expect(() => read(variables)).toThrow(`${variable} must have ${what} 16 characters where others can try it`);
  });

  it.each(placed('db.internal', 'hilo'))('is refused where everybody knows it: %s', (variable, variables) => {
    expect(() => read(variables)).toThrow(`${variable} has a secret for trying Hilo out on one machine`);
  });

  it.each(placed('db.internal', 'sixteen-letters!'))('is taken where it is long: %s', (_variable, variables) => {
    expect(read(variables)).toBeDefined();
  });

  it.each(placed('[::1]', 'hilo'))('may be any where the store is on this machine: %s', (_variable, variables) => {
    expect(read(variables)).toBeDefined();
  });

  it.each(placed('127.0.0.1', 'hilo'))(
    'is refused where everybody knows it and others reach the service, wherever the store is: %s',
    (variable, variables) => {
      const beyond: readonly Variables[] = [
        { HILO_HOST: '0.0.0.0' },
        { HILO_PUBLISHED_ON: '192.168.1.7' },
        { HILO_CONSOLE_URL: 'https://hilo.example.com' },
      ];
      for (const reached of beyond)
        expect(() => read({ ...variables, ...reached })).toThrow(
          `${variable} has a secret for trying Hilo out on one machine`,
        );
    },
  );

  it.each(placed('127.0.0.1', 'short'))(
    'may be short where the store is on this machine, whoever reaches the service: %s',
    (_variable, variables) => {
      expect(read({ ...variables, HILO_HOST: '0.0.0.0' })).toBeDefined();
    },
  );

  it.each(placed('db', 'hilo'))(
    'may be any beside a container that only this machine reaches: %s',
    (_variable, variables) => {
      const container = { HILO_HOST: '0.0.0.0', HILO_PUBLISHED_ON: '127.0.0.1' };
      expect(read({ ...container, ...variables })).toBeDefined();
      expect(() => read({ ...container, HILO_CONSOLE_URL: 'https://hilo.example.com', ...variables })).toThrow(
        EnvironmentError,
      );
    },
  );

  it('must be there for ClickHouse, and need not be for PostgreSQL, which knows other ways in', () => {
    expect(() => read({ HILO_CLICKHOUSE_URL: 'http://db' })).toThrow('HILO_CLICKHOUSE_PASSWORD must have at least 16');
    expect(read({ HILO_POSTGRES_URL: 'postgres://u@db/hilo' })).toBeDefined();
  });

  it('is never in the message', () => {
    for (const [, variables] of placed('db.internal', 'short-secret'))
      expect(() => read(variables)).toThrow(expect.objectContaining({ message: expect.not.stringContaining('short') }));
  });
});

describe('the key pairs of the trial', () => {
  const trial = (name: string) =>
    readFileSync(join(import.meta.dirname, '../../../infra/docker/secrets-for-trial', name), 'utf8');
  const variables = {
    HILO_SERVICE_KEY: trial('profile_service_key'),
    HILO_CONSOLE_PUBLIC_KEY: `${KEYS.HILO_CONSOLE_PUBLIC_KEY}${trial('console_public_key')}`,
    HILO_ACTIVATION_PUBLIC_KEY: trial('activation_public_key'),
  };
  const keys = { own: serviceKey(), callers: callerKeys('segmentation') };
  const others = { ...KEYS, HILO_SERVICE_KEY: own.privateKey, HILO_ACTIVATION_PUBLIC_KEY: own.publicKey };

  it.each(Object.entries(variables))('are refused where others reach the service: %s', (variable, text) => {
    const reached = { ...others, HILO_HOST: '0.0.0.0' };
    expect(readEnvironment(keys, reached)).toBeDefined();
    expect(() => readEnvironment(keys, { ...reached, [variable]: text })).toThrow(
      `${variable} has a secret for trying Hilo out on one machine, which everybody knows`,
    );
    expect(readEnvironment(keys, { ...reached, [variable]: text, HILO_PUBLISHED_ON: '127.0.0.1' })).toBeDefined();
  });

  it('are found wherever they are used', () => {
    const found = (of: Variables) => trialSecretsIn((variable) => otherText(variable, of));
    expect(found(others)).toEqual([]);
    expect(found({ ...others, HILO_SERVICE_KEY: 'no key' })).toEqual([]);
    expect(found(variables)).toEqual(Object.keys(variables));
  });
});

it('the secrets of the trial are found wherever they are used', () => {
  const found = (variables: Variables) => trialSecretsIn((variable) => otherText(variable, variables));
  expect(found({ HILO_ADMIN_TOKEN: GOOD, HILO_POSTGRES_URL: `postgres://u:${GOOD}@db/hilo` })).toEqual([]);
  const [secret = ''] = TRIAL_SECRETS;
  expect(
    found({
      HILO_ADMIN_TOKEN: secret,
      HILO_POSTGRES_URL: 'postgres://u:hilo@db/hilo',
      HILO_CLICKHOUSE_PASSWORD: 'reader',
    }),
  ).toEqual(['HILO_CLICKHOUSE_PASSWORD', 'HILO_ADMIN_TOKEN', 'HILO_POSTGRES_URL']);
});

it.each([
  ['127.0.0.1', true],
  ['127.9.9.9', true],
  ['LOCALHOST', true],
  ['[::1]', true],
  ['0.0.0.0', false],
  ['127.example.com', false],
  ['localhost.example.com', false],
  ['', false],
])('%s is this machine: %s', (host, expected) => {
  expect(isLoopback(host)).toBe(expected);
});
