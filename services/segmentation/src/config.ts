import { type Zone, zoneNamed } from '@hilo/behaviour';
import {
  clickHouseLogin,
  commonSettings,
  HTTP,
  integer,
  postgresUrl,
  readEnvironment,
  type Setting,
  stageSettings,
  text,
  timeZoneName,
  url,
} from '@hilo/service';

/** Reads the service's configuration; throws `EnvironmentError` that names the faulty variable. */
export function readConfig(environment: Readonly<Record<string, string | undefined>> = process.env) {
  return readEnvironment(
    {
      ...commonSettings('segmentation', 4004),
      ...stageSettings(),
      postgresUrl: postgresUrl(),
      clickhouseUrl: url('HILO_CLICKHOUSE_URL', 'http://127.0.0.1:4123', HTTP),
      /** A ClickHouse user that can only read database `hilo`: previews run as this user. */
      clickhouseReadonlyUser: text('HILO_CLICKHOUSE_READONLY_USER', 'reader'),
      clickhouseReadonlyLogin: clickHouseLogin('HILO_CLICKHOUSE_READONLY_PASSWORD'),
      /** Records that a backfill writes at most in a second. */
      backfillRecordsPerSecond: integer('HILO_BACKFILL_RECORDS_PER_SECOND', 10_000, 1, 1_000_000),
      /** How often each partition's memberships are compared with the history, in seconds; 0: never. */
      verifyEveryS: integer('HILO_SEGMENTATION_VERIFY_EVERY_S', 3_600, 0, 2_592_000),
      time_zone: timeZone('HILO_TIME_ZONE', 'UTC'),
    },
    environment,
  );
}

/** A time zone by its IANA name. */
function timeZone(variable: string, fallback: string): Setting<Zone> {
  return {
    variable,
    fallback,
    read: (name, other) => zoneNamed(timeZoneName(variable, fallback).read(name, other)),
  };
}
