import {
  commonSettings,
  identifiersInUrls,
  integer,
  postgresUrl,
  readEnvironment,
  stageSettings,
  trustedProxies,
} from '@hilo/service';
import { LIMIT_BOUNDS } from './domain/source.ts';

/** Reads the environment; the only place of the service that does. Throws `EnvironmentError`. */
export function readConfig(environment?: Readonly<Record<string, string | undefined>>) {
  return readEnvironment(
    {
      ...commonSettings('ingestion', 4001),
      ...stageSettings(),
      postgresUrl: postgresUrl(),
      trustedProxies: trustedProxies(),
      identifiersInUrls: identifiersInUrls(),
      /** Largest body of a request, before a source's own limit. */
      bodyBytes: integer('HILO_MAX_BODY_BYTES', LIMIT_BOUNDS.max_batch_bytes, 1024, 64 * 1024 * 1024),
      /** Longest time a client has to send a request. */
      requestTimeoutMs: integer('HILO_REQUEST_TIMEOUT_MS', 20_000, 100, 600_000),
      /** Longest time a request waits for Kafka. */
      logDeadlineMs: integer('HILO_LOG_DEADLINE_MS', 15_000, 100, 600_000),
      /** Events and bytes that may wait for Kafka; beyond, requests get 429. */
      waitingEvents: integer('HILO_WAITING_EVENTS', 20_000, 1),
      waitingBytes: integer('HILO_WAITING_BYTES', 32 * 1024 * 1024, 1024),
    },
    environment,
  );
}
