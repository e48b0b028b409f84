import { commonSettings, list, readEnvironment, url } from '@hilo/service';

/** Services that the page shows, in the order in which an event meets them. */
export const WATCHED = ['ingestion', 'identity', 'profile', 'segmentation', 'activation', 'history'] as const;

/** Reads the console's configuration; throws `EnvironmentError` naming the variable at fault. */
export function readConfig(environment: Readonly<Record<string, string | undefined>> = process.env) {
  const settings = readEnvironment(
    {
      ...commonSettings(4000),
      ingestion: list('HILO_INGESTION_URL', 'http://127.0.0.1:4001'),
      identity: list('HILO_IDENTITY_URL', 'http://127.0.0.1:4002'),
      profile: list('HILO_PROFILE_URL', 'http://127.0.0.1:4003'),
      segmentation: list('HILO_SEGMENTATION_URL', 'http://127.0.0.1:4004'),
      activation: list('HILO_ACTIVATION_URL', 'http://127.0.0.1:4005'),
      history: list('HILO_HISTORY_URL', 'http://127.0.0.1:4006'),
    },
    environment,
  );
  const port = settings.port;
  const { console_url } = readEnvironment(
    { console_url: url('HILO_CONSOLE_URL', `http://127.0.0.1:${port}`) },
    environment,
  );
  return { ...settings, console_url };
}
