import type { KeyPair } from '@hilo/service';
import { infraFile } from '../embedded/paths.ts';
import { askStore } from './ask-store.ts';
import { checksumOf, migrationFiles, refuseChanged } from './migration-files.ts';
import { sqlStatements } from './sql-statements.ts';

/** A ClickHouse server's HTTP interface and a user with all rights. */
export interface ClickHouseAccess {
  readonly url: string;
  readonly user: string;
  readonly password: string;
  /** The client certificate that lets the user in instead of the password; absent: none does. */
  readonly certificate?: KeyPair;
}

async function run(access: ClickHouseAccess, sql: string): Promise<string> {
  const { url, user, password, certificate = null } = access;
  const headers: Record<string, string> = { 'X-ClickHouse-User': user };
  // ClickHouse refuses a request that has both.
  if (certificate === null) headers['X-ClickHouse-Key'] = password;
  else headers['X-ClickHouse-SSL-Certificate-Auth'] = 'on';
  const { ok, text } = await askStore(url, { method: 'POST', headers, body: sql, certificate, withinMs: 60_000 });
  if (!ok) throw new Error(`ClickHouse: ${text.trim()}\nin: ${sql.slice(0, 500)}`);
  return text;
}

/**
 * Migrates database `hilo`, statement by statement. A crash between a statement and its record repeats that statement,
 * so each must be harmless when repeated (`IF NOT EXISTS`, `OR REPLACE`).
 */
export async function migrateClickHouse(access: ClickHouseAccess): Promise<void> {
  await run(access, 'CREATE DATABASE IF NOT EXISTS hilo');
  await run(
    access,
    `CREATE TABLE IF NOT EXISTS hilo.migration
     (name String, checksum String, applied_at DateTime DEFAULT now()) ENGINE = MergeTree ORDER BY name`,
  );
  const rows = await run(access, 'SELECT name, checksum FROM hilo.migration FORMAT JSONCompactEachRow');
  const applied = new Map(
    rows
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as [string, string]),
  );
  for (const file of migrationFiles(infraFile('clickhouse'))) {
    for (const [index, statement] of sqlStatements(file.sql).entries()) {
      const name = `${file.name}#${index + 1}`;
      const checksum = checksumOf(statement);
      const before = applied.get(name);
      if (before !== undefined) refuseChanged(name, before, checksum);
      else {
        await run(access, statement);
        await run(access, `INSERT INTO hilo.migration (name, checksum) VALUES ('${name}', '${checksum}')`);
      }
    }
  }
}
