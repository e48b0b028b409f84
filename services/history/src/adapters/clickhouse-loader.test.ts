import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HistoryUnderTest } from '../testing/history-under-test.ts';

const ACCESS_DENIED = '497';

let history: HistoryUnderTest;

beforeAll(async () => {
  history = await HistoryUnderTest.open();
}, 120_000);

afterAll(() => history.close());

/** ClickHouse's code of the error with which the loader's statement ends; null if it does not. */
async function refused(query: string): Promise<string | null> {
  try {
    await history.loader.command({ query });
    return null;
  } catch (error) {
    return (error as { readonly code?: string }).code ?? String(error);
  }
}

async function tables(): Promise<readonly string[]> {
  const query = `SELECT name FROM system.tables WHERE database = 'hilo' AND name LIKE '%\\_rows' ORDER BY name`;
  const rows = await (await history.client.query({ query, format: 'JSONEachRow' })).json<{ readonly name: string }>();
  return rows.map(({ name }) => name);
}

describe("the history service's ClickHouse user", () => {
  it('reads and fills every table of rows', async () => {
    const names = await tables();
    expect(names.length).toBeGreaterThanOrEqual(8);
    for (const name of names) {
      expect(await refused(`SELECT * FROM hilo.${name} LIMIT 0`), name).toBeNull();
      expect(await refused(`INSERT INTO hilo.${name} SELECT * FROM hilo.${name} LIMIT 0`), name).toBeNull();
    }
  });

  it.each([
    'CREATE TABLE hilo.own (n UInt8) ENGINE = MergeTree ORDER BY n',
    'CREATE DATABASE own',
    'CREATE VIEW hilo.own AS SELECT 1',
    "CREATE DICTIONARY hilo.own (n UInt64) PRIMARY KEY n SOURCE(HTTP(URL 'http://127.0.0.1/' FORMAT TSV)) LAYOUT(FLAT()) LIFETIME(0)",
    'CREATE FUNCTION own AS (n) -> n',
    'CREATE USER own',
    'GRANT SELECT ON *.* TO loader',
    "ALTER USER loader IDENTIFIED BY 'own'",
    'DROP TABLE hilo.event_rows',
    'TRUNCATE TABLE hilo.event_rows',
    'RENAME TABLE hilo.event_rows TO hilo.own',
    'ALTER TABLE hilo.event_rows ADD COLUMN own UInt8',
    'ALTER TABLE hilo.event_rows DELETE WHERE 1',
    "ALTER TABLE hilo.event_rows UPDATE properties = '' WHERE 1",
    'DELETE FROM hilo.event_rows WHERE 1',
    'OPTIMIZE TABLE hilo.event_rows',
    "BACKUP DATABASE hilo TO File('own')",
    'SYSTEM SHUTDOWN',
    'SYSTEM STOP MERGES hilo.event_rows',
  ])('changes nothing by: %s', async (statement) => {
    expect(await refused(statement)).toBe(ACCESS_DENIED);
  });

  it.each([
    'SELECT * FROM hilo.migration',
    'SELECT * FROM hilo.events LIMIT 0',
    'SELECT * FROM system.users',
    'SELECT * FROM system.grants',
    'SELECT * FROM system.server_settings',
    "SELECT * FROM url('http://127.0.0.1:9/', TSV, 'n UInt8')",
    "SELECT * FROM file('/etc/passwd', TSV, 'n String')",
    "SELECT * FROM remote('127.0.0.1:9000', system.one)",
    "INSERT INTO FUNCTION url('http://127.0.0.1:9/', TSV, 'n UInt8') SELECT 1",
  ])('does not read what it does not need: %s', async (statement) => {
    expect(await refused(statement)).toBe(ACCESS_DENIED);
  });
});
