import { createPublicKey } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { SERVICE_NAMES } from './addresses.ts';
import { credentialsFile, readCredentials, writeCredentials } from './credentials.ts';

const data = mkdtempSync(join(tmpdir(), 'hilo-credentials-'));
afterAll(() => rmSync(data, { recursive: true, force: true }));

/** As the release before each service had a user of its own wrote it. */
const EARLIER = {
  writeKey: 'wk_earlier',
  adminToken: 'at_earlier',
  clickhouse: {
    ...{ url: 'http://127.0.0.1:4123', user: 'hilo', password: 'operators' },
    ...{ readonlyUser: 'reader', readonlyPassword: 'readers' },
  },
  postgresUrl: 'postgres://hilo:owners@127.0.0.1:4432/hilo',
};

it('a data folder of an earlier release keeps its secrets, and gets those that it lacks, once', () => {
  writeFileSync(credentialsFile(data), JSON.stringify(EARLIER));
  const taken = writeCredentials(data, 4000, 1);
  expect(taken).toMatchObject({
    ...{ writeKey: 'wk_earlier', adminToken: 'at_earlier', postgresUrl: EARLIER.postgresUrl },
    clickhouse: { password: 'operators', readonlyPassword: 'readers', loaderUser: 'loader' },
  });
  expect(taken.clickhouse.loaderPassword).toHaveLength(32);
  const passwords = SERVICE_NAMES.map((service) => {
    const { username, password, host, pathname } = new URL(taken.postgresUrls[service]);
    expect([username, host, pathname]).toEqual([`hilo_${service}`, '127.0.0.1:4432', '/hilo']);
    expect(password).toHaveLength(32);
    return password;
  });
  expect(new Set([...passwords, 'owners', taken.clickhouse.loaderPassword]).size).toBe(SERVICE_NAMES.length + 2);
  const keys = Object.values(taken.serviceKeys);
  expect(Object.keys(taken.serviceKeys).sort()).toEqual(['activation', 'console', 'profile']);
  for (const { privateKey, publicKey } of keys)
    expect(createPublicKey(privateKey).export({ type: 'spki', format: 'pem' })).toBe(publicKey);
  expect(new Set(keys.map(({ privateKey }) => privateKey)).size).toBe(keys.length);
  expect(writeCredentials(data, 4000, 1)).toEqual(taken);
  expect(readCredentials(data)).toEqual(taken);
  expect(statSync(credentialsFile(data)).mode & 0o777).toBe(0o600);
});

it('users of a database elsewhere are named after it, and reached as its owner is', () => {
  const url = 'postgres://owner:secret@db:5432/test_1?sslmode=verify-full';
  const { clickhouse, kafkaBrokers, registryUrl } = readCredentials(data);
  const { postgresUrls } = writeCredentials(data, 4000, 1, {
    ...{ clickhouse, kafkaBrokers, registryUrl },
    postgresUrl: url,
  });
  expect(postgresUrls.profile).toMatch(/^postgres:\/\/test_1_profile:[\w-]{32}@db:5432\/test_1\?sslmode=verify-full$/);
});

it('damaged credentials are refused, because their stores would be lost', () => {
  writeFileSync(credentialsFile(data), readFileSync(credentialsFile(data), 'utf8').slice(0, 100));
  expect(() => writeCredentials(data, 4000, 1)).toThrow('is damaged: restore it, or start afresh with --fresh');
});
