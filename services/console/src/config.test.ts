import { EnvironmentError } from '@hilo/service';
import { describe, expect, it } from 'vitest';
import { readConfig } from './config.ts';

const zoneOf = (name: string | undefined) =>
  readConfig({
    HILO_ADMIN_TOKEN: 'a-token-of-at-least-32-characters',
    HILO_POSTGRES_URL: 'postgres://db/hilo',
    ...(name === undefined ? {} : { HILO_TIME_ZONE: name }),
  }).time_zone;

describe('the workspace’s zone', () => {
  it.each([
    [undefined, 'UTC'],
    ['UTC', 'UTC'],
    ['Europe/Madrid', 'Europe/Madrid'],
    ['europe/madrid', 'Europe/Madrid'],
    ['Asia/Kolkata', 'Asia/Kolkata'],
    ['America/Argentina/Buenos_Aires', 'America/Argentina/Buenos_Aires'],
    ['Etc/GMT+5', 'Etc/GMT+5'],
  ])('%s is %s', (name, zone) => {
    expect(zoneOf(name)).toBe(zone);
  });

  it.each(['Madrid', 'Europe/Madrit', '+02:00', '+05:30', 'GMT+2', 'Europe / Madrid', "UTC'", 'now', ''])(
    'is not %j',
    (name) => {
      expect(() => zoneOf(name)).toThrow(EnvironmentError);
      expect(() => zoneOf(name)).toThrow(/HILO_TIME_ZONE must be the IANA name/);
    },
  );
});

describe('where instances serve their metrics', () => {
  const urlsOf = (environment: Readonly<Record<string, string>>) =>
    readConfig({
      HILO_ADMIN_TOKEN: 'a-token-of-at-least-32-characters',
      HILO_POSTGRES_URL: 'postgres://db/hilo',
      ...environment,
    }).operationsUrls;

  it('is the usual port of each, unless the environment names another', () => {
    expect(urlsOf({}).ingestion).toEqual(['http://127.0.0.1:4201']);
    const environment = {
      HILO_PROFILE_URL: 'http://profile:4003,http://other:80',
      HILO_HISTORY_OPERATIONS_URL: 'http://history:9000, http://history-2:9000',
    };
    expect(urlsOf(environment)).toMatchObject({
      profile: ['http://profile:4203', 'http://other:280'],
      history: ['http://history:9000', 'http://history-2:9000'],
    });
    expect(() => urlsOf({ HILO_IDENTITY_URL: 'identity' })).toThrow('HILO_IDENTITY_URL must be a comma-separated list');
  });
});

describe('the address of the tracking API', () => {
  const addressOf = (address: string | undefined) =>
    readConfig({
      HILO_ADMIN_TOKEN: 'a-token-of-at-least-32-characters',
      HILO_POSTGRES_URL: 'postgres://db/hilo',
      ...(address === undefined ? {} : { HILO_TRACKING_URL: address }),
    }).tracking_url;

  it('is what the operator says, and not known where nobody says it', () => {
    expect(addressOf('https://events.example.com/')).toBe('https://events.example.com');
    expect(addressOf(undefined)).toBeNull();
    expect(addressOf('')).toBeNull();
    expect(() => addressOf('events.example.com')).toThrow(EnvironmentError);
  });
});
