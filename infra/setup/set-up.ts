import type { RegistryAuth } from '@hilo/service';
import { type ClickHouseAccess, migrateClickHouse } from './migrate-clickhouse.ts';
import { migratePostgres, POSTGRES_SCHEMAS } from './migrate-postgres.ts';
import { grantPostgresUsers, type ServiceUrls } from './postgres-users.ts';
import { registerSchemas } from './register-schemas.ts';
import { createTopics, type KafkaSecurity } from './topics.ts';

/** The addresses of the four stores. */
export interface SetUpOptions {
  readonly kafkaBrokers: readonly string[];
  /** TLS and SASL; absent: neither. */
  readonly kafkaSecurity?: KafkaSecurity | undefined;
  readonly registryUrl: string;
  /** Credentials for the registry; null or absent: none. */
  readonly registryAuth?: RegistryAuth | undefined;
  /** Of the owner of all schemas. */
  readonly postgresUrl: string;
  /** Of the services' users; absent: they connect as the owner. */
  readonly postgresUrls?: ServiceUrls | undefined;
  readonly clickhouse: ClickHouseAccess;
  /** Of every topic. */
  readonly partitions: number;
}

/**
 * Prepares running stores for the services: topics, schemas, tables, PostgreSQL users. Safe to repeat; throws with a readable
 * message if something there does not fit. Returns the services that connect to PostgreSQL as the owner, because they have no
 * user of their own.
 */
export async function setUp(options: SetUpOptions): Promise<readonly string[]> {
  const [withoutUser] = await Promise.all([
    setUpPostgres(options),
    createTopics(options),
    registerSchemas(options.registryUrl, options.registryAuth),
    migrateClickHouse(options.clickhouse),
  ]);
  return withoutUser;
}

async function setUpPostgres({ postgresUrl, postgresUrls = {} }: SetUpOptions): Promise<readonly string[]> {
  await migratePostgres(postgresUrl);
  return grantPostgresUsers(postgresUrl, postgresUrls, POSTGRES_SCHEMAS);
}
