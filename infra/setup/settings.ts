import {
  clickHouseLogin,
  HTTP,
  postgresUrl,
  readEnvironment,
  readOrExit,
  type Setting,
  stageSettings,
  storePassword,
  text,
  url,
} from '@hilo/service';
import { kafkaUsers } from './kafka-user-settings.ts';
import { POSTGRES_SCHEMAS } from './migrate-postgres.ts';
import type { SetUpOptions } from './set-up.ts';

/** The stores' addresses, from the same variables as the services'. Ends the process if one is not valid. */
export function storeSettings(): SetUpOptions {
  return readOrExit(() => {
    const { clickhouseUrl, clickhouseUser, clickhouseLogin, ...settings } = readEnvironment({
      ...stageSettings(),
      kafkaUsers: kafkaUsers(),
      postgresUrl: postgresUrl(),
      postgresMonitorPassword: monitorPassword('HILO_MONITOR_POSTGRES_PASSWORD'),
      clickhouseUrl: url('HILO_CLICKHOUSE_URL', 'http://127.0.0.1:4123', HTTP),
      clickhouseUser: text('HILO_CLICKHOUSE_USER', 'default'),
      clickhouseLogin: clickHouseLogin('HILO_CLICKHOUSE_PASSWORD'),
    });
    return {
      ...settings,
      postgresUrls: readEnvironment(Object.fromEntries(POSTGRES_SCHEMAS.map((schema) => [schema, serviceUrl(schema)]))),
      clickhouse: {
        ...{ url: clickhouseUrl, user: clickhouseUser },
        ...(typeof clickhouseLogin === 'string'
          ? { password: clickhouseLogin }
          : { password: '', certificate: clickhouseLogin }),
      },
    };
  });
}

/** The password of the user that reads PostgreSQL's own figures; null if there is none. */
function monitorPassword(variable: string): Setting<string | null> {
  const password = storePassword(variable, 'HILO_POSTGRES_URL');
  return { ...password, read: (value, other) => (value === '' ? null : password.read(value, other)) };
}

/** The URL with which a service connects to PostgreSQL; null if it has no user of its own. */
function serviceUrl(schema: string): Setting<string | null> {
  const address = postgresUrl(`HILO_${schema.toUpperCase()}_POSTGRES_URL`);
  return { ...address, fallback: '', read: (value, other) => (value === '' ? null : address.read(value, other)) };
}
