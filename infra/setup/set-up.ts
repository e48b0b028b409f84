import type { RegistryAuth } from '@hilo/service';
import { grantKafkaRights, type KafkaUsers } from './kafka-users.ts';
import { type ClickHouseAccess, migrateClickHouse } from './migrate-clickhouse.ts';
import { migratePostgres, POSTGRES_SCHEMAS } from './migrate-postgres.ts';
import { grantPostgresMonitor, grantPostgresUsers, type ServiceUrls } from './postgres-users.ts';
import { registerSchemas } from './register-schemas.ts';
import { createTopics, type KafkaSecurity } from './topics.ts';

/** The addresses of the four stores. */
export interface SetUpOptions {
  readonly kafkaBrokers: readonly string[];
  /** TLS and SASL; absent: neither. */
  readonly kafkaSecurity?: KafkaSecurity | undefined;
  /** The services' own users, which get their rights; null or absent: Kafka knows no rights, or others give them. */
  readonly kafkaUsers?: KafkaUsers | null | undefined;
  readonly registryUrl: string;
  /** Credentials for the registry; null or absent: none. */
  readonly registryAuth?: RegistryAuth | undefined;
  /** Of the owner of all schemas. */
  readonly postgresUrl: string;
  /** Of the services' users; absent: they connect as the owner. */
  readonly postgresUrls?: ServiceUrls | undefined;
  /** Of the user that reads PostgreSQL's own figures; null or absent: there is none. */
  readonly postgresMonitorPassword?: string | null | undefined;
  readonly clickhouse: ClickHouseAccess;
  /** Of every topic. */
  readonly partitions: number;
}

/**
 * Prepares running stores for the services: topics, schemas, tables, users of PostgreSQL and Kafka. Safe to repeat; throws with a readable
 * message if something there does not fit. Returns the services that connect to PostgreSQL as the owner, because they have no
 * user of their own.
 */
export async function setUp(options: SetUpOptions): Promise<readonly string[]> {
  const [withoutUser] = await Promise.all([
    setUpPostgres(options),
    setUpKafka(options),
    registerSchemas(options.registryUrl, options.registryAuth),
    migrateClickHouse(options.clickhouse),
  ]);
  return withoutUser;
}

async function setUpPostgres(options: SetUpOptions): Promise<readonly string[]> {
  const { postgresUrl, postgresUrls = {}, postgresMonitorPassword = null } = options;
  await migratePostgres(postgresUrl);
  if (postgresMonitorPassword !== null) await grantPostgresMonitor(postgresUrl, postgresMonitorPassword);
  return grantPostgresUsers(postgresUrl, postgresUrls, POSTGRES_SCHEMAS);
}

async function setUpKafka({ kafkaUsers = null, ...options }: SetUpOptions): Promise<void> {
  await createTopics(options);
  if (kafkaUsers !== null) await grantKafkaRights(options, kafkaUsers);
}
