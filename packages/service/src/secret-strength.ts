import { EnvironmentError, type OtherVariable, type Setting } from './environment.ts';
import { readPrivateKey, readPublicKeys, type ServiceKey } from './key-text.ts';
import { PUBLIC_KEY_VARIABLES } from './service-calls.ts';
import { isLoopback } from './loopback.ts';

/** Fewest characters of a secret that others can try out. */
export const SECRET_CHARACTERS = { adminToken: 32, storePassword: 16 } as const;

/**
 * The secrets in infra/docker/secrets-for-trial, which everybody can read. They let people try Hilo on their own machine with
 * one command, and must guard nothing else.
 */
export const TRIAL_SECRETS: ReadonlySet<string> = new Set(['hilo-admin', 'hilo', 'loader', 'reader']);

/** The ids of the key pairs in the same folder, which everybody can sign with. */
export const TRIAL_KEYS: ReadonlySet<string> = new Set([
  'sJjMU1RDr_xHaANdlgl2Joe5In8nOjRcO24Qctgbe3I',
  'JCKmsjwUnsq2WUjeRvpgdtI-4hPgRX0Kla26jlzmJCg',
  'xfVehIlA747d6aoAskhIjqR04W0eaPjYlesFWZU_4SM',
]);

const ADMIN_TOKEN = 'HILO_ADMIN_TOKEN';
const POSTGRES_URL = 'HILO_POSTGRES_URL';
/** The private key with which a service signs its calls to others. */
export const SERVICE_KEY = 'HILO_SERVICE_KEY';
/** Addresses under which people and producers reach Hilo, whoever listens there. */
const PUBLIC_URLS = ['HILO_CONSOLE_URL', 'HILO_TRACKING_URL'];

/** The bearer token with which operators call a service; null: the service accepts none. */
export function adminToken(): Setting<string | null> {
  return {
    variable: ADMIN_TOKEN,
    fallback: '',
    read: (token, other) => {
      if (token === '') return null;
      if (!isOnlyHere(other)) refuseWeak(ADMIN_TOKEN, token, SECRET_CHARACTERS.adminToken);
      return token;
    },
  };
}

/** The password of a user of an HTTP store whose URL another variable holds; empty if it is not set. */
export function storePassword(variable: string, urlVariable: string): Setting<string> {
  return {
    variable,
    fallback: '',
    read: (password, other) => {
      const url = other(urlVariable);
      const host = URL.canParse(url) ? new URL(url).hostname : '';
      checkStorePassword(variable, password, [host], other);
      return password;
    },
  };
}

/**
 * Refuses a password that is known to everybody where others reach the service or the store, and one that is too short for a
 * store that is not on this machine. Throws `EnvironmentError` that names the variable. An empty host is this machine's.
 */
export function checkStorePassword(
  variable: string,
  password: string,
  hosts: readonly string[],
  other: OtherVariable,
): void {
  const isHere = hosts.every((host) => host === '' || isLoopback(host));
  if (isOnlyHere(other)) {
    // The stores of docker-compose.yml are published on the same machine as the services.
    if (!isHere && other('HILO_PUBLISHED_ON') === '') refuseWeak(variable, password, SECRET_CHARACTERS.storePassword);
    return;
  }
  refuseWeak(variable, password, isHere ? 0 : SECRET_CHARACTERS.storePassword);
}

/** Refuses a key pair that everybody can sign with, unless only this machine reaches the service. Throws as above. */
export function refuseTrialKey(variable: string, { id }: ServiceKey, other: OtherVariable): void {
  if (TRIAL_KEYS.has(id) && !isOnlyHere(other)) refuseKnown(variable);
}

/** Those of the variables of secrets that hold one of the repository's. */
export function trialSecretsIn(other: OtherVariable): readonly string[] {
  const password = (url: string) => (URL.canParse(url) ? decodeURIComponent(new URL(url).password) : '');
  const secrets = ['HILO_CLICKHOUSE_PASSWORD', 'HILO_CLICKHOUSE_READONLY_PASSWORD', ADMIN_TOKEN];
  return [
    ...secrets.filter((variable) => TRIAL_SECRETS.has(other(variable))),
    ...(TRIAL_SECRETS.has(password(other(POSTGRES_URL))) ? [POSTGRES_URL] : []),
    ...[SERVICE_KEY, ...Object.values(PUBLIC_KEY_VARIABLES)].filter((variable) =>
      keyIdsIn(other(variable)).some((id) => TRIAL_KEYS.has(id)),
    ),
  ];
}

/** The ids of the keys in a text, if there are any. */
function keyIdsIn(text: string): readonly string[] {
  try {
    return text.includes('PRIVATE') ? [readPrivateKey(text).id] : readPublicKeys(text).map(({ id }) => id);
  } catch {
    return [];
  }
}

/**
 * Whether only this machine reaches the service, as far as its environment shows: `HILO_PUBLISHED_ON` is where a container's
 * port is published, which the container cannot see.
 */
function isOnlyHere(other: OtherVariable): boolean {
  const listens = other('HILO_PUBLISHED_ON') || other('HILO_HOST') || '127.0.0.1';
  const named = PUBLIC_URLS.map(other).filter((url) => URL.canParse(url));
  return isLoopback(listens) && named.every((url) => isLoopback(new URL(url).hostname));
}

const MAKE = 'infra/docker/make-secrets.sh makes secrets of your own';

function refuseWeak(variable: string, secret: string, characters: number): void {
  if (TRIAL_SECRETS.has(secret)) refuseKnown(variable);
  if (secret.length < characters)
    throw new EnvironmentError(
      `${variable} must have ${variable.endsWith('_URL') ? 'a password of ' : ''}at least ${characters} characters where others can try it: ${MAKE}`,
    );
}

function refuseKnown(variable: string): never {
  throw new EnvironmentError(
    `${variable} has a secret for trying Hilo out on one machine, which everybody knows: ${MAKE}`,
  );
}
