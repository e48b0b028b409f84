import { accessSync, constants } from 'node:fs';
import { Agent } from 'node:https';
import { EnvironmentError, isTlsRequired, type OtherVariable, type Setting } from './environment.ts';
import { isLoopback } from './loopback.ts';
import { certificateOf, type KeyPair, keyPair } from './pem.ts';
import { checkStorePassword, storePassword } from './secret-strength.ts';

interface Login<Mechanism extends string> {
  readonly mechanism: Mechanism;
  readonly username: string;
  readonly password: string;
}

/** How connections to Kafka are secured, and Hilo's credentials, in kafkajs' format. */
export interface KafkaSecurity {
  /** Off, or TLS: with the trusted authorities (by default Node's) and a client certificate, as PEM. */
  readonly ssl: false | { readonly ca?: string; readonly cert?: string; readonly key?: string };
  /** Absent: no login. */
  readonly sasl?: Login<'plain'> | Login<'scram-sha-256'> | Login<'scram-sha-512'>;
}

/** Credentials at the schema registry: for HTTP Basic, or a client certificate; null: none. */
export type RegistryAuth = { readonly username: string; readonly password: string } | KeyPair | null;

const TLS = 'HILO_KAFKA_TLS';
const CA = 'HILO_KAFKA_TLS_CA';
const CERT = 'HILO_KAFKA_TLS_CERT';
const KEY = 'HILO_KAFKA_TLS_KEY';
const MECHANISM = 'HILO_KAFKA_SASL_MECHANISM';
const USERNAME = 'HILO_KAFKA_SASL_USERNAME';
const PASSWORD = 'HILO_KAFKA_SASL_PASSWORD';
const REGISTRY_TLS = { url: 'HILO_REGISTRY_URL', cert: 'HILO_REGISTRY_TLS_CERT', key: 'HILO_REGISTRY_TLS_KEY' };
const CLICKHOUSE_TLS = { url: 'HILO_CLICKHOUSE_URL', cert: 'HILO_CLICKHOUSE_TLS_CERT', key: 'HILO_CLICKHOUSE_TLS_KEY' };
const MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;

/** TLS and SASL of Kafka, from `HILO_KAFKA_TLS…` and `HILO_KAFKA_SASL_…` (docs/operating.md). */
export function kafkaSecurity(): Setting<KafkaSecurity> {
  return {
    variable: TLS,
    fallback: 'off',
    read: (value, other) => {
      if (value !== 'on' && value !== 'off' && value !== '') throw new Error('must be on or off');
      const sasl = saslOf(other);
      return { ssl: sslOf(value === 'on', other), ...(sasl === null ? {} : { sasl }) };
    },
  };
}

/**
 * Who we are to the schema registry: by a client certificate, from `HILO_REGISTRY_TLS_CERT` and `HILO_REGISTRY_TLS_KEY`, or by
 * `HILO_REGISTRY_USERNAME` and `HILO_REGISTRY_PASSWORD`.
 */
export function registryAuth(): Setting<RegistryAuth> {
  const variable = 'HILO_REGISTRY_USERNAME';
  return {
    variable,
    fallback: '',
    read: (username, other) => {
      const password = other('HILO_REGISTRY_PASSWORD');
      const certificate = clientCertificate(REGISTRY_TLS, other);
      if (certificate !== null) {
        if (username !== '') throw new Error('must not be set where HILO_REGISTRY_TLS_CERT is');
        if (password !== '') fault('HILO_REGISTRY_PASSWORD', 'must not be set where HILO_REGISTRY_TLS_CERT is');
        return certificate;
      }
      if (username === '' && password === '') return null;
      if (username === '') throw new Error('must be set where HILO_REGISTRY_PASSWORD is');
      if (password === '') fault('HILO_REGISTRY_PASSWORD', `must be set where ${variable} is, best by a file`);
      checkStorePassword('HILO_REGISTRY_PASSWORD', password, [hostOf(other('HILO_REGISTRY_URL'))], other);
      return { username, password };
    },
  };
}

/** What lets a user of ClickHouse in: a password, empty if there is none, or a client certificate. */
export type ClickHouseLogin = string | KeyPair;

/**
 * The login of a user of ClickHouse: the password that `variable` holds, or the client certificate of `HILO_CLICKHOUSE_TLS_CERT`
 * and `HILO_CLICKHOUSE_TLS_KEY`, which all users have in common.
 */
export function clickHouseLogin(variable: string): Setting<ClickHouseLogin> {
  const password = storePassword(variable, 'HILO_CLICKHOUSE_URL');
  return {
    ...password,
    read: (value, other) => {
      const certificate = clientCertificate(CLICKHOUSE_TLS, other);
      if (certificate === null) return password.read(value, other);
      if (value !== '') throw new Error('must not be set where HILO_CLICKHOUSE_TLS_CERT is');
      return certificate;
    },
  };
}

/** The client certificate for a store with an HTTP API; null: none. Throws `EnvironmentError` that names the variable. */
function clientCertificate({ url, cert, key }: typeof REGISTRY_TLS, other: OtherVariable): KeyPair | null {
  const pair = keyPair(cert, key, other);
  if (pair !== null && !other(url).startsWith('https://')) fault(url, `must begin with https:// where ${cert} is set`);
  return pair;
}

/**
 * How a user of ClickHouse shows its login: options for `createClient` of @clickhouse/client. `connections`: at most this many at
 * once.
 */
export function clickHouseCredentials(user: string, login: ClickHouseLogin, connections: number) {
  if (typeof login === 'string') return { username: user, password: login };
  // An agent of ours, because the client's own settings of TLS would replace the authorities of NODE_EXTRA_CA_CERTS.
  return {
    http_agent: new Agent({ ...login, keepAlive: true, maxSockets: connections }),
    set_basic_auth_header: false,
    http_headers: { 'X-ClickHouse-User': user, 'X-ClickHouse-SSL-Certificate-Auth': 'on' },
  };
}

const SSL_MODES = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'];
const SSL_FILES = ['sslrootcert', 'sslcert', 'sslkey'];

/** The URL of PostgreSQL; `sslmode` and `sslrootcert` say how the connection is secured. */
export function postgresUrl(variable = 'HILO_POSTGRES_URL'): Setting<string> {
  return {
    variable,
    fallback: null,
    read: (value, other) => {
      if (!URL.canParse(value)) throw new Error('must be a URL');
      const { protocol, hostname, password, searchParams } = new URL(value);
      if (protocol !== 'postgres:' && protocol !== 'postgresql:')
        throw new Error('must begin with postgres:// or postgresql://');
      const mode = searchParams.get('sslmode');
      if (mode !== null && !SSL_MODES.includes(mode))
        throw new Error(`has an sslmode that is none of ${SSL_MODES.join(', ')}`);
      if (isTlsRequired(other) && mode !== 'verify-full' && !isLoopback(hostname))
        throw new Error('must have sslmode=verify-full where HILO_TLS is required');
      for (const name of SSL_FILES) {
        const file = searchParams.get(name);
        if (file !== null && !canRead(file)) throw new Error(`names a file in ${name} that can't be read`);
      }
      // Without a password, a client certificate or the network's own means let Hilo in.
      if (password !== '') checkStorePassword(variable, decodeURIComponent(password), [hostname], other);
      return value.replace(/\/$/, '');
    },
  };
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : '';
}

function sslOf(isOn: boolean, other: OtherVariable): KafkaSecurity['ssl'] {
  if (!isOn) {
    const set = [CA, CERT, KEY].find((variable) => other(variable) !== '');
    if (set !== undefined) fault(set, 'is set, but HILO_KAFKA_TLS is off: set HILO_KAFKA_TLS=on');
    if (isTlsRequired(other)) fault(TLS, 'must be on where HILO_TLS is required');
    return false;
  }
  const ca = other(CA);
  if (ca !== '') certificateOf(CA, ca);
  return { ...(ca === '' ? {} : { ca }), ...keyPair(CERT, KEY, other) };
}

function saslOf(other: OtherVariable): KafkaSecurity['sasl'] | null {
  const [name, username, password] = [other(MECHANISM).toLowerCase(), other(USERNAME), other(PASSWORD)];
  if (name === '') {
    const set = [USERNAME, PASSWORD].find((variable) => other(variable) !== '');
    if (set !== undefined) fault(MECHANISM, `must be one of ${MECHANISMS.join(', ')} if ${set} is set`);
    return null;
  }
  const mechanism = MECHANISMS.find((one) => one === name);
  if (mechanism === undefined) fault(MECHANISM, `must be one of ${MECHANISMS.join(', ')}`);
  if (username === '') fault(USERNAME, `must be set where ${MECHANISM} is`);
  if (password === '')
    fault(PASSWORD, `must be set where ${MECHANISM} is, best by the file that ${PASSWORD}_FILE names`);
  const brokers = other('HILO_KAFKA_BROKERS').split(',');
  checkStorePassword(
    PASSWORD,
    password,
    brokers.map((broker) => broker.trim().replace(/:\d+$/, '')),
    other,
  );
  return { mechanism, username, password };
}

function canRead(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

function fault(variable: string, reason: string): never {
  throw new EnvironmentError(`${variable} ${reason}`);
}
