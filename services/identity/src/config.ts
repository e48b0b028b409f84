import { commonSettings, postgresUrl, readEnvironment, stageSettings } from '@hilo/service';

/** Reads the service's configuration; throws `EnvironmentError` that names the faulty variable. */
export function readConfig(environment: Readonly<Record<string, string | undefined>> = process.env) {
  return readEnvironment(
    {
      ...commonSettings('identity', 4002),
      ...stageSettings(),
      postgresUrl: postgresUrl(),
    },
    environment,
  );
}
