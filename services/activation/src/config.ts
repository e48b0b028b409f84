import { commonSettings, integer, list, oneOf, postgresUrl, readEnvironment, stageSettings } from '@hilo/service';

/** Reads the service's configuration; throws `EnvironmentError` naming the variable at fault. */
export function readConfig(environment: Readonly<Record<string, string | undefined>> = process.env) {
  return readEnvironment(
    {
      ...commonSettings(4005),
      ...stageSettings(),
      postgres_url: postgresUrl(),
      /** Segmentation's instances, which say which segments a destination may name. */
      segmentation_urls: list('HILO_SEGMENTATION_URL', 'http://127.0.0.1:4004'),
      /** Whether destinations may be at loopback, private and link-local addresses. In production: deny. */
      private_addresses: oneOf('HILO_ACTIVATION_PRIVATE_ADDRESSES', ['allow', 'deny'], 'allow'),
      /** From the start of a request to the end of its answer. */
      timeout_ms: integer('HILO_ACTIVATION_TIMEOUT_MS', 10_000, 100, 60_000),
      /** Requests under way to one destination, from each instance. */
      concurrency: integer('HILO_ACTIVATION_CONCURRENCY', 64, 1, 512),
    },
    environment,
  );
}
