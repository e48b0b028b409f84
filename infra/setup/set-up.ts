import type { RegistryAuth } from '@hilo/service';
import { type ClickHouseAccess, migrateClickHouse } from './migrate-clickhouse.ts';
import { migratePostgres } from './migrate-postgres.ts';
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
  readonly postgresUrl: string;
  readonly clickhouse: ClickHouseAccess;
  /** Of every topic. */
  readonly partitions: number;
}

/**
 * Prepares running stores for the services: topics, schemas, tables. Safe to repeat; throws with a readable message if
 * something there does not fit.
 */
export async function setUp(options: SetUpOptions): Promise<void> {
  await Promise.all([
    createTopics(options),
    registerSchemas(options.registryUrl, options.registryAuth),
    migratePostgres(options.postgresUrl),
    migrateClickHouse(options.clickhouse),
  ]);
}
