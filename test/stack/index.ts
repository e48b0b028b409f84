export {
  createTopics,
  type Credentials,
  freePorts,
  migrateClickHouse,
  migratePostgres,
  registerSchemas,
} from '@hilo/infra';
export { type OpenedStack, type OpenStackOptions, openStack } from './open-stack.ts';
export { openEmbeddedStores, openStores, type StoresFor } from './open-stores.ts';
export type { ClickHouseAddress, OpenedStores } from './opened-stores.ts';
export { openSecureKafka, type SecureKafka } from './secure-kafka.ts';
export { openSecureStores, type SecureStores } from './secure-stores.ts';
export { type BatchLimits, type SeededBatch, seededBatch } from './seeded-batches.ts';
export { sharedStack } from './shared-stack.ts';
