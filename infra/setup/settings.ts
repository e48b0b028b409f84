import { HTTP, postgresUrl, readEnvironment, readOrExit, stageSettings, text, url } from '@hilo/service';
import type { SetUpOptions } from './set-up.ts';

/** The stores' addresses, from the same variables as the services'. Ends the process if one is not valid. */
export function storeSettings(): SetUpOptions {
  return readOrExit(() => {
    const { clickhouseUrl, clickhouseUser, clickhousePassword, ...settings } = readEnvironment({
      ...stageSettings(),
      postgresUrl: postgresUrl(),
      clickhouseUrl: url('HILO_CLICKHOUSE_URL', 'http://127.0.0.1:4123', HTTP),
      clickhouseUser: text('HILO_CLICKHOUSE_USER', 'default'),
      clickhousePassword: text('HILO_CLICKHOUSE_PASSWORD', ''),
    });
    return { ...settings, clickhouse: { url: clickhouseUrl, user: clickhouseUser, password: clickhousePassword } };
  });
}
