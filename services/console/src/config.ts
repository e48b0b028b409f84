import {
  commonSettings,
  EnvironmentError,
  integer,
  list,
  oneOf,
  operationsUrl,
  postgresUrl,
  readEnvironment,
  serviceKey,
  type Setting,
  timeZoneName,
  trustedProxies,
  url,
  urls,
} from '@hilo/service';
import { readOpenid, readSmtp } from './config-sign-in.ts';
import { passwordFault } from './domain/password-strength.ts';
import { FIRST_ADMIN, PASSWORD_CHARACTERS, passwordOf } from './domain/person.ts';

const CONSOLE_KEY = 'HILO_CONSOLE_KEY';
const KEY_CHARACTERS = 32;

/** Reads the console's configuration; throws `EnvironmentError` that names the faulty variable. */
export function readConfig(environment: Readonly<Record<string, string | undefined>> = process.env) {
  const {
    ingestion,
    identity,
    profile,
    segmentation,
    activation,
    history,
    idleMinutes,
    sessionHours,
    secondFactor,
    key,
    earlierKeys,
    ...settings
  } = readEnvironment(
    {
      ...commonSettings('console', 4000),
      serviceKey: serviceKey(),
      postgresUrl: postgresUrl(),
      /** The workspace's time zone, the same as segmentation's: pages use its days. */
      time_zone: timeZoneName('HILO_TIME_ZONE', 'UTC'),
      tracking_url: addressOrNone('HILO_TRACKING_URL'),
      firstPassword: password('HILO_CONSOLE_FIRST_PASSWORD'),
      /** What the console seals and derives other secrets with; empty: the admin token is. */
      key: keyOrNone(CONSOLE_KEY),
      /** Keys and admin tokens that sealed the secrets of authenticator apps before. */
      earlierKeys: list('HILO_CONSOLE_EARLIER_KEYS', 'none'),
      secondFactor: oneOf('HILO_SECOND_FACTOR', ['required', 'optional'], 'optional'),
      /** Days that an entry of the audit log stays. */
      auditDays: integer('HILO_AUDIT_DAYS', 400, 30, 36_500),
      idleMinutes: integer('HILO_SESSION_IDLE_MINUTES', 30, 1, 1440),
      sessionHours: integer('HILO_SESSION_HOURS', 12, 1, 720),
      trustedProxies: trustedProxies(),
      ingestion: urls('HILO_INGESTION_URL', 'http://127.0.0.1:4001'),
      identity: urls('HILO_IDENTITY_URL', 'http://127.0.0.1:4002'),
      profile: urls('HILO_PROFILE_URL', 'http://127.0.0.1:4003'),
      segmentation: urls('HILO_SEGMENTATION_URL', 'http://127.0.0.1:4004'),
      activation: urls('HILO_ACTIVATION_URL', 'http://127.0.0.1:4005'),
      history: urls('HILO_HISTORY_URL', 'http://127.0.0.1:4006'),
    },
    environment,
  );
  const { consoleUrl } = readEnvironment(
    { consoleUrl: url('HILO_CONSOLE_URL', `http://127.0.0.1:${settings.port}`) },
    environment,
  );
  const services = { ingestion, identity, profile, segmentation, activation, history };
  return {
    ...settings,
    consoleUrl,
    /** Where each of those instances serves its health and metrics. */
    operationsUrls: operationsUrlsOf(services, environment),
    openid: readOpenid(environment),
    smtp: readSmtp(environment),
    requiresSecondFactor: secondFactor === 'required',
    ...keysOf(key, settings.adminToken, earlierKeys),
    lifetimes: { idleMs: idleMinutes * 60_000, absoluteMs: sessionHours * 3_600_000 },
    /** Addresses of the instances of each service, in the order in which an event passes them. */
    services,
  };
}

/** The console's key, and what was one before. What the admin token sealed opens as long as there is the token. */
function keysOf(own: string, adminToken: string | null, earlier: readonly string[]) {
  const key = own === '' ? adminToken : own;
  if (key === null) throw new EnvironmentError(`${CONSOLE_KEY} must be set if HILO_ADMIN_TOKEN is not`);
  const token = adminToken === null || adminToken === key ? [] : [adminToken];
  return { key, earlierKeys: [...earlier.filter((each) => each !== 'none'), ...token] };
}

/** Addresses of the operations ports of instances: as `HILO_<SERVICE>_OPERATIONS_URL` says, else the usual ones. */
function operationsUrlsOf(
  services: Readonly<Record<string, readonly string[]>>,
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, readonly string[]>> {
  const settings = Object.fromEntries(
    Object.entries(services).map(([service, bases]) => {
      const given = urls(`HILO_${service.toUpperCase()}_OPERATIONS_URL`);
      const usual = () => bases.map(operationsUrl);
      const read: Setting<readonly string[]>['read'] = (value, other) =>
        value === '' ? usual() : given.read(value, other);
      return [service, { ...given, fallback: '', read }];
    }),
  );
  return readEnvironment(settings, environment);
}

/** An address under which others reach something; null where nobody has said it. */
function addressOrNone(variable: string): Setting<string | null> {
  const address = url(variable);
  return { variable, fallback: '', read: (value, other) => (value === '' ? null : address.read(value, other)) };
}

/** A password; empty if it is not set, so that the console generates one. */
function password(variable: string): Setting<string> {
  const { minimum, maximum } = PASSWORD_CHARACTERS;
  return {
    variable,
    fallback: '',
    read: (value) => {
      if (value === '') return value;
      if (passwordOf(value) === undefined) throw new Error(`must have ${minimum} to ${maximum} characters`);
      const fault = passwordFault(value, FIRST_ADMIN);
      if (fault !== null) throw new Error(`must be harder to guess. ${fault}`);
      return value;
    },
  };
}

/** A key that nobody guesses; empty if there is none of its own. */
function keyOrNone(variable: string): Setting<string> {
  return {
    variable,
    fallback: '',
    read: (value) => {
      if (value === '' || value.length >= KEY_CHARACTERS) return value;
      throw new Error(`must have ${KEY_CHARACTERS} characters or more, such as \`openssl rand -base64 32\` prints`);
    },
  };
}
