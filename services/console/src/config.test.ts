import { EnvironmentError } from '@hilo/service';
import { testKeysOf } from '@hilo/service/testing';
import { describe, expect, it } from 'vitest';
import { readConfig } from './config.ts';

const KEY = { HILO_SERVICE_KEY: testKeysOf('console').privateKey };

const zoneOf = (name: string | undefined) =>
  readConfig({
    ...KEY,
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
      ...KEY,
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
    expect(() => urlsOf({ HILO_IDENTITY_URL: 'identity' })).toThrow('HILO_IDENTITY_URL must be a URL');
  });
});

describe('the address of the tracking API', () => {
  const addressOf = (address: string | undefined) =>
    readConfig({
      ...KEY,
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

describe('what signing in needs', () => {
  const TOKEN = 'a-token-of-at-least-32-characters';
  const read = (variables: Readonly<Record<string, string>>) =>
    readConfig({ ...KEY, HILO_ADMIN_TOKEN: TOKEN, HILO_POSTGRES_URL: 'postgres://db/hilo', ...variables });

  it('has a level that nobody need set', () => {
    expect(read({})).toMatchObject({
      lifetimes: { idleMs: 30 * 60_000, absoluteMs: 12 * 3_600_000 },
      ...{ key: TOKEN, earlierKeys: [], firstPassword: '', requiresSecondFactor: false, auditDays: 400 },
    });
  });

  it('is set by the operator', () => {
    const key = 'k'.repeat(32);
    const set = {
      HILO_SESSION_IDLE_MINUTES: '15',
      HILO_SESSION_HOURS: '8',
      HILO_CONSOLE_KEY: key,
      HILO_SECOND_FACTOR: 'required',
    };
    expect(read({ ...set, HILO_CONSOLE_EARLIER_KEYS: 'old,older' })).toMatchObject({
      lifetimes: { idleMs: 15 * 60_000, absoluteMs: 8 * 3_600_000 },
      ...{ key, earlierKeys: ['old', 'older', TOKEN], requiresSecondFactor: true },
    });
  });

  it('needs a key of the console’s own where there is no admin token', () => {
    const key = 'k'.repeat(32);
    const noToken = { HILO_ADMIN_TOKEN: '', HILO_CONSOLE_KEY: key };
    expect(read(noToken)).toMatchObject({ adminToken: null, key, earlierKeys: [] });
    expect(() => read({ HILO_ADMIN_TOKEN: '' })).toThrow('HILO_CONSOLE_KEY must be set if HILO_ADMIN_TOKEN is not');
  });

  it.each([
    ['HILO_SESSION_IDLE_MINUTES', '0', /must be a whole number from 1 to 1440/],
    ['HILO_SESSION_HOURS', '721', /must be a whole number from 1 to 720/],
    ['HILO_SECOND_FACTOR', 'on', /must be one of required, optional/],
    ['HILO_AUDIT_DAYS', '29', /must be a whole number from 30 to 36500/],
    ['HILO_CONSOLE_KEY', 'short', /must have 32 characters or more/],
    ['HILO_CONSOLE_FIRST_PASSWORD', 'short', /must have 12 to 200 characters/],
    ['HILO_CONSOLE_FIRST_PASSWORD', 'password1234', /must be harder to guess\. This password is easy to guess/],
    ['HILO_CONSOLE_FIRST_PASSWORD', 'admin@hilo.local', /must be harder to guess/],
  ])('%s is not %s', (variable, value, words) => {
    expect(() => read({ [variable]: value })).toThrow(EnvironmentError);
    expect(() => read({ [variable]: value })).toThrow(words);
    expect(() => read({ [variable]: value })).toThrow(variable);
  });
});
