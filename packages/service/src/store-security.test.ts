import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readEnvironment } from './environment.ts';
import { stageSettings } from './service-settings.ts';
import { clickHouseLogin, postgresUrl } from './store-security.ts';

const folder = mkdtempSync(join(tmpdir(), 'hilo-tls-'));
const pem = (name: string) => readFileSync(join(folder, name), 'utf8').trim();
const read = (environment: Readonly<Record<string, string>>) => readEnvironment(stageSettings(), environment);

beforeAll(() => {
  for (const name of ['one', 'two']) {
    const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', `/CN=${name}`];
    execFileSync('openssl', [...request, '-keyout', `${name}.key`, '-out', `${name}.pem`], {
      cwd: folder,
      stdio: 'ignore',
    });
  }
});

describe('how Kafka is reached', () => {
  it('is without TLS and password where nothing is set', () => {
    expect(read({})).toMatchObject({ kafkaSecurity: { ssl: false }, registryAuth: null });
    expect(read({ HILO_KAFKA_TLS: '', HILO_KAFKA_SASL_MECHANISM: '' }).kafkaSecurity).toEqual({ ssl: false });
  });

  it("believes Node's authorities, or those of a file", () => {
    expect(read({ HILO_KAFKA_TLS: 'on' }).kafkaSecurity).toEqual({ ssl: {} });
    const own = read({ HILO_KAFKA_TLS: 'on', HILO_KAFKA_TLS_CA_FILE: join(folder, 'one.pem') });
    expect(own.kafkaSecurity).toEqual({ ssl: { ca: pem('one.pem') } });
  });

  it('shows a certificate of ours', () => {
    const files = {
      HILO_KAFKA_TLS_CERT_FILE: join(folder, 'one.pem'),
      HILO_KAFKA_TLS_KEY_FILE: join(folder, 'one.key'),
    };
    expect(read({ HILO_KAFKA_TLS: 'on', ...files }).kafkaSecurity).toEqual({
      ssl: { cert: pem('one.pem'), key: pem('one.key') },
    });
  });

  it('logs in', () => {
    const login = { HILO_KAFKA_SASL_USERNAME: 'u', HILO_KAFKA_SASL_PASSWORD: 'p' };
    expect(read({ ...login, HILO_KAFKA_SASL_MECHANISM: 'SCRAM-SHA-256' }).kafkaSecurity).toEqual({
      ssl: false,
      sasl: { mechanism: 'scram-sha-256', username: 'u', password: 'p' },
    });
  });

  it.each([
    [{ HILO_KAFKA_TLS: 'yes' }, 'HILO_KAFKA_TLS must be on or off'],
    [{ HILO_KAFKA_TLS_CA: 'x' }, 'HILO_KAFKA_TLS_CA is set, but HILO_KAFKA_TLS is off: set HILO_KAFKA_TLS=on'],
    [{ HILO_KAFKA_TLS: 'on', HILO_KAFKA_TLS_CA: 'x' }, 'HILO_KAFKA_TLS_CA must be a certificate as PEM'],
    [
      { HILO_KAFKA_TLS: 'on', HILO_KAFKA_TLS_CA_FILE: '/no' },
      "HILO_KAFKA_TLS_CA can't be read from the file that HILO_KAFKA_TLS_CA_FILE names",
    ],
    [{ HILO_KAFKA_TLS: 'on', HILO_KAFKA_TLS_CERT: 'x' }, 'HILO_KAFKA_TLS_KEY must be set where HILO_KAFKA_TLS_CERT is'],
    [{ HILO_KAFKA_TLS: 'on', HILO_KAFKA_TLS_KEY: 'x' }, 'HILO_KAFKA_TLS_CERT must be set where HILO_KAFKA_TLS_KEY is'],
    [
      { HILO_KAFKA_SASL_MECHANISM: 'gssapi' },
      'HILO_KAFKA_SASL_MECHANISM must be one of plain, scram-sha-256, scram-sha-512',
    ],
    [{ HILO_KAFKA_SASL_MECHANISM: 'plain' }, 'HILO_KAFKA_SASL_USERNAME must be set where HILO_KAFKA_SASL_MECHANISM is'],
    [{ HILO_KAFKA_SASL_MECHANISM: 'plain', HILO_KAFKA_SASL_USERNAME: 'u' }, 'HILO_KAFKA_SASL_PASSWORD must be set'],
    [{ HILO_KAFKA_SASL_PASSWORD: 'p' }, 'HILO_KAFKA_SASL_MECHANISM must be one of'],
    [{ HILO_REGISTRY_USERNAME: 'u' }, 'HILO_REGISTRY_PASSWORD must be set where HILO_REGISTRY_USERNAME is'],
    [{ HILO_REGISTRY_PASSWORD: 'p' }, 'HILO_REGISTRY_USERNAME must be set where HILO_REGISTRY_PASSWORD is'],
    [{ HILO_REGISTRY_URL: 'ftp://registry' }, 'HILO_REGISTRY_URL must begin with http:// or https://'],
  ])('is refused with the variable to mend: %j', (environment, message) => {
    expect(() => read(environment as Record<string, string>)).toThrow(message);
  });

  it('is refused where the key belongs to another certificate', () => {
    const other = {
      HILO_KAFKA_TLS_CERT_FILE: join(folder, 'one.pem'),
      HILO_KAFKA_TLS_KEY_FILE: join(folder, 'two.key'),
    };
    expect(() => read({ HILO_KAFKA_TLS: 'on', ...other })).toThrow(
      'HILO_KAFKA_TLS_KEY is not the key of the certificate in HILO_KAFKA_TLS_CERT',
    );
  });
});

describe('who we are to the registry and to ClickHouse', () => {
  const pair = (store: string) => ({
    [`${store}_URL`]: 'https://store',
    [`${store}_TLS_CERT_FILE`]: join(folder, 'one.pem'),
    [`${store}_TLS_KEY_FILE`]: join(folder, 'one.key'),
  });
  const login = (environment: Readonly<Record<string, string>>) =>
    readEnvironment({ login: clickHouseLogin('HILO_CLICKHOUSE_PASSWORD') }, environment).login;

  it('can be a certificate, in place of a password', () => {
    const shown = { cert: pem('one.pem'), key: pem('one.key') };
    expect(read(pair('HILO_REGISTRY')).registryAuth).toEqual(shown);
    expect(login({ ...pair('HILO_CLICKHOUSE'), HILO_CLICKHOUSE_PASSWORD: '' })).toEqual(shown);
    expect(login({ HILO_CLICKHOUSE_PASSWORD: 'load' })).toBe('load');
  });

  it.each([
    [{ HILO_REGISTRY_USERNAME: 'u' }, 'HILO_REGISTRY_USERNAME must not be set where HILO_REGISTRY_TLS_CERT is'],
    [{ HILO_REGISTRY_PASSWORD: 'p' }, 'HILO_REGISTRY_PASSWORD must not be set where HILO_REGISTRY_TLS_CERT is'],
    [
      { HILO_REGISTRY_URL: 'http://r' },
      'HILO_REGISTRY_URL must begin with https:// where HILO_REGISTRY_TLS_CERT is set',
    ],
    [{ HILO_REGISTRY_TLS_KEY: '' }, 'HILO_REGISTRY_TLS_KEY must be set where HILO_REGISTRY_TLS_CERT is'],
  ])('is refused with the variable to mend: %j', (environment, message) => {
    expect(() => read({ ...pair('HILO_REGISTRY'), ...environment })).toThrow(message);
  });

  it('is not both in ClickHouse, and needs HTTPS there', () => {
    const both = { ...pair('HILO_CLICKHOUSE'), HILO_CLICKHOUSE_PASSWORD: 'load' };
    expect(() => login(both)).toThrow('HILO_CLICKHOUSE_PASSWORD must not be set where HILO_CLICKHOUSE_TLS_CERT is');
    const plain = { ...pair('HILO_CLICKHOUSE'), HILO_CLICKHOUSE_URL: 'http://127.0.0.1:8123' };
    expect(() => login(plain)).toThrow('HILO_CLICKHOUSE_URL must begin with https://');
  });
});

describe('the URL of PostgreSQL', () => {
  const url = (text: string) => readEnvironment({ url: postgresUrl() }, { HILO_POSTGRES_URL: text }).url;

  it('says how the connection is kept private', () => {
    const text = `postgres://u:long-enough-for-it@db/hilo?sslmode=verify-full&sslrootcert=${join(folder, 'one.pem')}`;
    expect(url(text)).toBe(text);
  });

  it.each([
    ['http://db/hilo', 'HILO_POSTGRES_URL must begin with postgres:// or postgresql://'],
    ['postgres://db/hilo?sslmode=on', 'HILO_POSTGRES_URL has an sslmode that is none of disable, prefer'],
    ['postgres://db/hilo?sslrootcert=/no', "HILO_POSTGRES_URL names a file in sslrootcert that can't be read"],
  ])('is refused: %s', (text, message) => {
    expect(() => url(text)).toThrow(message);
  });
});
