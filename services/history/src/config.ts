import {
  clickHouseLogin,
  commonSettings,
  HTTP,
  integer,
  oneOf,
  postgresUrl,
  readEnvironment,
  stageSettings,
  text,
  url,
} from '@hilo/service';

/** Reads the service's configuration; throws `EnvironmentError` that names the faulty variable. */
export function readConfig(environment: Readonly<Record<string, string | undefined>> = process.env) {
  return readEnvironment(
    {
      ...commonSettings('history', 4006),
      ...stageSettings(),
      postgresUrl: postgresUrl(),
      clickhouseUrl: url('HILO_CLICKHOUSE_URL', 'http://127.0.0.1:4123', HTTP),
      /** A ClickHouse user that can insert and read rows, and end statements: infra/docker/clickhouse/loader.xml. */
      clickhouseUser: text('HILO_CLICKHOUSE_USER', 'loader'),
      clickhouseLogin: clickHouseLogin('HILO_CLICKHOUSE_PASSWORD'),
      /** A ClickHouse user that can only read database `hilo`: people's statements run as this user. */
      clickhouseReadonlyUser: text('HILO_CLICKHOUSE_READONLY_USER', 'reader'),
      clickhouseReadonlyLogin: clickHouseLogin('HILO_CLICKHOUSE_READONLY_PASSWORD'),
      /** Whether people's statements run. `npm start` sets `off` if the kernel cannot confine ClickHouse. */
      statements: oneOf('HILO_HISTORY_STATEMENTS', ['on', 'off'], 'on'),
      /** How long records gather before they are inserted: when few arrive, and at most, when many arrive. */
      lingerMs: integer('HILO_HISTORY_LINGER_MS', 250, 10, 60_000),
      lingerMaxMs: integer('HILO_HISTORY_LINGER_MAX_MS', 5000, 10, 60_000),
    },
    environment,
  );
}
