import { ClickHouseError, ClickHouseLogLevel, type ClickHouseClient, createClient } from '@clickhouse/client';
import { clickHouseCredentials, type ClickHouseLogin } from '@hilo/service';

/** Where ClickHouse is, and Hilo's credentials there. */
export interface ClickHouseAccess {
  readonly clickhouseUrl: string;
  readonly clickhouseUser: string;
  readonly clickhouseLogin: ClickHouseLogin;
}

const REQUEST_TIMEOUT_MS = 30_000;
/** More than the requests that the console lets through at once: waiting for a connection is not fair. */
const MAX_CONNECTIONS = 32;

/**
 * A client for database `hilo`. Its own log is off, because it would print rows. A connection silent for this long is
 * closed.
 */
export function clickHouseClient(
  access: ClickHouseAccess,
  silentMs = REQUEST_TIMEOUT_MS,
  connections = MAX_CONNECTIONS,
): ClickHouseClient {
  return createClient({
    url: access.clickhouseUrl,
    ...clickHouseCredentials(access.clickhouseUser, access.clickhouseLogin, connections),
    database: 'hilo',
    application: 'hilo-history',
    request_timeout: silentMs,
    max_open_connections: connections,
    log: { level: ClickHouseLogLevel.OFF },
  });
}

/**
 * ClickHouse's codes for "not now", as opposed to a wrong request: time-outs, too many queries or parts, memory, disk,
 * a lost internal connection, a server that stops.
 */
const AWAY_CODES = new Set([
  '159',
  '160',
  '202',
  '203',
  '209',
  '210',
  '236',
  '241',
  '242',
  '243',
  '252',
  '271',
  '279',
  '290',
  '319',
  '394',
  '425',
  '439',
  '473',
  '499',
  '734',
  '745',
  '999',
  '1002',
]);

/** True if a retry may help. An error that is neither ClickHouse's answer nor our bug comes from the network. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof ClickHouseError) return AWAY_CODES.has(error.code);
  return error instanceof Error && !BUGS.some((bug) => error instanceof bug);
}

const BUGS = [TypeError, RangeError, SyntaxError, ReferenceError];
