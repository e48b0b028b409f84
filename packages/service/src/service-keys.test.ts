import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readEnvironment } from './environment.ts';
import { callersOf, isServiceCall } from './service-calls.ts';
import { callerKeys, serviceKey } from './service-keys.ts';
import { testKeysOf } from './testing/test-keys.ts';

type Variables = Readonly<Record<string, string>>;

const first = testKeysOf('console');
const second = testKeysOf('console');
const activation = testKeysOf('activation');
const rsa = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});

const publicKeys = (service: string, variables: Variables) =>
  readEnvironment({ keys: callerKeys(service) }, variables).keys.map(({ caller, id }) => ({ caller, id }));
const own = (variables: Variables) => readEnvironment({ key: serviceKey() }, variables).key;

describe('the key with which a service signs', () => {
  it('has the id of its public half', () => {
    expect(own({ HILO_SERVICE_KEY: first.privateKey }).id).toBe(first.callerKeys[0]?.id);
  });

  it.each([
    ['missing', {}, 'HILO_SERVICE_KEY must be set'],
    ['no key', { HILO_SERVICE_KEY: 'x' }, 'HILO_SERVICE_KEY must be a private Ed25519 key as PEM'],
    ['a public key', { HILO_SERVICE_KEY: first.publicKey }, 'HILO_SERVICE_KEY must be a private Ed25519 key'],
    ['of another kind', { HILO_SERVICE_KEY: rsa.privateKey }, 'HILO_SERVICE_KEY must be a private Ed25519 key'],
  ])('is refused where it is %s', (_what, variables: Variables, message) => {
    expect(() => own(variables)).toThrow(message);
    expect(() => own(variables)).toThrow(expect.objectContaining({ message: expect.not.stringContaining('BEGIN') }));
  });
});

describe('the public keys of callers', () => {
  it('are one or two for each service that calls, so that a key can be replaced', () => {
    const console = { HILO_CONSOLE_PUBLIC_KEY: first.publicKey };
    expect(publicKeys('history', { ...console, HILO_PROFILE_PUBLIC_KEY: activation.publicKey })).toEqual([
      { caller: 'console', id: first.key.id },
      { caller: 'profile', id: activation.key.id },
    ]);
    const both = { HILO_CONSOLE_PUBLIC_KEY: `${first.publicKey}\n${second.publicKey}` };
    expect(publicKeys('identity', both)).toEqual([
      { caller: 'console', id: first.key.id },
      { caller: 'console', id: second.key.id },
    ]);
    expect(publicKeys('console', {})).toEqual([]);
  });

  it.each([
    ['missing', '', 'HILO_CONSOLE_PUBLIC_KEY must be set: console calls this service'],
    ['no key', 'x', 'HILO_CONSOLE_PUBLIC_KEY must be one or two public Ed25519 keys as PEM'],
    ['a private key', first.privateKey, 'HILO_CONSOLE_PUBLIC_KEY must be one or two public'],
    ['beside a private key', first.publicKey + first.privateKey, 'HILO_CONSOLE_PUBLIC_KEY must be one or two public'],
    ['of another kind', rsa.publicKey, 'HILO_CONSOLE_PUBLIC_KEY must be one or two public Ed25519 keys'],
    ['damaged', first.publicKey.replace('MCow', 'MCox'), 'HILO_CONSOLE_PUBLIC_KEY must be one or two public'],
    [
      'three',
      first.publicKey + second.publicKey + activation.publicKey,
      'HILO_CONSOLE_PUBLIC_KEY must be one or two public',
    ],
  ])('are refused where they are %s', (_what, text, message) => {
    expect(() => publicKeys('identity', { HILO_CONSOLE_PUBLIC_KEY: text })).toThrow(message);
  });

  it('are refused where two services have the same', () => {
    const { publicKey } = first;
    const shared = { HILO_CONSOLE_PUBLIC_KEY: second.publicKey + publicKey, HILO_ACTIVATION_PUBLIC_KEY: publicKey };
    expect(() => publicKeys('segmentation', shared)).toThrow(
      'HILO_CONSOLE_PUBLIC_KEY has a key of another service: each has its own',
    );
  });

  it('are refused where another caller’s are missing', () => {
    expect(() => publicKeys('segmentation', { HILO_CONSOLE_PUBLIC_KEY: first.publicKey })).toThrow(
      'HILO_ACTIVATION_PUBLIC_KEY must be set: activation calls this service',
    );
  });
});

describe('who calls whom', () => {
  it('is a closed table', () => {
    const services = ['ingestion', 'identity', 'profile', 'segmentation', 'activation', 'history', 'console'];
    expect(Object.fromEntries(services.map((service) => [service, callersOf(service)]))).toEqual({
      ...{ ingestion: ['console'], identity: ['console'], profile: ['console'], activation: ['console'] },
      ...{ segmentation: ['console', 'activation'], history: ['console', 'profile'], console: [] },
    });
    expect(callersOf('constructor')).toEqual([]);
    expect(isServiceCall('profile', 'history', 'GET /v1/profiles/{profile_id}/events')).toBe(true);
    expect(isServiceCall('profile', 'history', 'POST /v1/queries')).toBe(false);
    expect(isServiceCall('profile', 'identity', 'GET /v1/profiles/{profile_id}')).toBe(false);
  });
});
