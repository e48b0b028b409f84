export { type StoreName, STORE_NAMES } from './embedded/store.ts';
export { EmbeddedStores, freeStorePorts, type StoresOptions } from './embedded/stores.ts';
export { type ClickHouseAccess, migrateClickHouse } from './setup/migrate-clickhouse.ts';
export { migratePostgres } from './setup/migrate-postgres.ts';
export { registerSchemas } from './setup/register-schemas.ts';
export { createTopics } from './setup/topics.ts';
export { freePortBase, SERVICE_NAMES, type ServiceName } from './stack/addresses.ts';
export type { Credentials, StoreAddresses } from './stack/credentials.ts';
export { type StackOptions, Stack, startStack } from './stack/stack.ts';
