import { HTTP, postgresUrl, readEnvironment, readOrExit, stageSettings, text, url } from '@hilo/service';
import type { SetUpOptions } from './set-up.ts';

/** The stores' addresses, from the same variables as the services'. Ends the process if one is not valid. */
export function storeSettings(): SetUpOptions {
  return readOrExit(() => {
    const { clickhouse_url, clickhouse_user, clickhouse_password, ...settings } = readEnvironment({
      ...stageSettings(),
      postgres_url: postgresUrl(),
      clickhouse_url: url('HILO_CLICKHOUSE_URL', 'http://127.0.0.1:4123', HTTP),
      clickhouse_user: text('HILO_CLICKHOUSE_USER', 'default'),
      clickhouse_password: text('HILO_CLICKHOUSE_PASSWORD', ''),
    });
    return { ...settings, clickhouse: { url: clickhouse_url, user: clickhouse_user, password: clickhouse_password } };
  });
}
