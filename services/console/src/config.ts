import { commonSettings, list, postgresUrl, readEnvironment, type Setting, timeZoneName, url } from '@hilo/service';
import { PASSWORD_CHARACTERS, passwordOf } from './domain/person.ts';

/** Reads the console's configuration; throws `EnvironmentError` that names the faulty variable. */
export function readConfig(environment: Readonly<Record<string, string | undefined>> = process.env) {
  const { ingestion, identity, profile, segmentation, activation, history, trustedProxies, ...settings } =
    readEnvironment(
      {
        ...commonSettings(4000),
        postgresUrl: postgresUrl(),
        /** The workspace's time zone, the same as segmentation's: pages use its days. */
        time_zone: timeZoneName('HILO_TIME_ZONE', 'UTC'),
        tracking_url: addressOrNone('HILO_TRACKING_URL'),
        firstPassword: password('HILO_CONSOLE_FIRST_PASSWORD'),
        /** Proxies whose `X-Forwarded-For` is trusted, addresses or networks; `none` trusts nobody's. */
        trustedProxies: list('HILO_TRUSTED_PROXIES', 'none'),
        ingestion: list('HILO_INGESTION_URL', 'http://127.0.0.1:4001'),
        identity: list('HILO_IDENTITY_URL', 'http://127.0.0.1:4002'),
        profile: list('HILO_PROFILE_URL', 'http://127.0.0.1:4003'),
        segmentation: list('HILO_SEGMENTATION_URL', 'http://127.0.0.1:4004'),
        activation: list('HILO_ACTIVATION_URL', 'http://127.0.0.1:4005'),
        history: list('HILO_HISTORY_URL', 'http://127.0.0.1:4006'),
      },
      environment,
    );
  const { consoleUrl } = readEnvironment(
    { consoleUrl: url('HILO_CONSOLE_URL', `http://127.0.0.1:${settings.port}`) },
    environment,
  );
  return {
    ...settings,
    consoleUrl,
    trustedProxies: trustedProxies.filter((proxy) => proxy !== 'none'),
    /** Addresses of the instances of each service, in the order in which an event passes them. */
    services: { ingestion, identity, profile, segmentation, activation, history },
  };
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
      if (value === '' || passwordOf(value) !== undefined) return value;
      throw new Error(`must have ${minimum} to ${maximum} characters`);
    },
  };
}
