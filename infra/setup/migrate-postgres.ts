import { join } from 'node:path';
import { STAGES } from '@hilo/schemas';
import { Client } from 'pg';
import { infraFile, repositoryRoot } from '../embedded/paths.ts';
import { type MigrationFile, migrationFiles, refuseChanged } from './migration-files.ts';

/** Services that keep state in PostgreSQL; each has the schema of its name. A stage's also holds the streaming library's tables. */
export const POSTGRES_SCHEMAS = [...STAGES, 'console'] as const;

/** Two set-ups at once wait for each other on this advisory lock. */
const LOCK = 4_004_432;

async function migrateSchema(client: Client, schema: string, files: readonly MigrationFile[]): Promise<void> {
  await client.query(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
  await client.query(`SET search_path = ${schema}`);
  await client.query(`CREATE TABLE IF NOT EXISTS migration (
    name text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`);
  const { rows } = await client.query<{ name: string; checksum: string }>('SELECT name, checksum FROM migration');
  const applied = new Map(rows.map((row) => [row.name, row.checksum]));
  for (const file of files) {
    const before = applied.get(file.name);
    if (before !== undefined) {
      refuseChanged(`${schema}: ${file.name}`, before, file.checksum);
      continue;
    }
    try {
      await client.query('BEGIN');
      await client.query(file.sql);
      await client.query('INSERT INTO migration (name, checksum) VALUES ($1, $2)', [file.name, file.checksum]);
      await client.query('COMMIT');
    } catch (error) {
      await client.query('ROLLBACK');
      throw new Error(`migration ${file.name} failed in schema ${schema}: ${(error as Error).message}`);
    }
  }
}

/**
 * Migrates PostgreSQL: for each service, the streaming library's tables and those of recorded changes, if it has a
 * stage, and then its own, in one schema per service, each file in its own transaction, with that schema as the search
 * path. `schemas` limits it to some.
 */
export async function migratePostgres(
  postgresUrl: string,
  schemas: readonly string[] = POSTGRES_SCHEMAS,
): Promise<void> {
  await underSetUpLock(postgresUrl, async (client) => {
    const streaming = migrationFiles(join(repositoryRoot, 'packages/streaming/postgres'), 'streaming');
    const service = migrationFiles(join(repositoryRoot, 'packages/service/postgres'), 'service');
    for (const schema of schemas) {
      const hasStage = STAGES.some((name) => name === schema);
      const own = migrationFiles(infraFile('postgres', schema));
      await migrateSchema(client, schema, hasStage ? [...streaming, ...service, ...own] : own);
    }
  });
}

/** Runs `work` on one connection, while no other set-up works on this database. */
export async function underSetUpLock(postgresUrl: string, work: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({ connectionString: postgresUrl });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [LOCK]);
    await work(client);
  } finally {
    await client.end();
  }
}
