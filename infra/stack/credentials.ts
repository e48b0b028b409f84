import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CALLING_SERVICES, type CallingService, type KeyPair } from '@hilo/service';
import { postgresUrl } from '../embedded/postgres.ts';
import { registryUrl } from '../embedded/registry.ts';
import { operationsUrl, SERVICE_NAMES, type ServiceName, serviceUrl, storePorts } from './addresses.ts';

/** The key pair of a service that calls others, as PEM. */
export interface ServiceKeyPair {
  readonly privateKey: string;
  readonly publicKey: string;
}

/** Content of `credentials.json`: everything that a client of a running stack needs. */
export interface Credentials {
  /** Of the demo's source. */
  readonly writeKey: string;
  /** Bearer token of the admin APIs. */
  readonly adminToken: string;
  readonly clickhouse: {
    readonly url: string;
    /** The operator: can do everything. */
    readonly user: string;
    readonly password: string;
    /** The history service's. */
    readonly loaderUser: string;
    readonly loaderPassword: string;
    /** People's and BI tools'. */
    readonly readonlyUser: string;
    readonly readonlyPassword: string;
    /** What lets the reader in instead of the password; absent: the password does. */
    readonly readonlyCertificate?: KeyPair;
  };
  /** Of each service that calls others. */
  readonly serviceKeys: Readonly<Record<CallingService, ServiceKeyPair>>;
  /** Of the owner of all schemas. */
  readonly postgresUrl: string;
  /** Of each service's own user, which has rights to the service's schema alone. */
  readonly postgresUrls: Readonly<Record<ServiceName, string>>;
  readonly kafkaBrokers: readonly string[];
  /** Base of the Confluent API. */
  readonly registryUrl: string;
  readonly consoleUrl: string;
  readonly ingestionUrl: string;
  readonly identityUrl: string;
  readonly profileUrl: string;
  readonly segmentationUrl: string;
  readonly activationUrl: string;
  readonly historyUrl: string;
  /** Addresses of all instances of each service; the first is the one above. */
  readonly instances: Readonly<Record<ServiceName, readonly string[]>>;
  /** Addresses at which those instances serve health, metrics and their OpenAPI document. */
  readonly operations: Readonly<Record<ServiceName, readonly string[]>>;
}

/** Stores that run elsewhere, in the form of the credentials. */
export type StoreAddresses = Pick<Credentials, 'clickhouse' | 'postgresUrl' | 'kafkaBrokers' | 'registryUrl'>;

interface Secrets {
  readonly writeKey: string;
  readonly adminToken: string;
  readonly serviceKeys: Credentials['serviceKeys'];
  readonly postgresPassword: string;
  readonly servicePasswords: Readonly<Record<ServiceName, string>>;
  readonly clickhousePassword: string;
  readonly loaderPassword: string;
  readonly readonlyPassword: string;
}

const secret = (prefix: string) => `${prefix}${randomBytes(24).toString('base64url')}`;

/** The credentials in a data folder. Throws if there are none. */
export function readCredentials(data: string): Credentials {
  return JSON.parse(readFileSync(credentialsFile(data), 'utf8')) as Credentials;
}

/** The secrets of an earlier start, from its credentials; null if there are none, or no readable ones. */
function earlierSecrets(data: string): Secrets | null {
  if (!existsSync(credentialsFile(data))) return null;
  try {
    const earlier = readCredentials(data);
    return {
      writeKey: earlier.writeKey,
      adminToken: earlier.adminToken,
      serviceKeys: serviceKeys(earlier.serviceKeys),
      postgresPassword: passwordIn(earlier.postgresUrl),
      servicePasswords: servicePasswords(earlier.postgresUrls),
      clickhousePassword: earlier.clickhouse.password,
      // Absent in a folder of a release before there was this user.
      loaderPassword: (earlier.clickhouse as Partial<Credentials['clickhouse']>).loaderPassword ?? secret(''),
      readonlyPassword: earlier.clickhouse.readonlyPassword,
    };
  } catch {
    throw new Error(`${credentialsFile(data)} is damaged: restore it, or start afresh with --fresh`);
  }
}

/** A key pair of each service that calls others; those of an earlier start stay, if that had any. */
function serviceKeys(earlier: Partial<Credentials['serviceKeys']> = {}): Credentials['serviceKeys'] {
  const pairs = CALLING_SERVICES.map((service) => [service, earlier[service] ?? keyPair()]);
  return Object.fromEntries(pairs) as Credentials['serviceKeys'];
}

function keyPair(): ServiceKeyPair {
  return generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
}

const passwordIn = (url: string) => decodeURIComponent(new URL(url).password);

/** A password for the PostgreSQL user of each service; those of an earlier start stay, if that had any. */
function servicePasswords(earlier: Partial<Credentials['postgresUrls']> = {}): Secrets['servicePasswords'] {
  return ofServices((service) => {
    const url = earlier[service];
    return url === undefined ? secret('') : passwordIn(url);
  });
}

function ofServices<T>(valueOf: (service: ServiceName) => T): Readonly<Record<ServiceName, T>> {
  return Object.fromEntries(SERVICE_NAMES.map((service) => [service, valueOf(service)])) as Record<ServiceName, T>;
}

/**
 * The URL of a service's own user in the owner's database, named after the two: a server's databases share their users, so
 * that two stacks on one server need different names.
 */
function serviceUrlIn(ownerUrl: string, service: ServiceName, password: string): string {
  const url = new URL(ownerUrl);
  url.username = `${url.pathname.slice(1)}_${service}`;
  url.password = encodeURIComponent(password);
  return url.href;
}

/** Path of the credentials of a data folder. */
export function credentialsFile(data: string): string {
  return join(data, 'credentials.json');
}

/**
 * The credentials of a data folder: its secrets stay, the addresses follow the port base; `stores` replaces the
 * embedded ones. Writes them (mode 0600).
 */
export function writeCredentials(
  data: string,
  portBase: number,
  instanceCount: number,
  stores: StoreAddresses | null = null,
): Credentials {
  const file = credentialsFile(data);
  const secrets = earlierSecrets(data) ?? {
    writeKey: secret('wk_'),
    adminToken: secret('at_'),
    serviceKeys: serviceKeys(),
    postgresPassword: secret(''),
    servicePasswords: servicePasswords(),
    clickhousePassword: secret(''),
    loaderPassword: secret(''),
    readonlyPassword: secret(''),
  };
  const ports = storePorts(portBase);
  const urlsBy = (urlOf: typeof serviceUrl) =>
    ofServices((service) => Array.from({ length: instanceCount }, (_, instance) => urlOf(portBase, service, instance)));
  const ownerUrl = stores?.postgresUrl ?? postgresUrl({ port: ports.postgres, password: secrets.postgresPassword });
  const credentials: Credentials = {
    writeKey: secrets.writeKey,
    adminToken: secrets.adminToken,
    serviceKeys: secrets.serviceKeys,
    clickhouse: {
      url: `http://127.0.0.1:${ports.clickhouseHttp}`,
      user: 'hilo',
      password: secrets.clickhousePassword,
      loaderUser: 'loader',
      loaderPassword: secrets.loaderPassword,
      readonlyUser: 'reader',
      readonlyPassword: secrets.readonlyPassword,
    },
    postgresUrl: ownerUrl,
    postgresUrls: ofServices((service) => serviceUrlIn(ownerUrl, service, secrets.servicePasswords[service])),
    kafkaBrokers: [`127.0.0.1:${ports.kafka}`],
    registryUrl: registryUrl(ports.registry),
    consoleUrl: serviceUrl(portBase, 'console', 0),
    ingestionUrl: serviceUrl(portBase, 'ingestion', 0),
    identityUrl: serviceUrl(portBase, 'identity', 0),
    profileUrl: serviceUrl(portBase, 'profile', 0),
    segmentationUrl: serviceUrl(portBase, 'segmentation', 0),
    activationUrl: serviceUrl(portBase, 'activation', 0),
    historyUrl: serviceUrl(portBase, 'history', 0),
    instances: urlsBy(serviceUrl),
    operations: urlsBy(operationsUrl),
    ...stores,
  };
  writeFileSync(file, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600 });
  chmodSync(file, 0o600);
  return credentials;
}
