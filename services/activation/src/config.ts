import {
  commonSettings,
  integer,
  isTlsRequired,
  postgresUrl,
  readEnvironment,
  serviceKey,
  type Setting,
  stageSettings,
  urls,
} from '@hilo/service';
import { type AllowedNetwork, readAllowedNetworks } from './destinations/webhook/address.ts';

/** Hosts and networks that destinations may lead to although they are not public; none by default. */
const allowedNetworks: Setting<readonly AllowedNetwork[]> = {
  variable: 'HILO_ACTIVATION_ALLOWED_NETWORKS',
  fallback: '',
  read: readAllowedNetworks,
};

/** Whether webhooks reach public addresses by HTTPS alone. */
const requiresTls: Setting<boolean> = {
  variable: 'HILO_TLS',
  fallback: '',
  read: (_value, other) => isTlsRequired(other),
};

/** Reads the service's configuration; throws `EnvironmentError` that names the faulty variable. */
export function readConfig(environment: Readonly<Record<string, string | undefined>> = process.env) {
  return readEnvironment(
    {
      ...commonSettings('activation', 4005),
      serviceKey: serviceKey(),
      ...stageSettings(),
      postgresUrl: postgresUrl(),
      /** Segmentation's instances, which say which segments a destination can name. */
      segmentationUrls: urls('HILO_SEGMENTATION_URL', 'http://127.0.0.1:4004'),
      allowedNetworks,
      requiresTls,
      /** Longest time of one attempt. */
      timeoutMs: integer('HILO_ACTIVATION_TIMEOUT_MS', 10_000, 100, 60_000),
      /** Attempts under way to one destination, from each instance. */
      concurrency: integer('HILO_ACTIVATION_CONCURRENCY', 64, 1, 512),
    },
    environment,
  );
}
