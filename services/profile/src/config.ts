import {
  commonSettings,
  identifiersInUrls,
  postgresUrl,
  readEnvironment,
  serviceKey,
  stageSettings,
  urls,
} from '@hilo/service';

/** Reads the service's configuration; throws `EnvironmentError` that names the faulty variable. */
export function readConfig(environment: Readonly<Record<string, string | undefined>> = process.env) {
  return readEnvironment(
    {
      ...commonSettings('profile', 4003),
      serviceKey: serviceKey(),
      ...stageSettings(),
      postgresUrl: postgresUrl(),
      identifiersInUrls: identifiersInUrls(),
      /** Instances of the history service; the first one is asked. */
      historyUrls: urls('HILO_HISTORY_URL', 'http://127.0.0.1:4006'),
    },
    environment,
  );
}
