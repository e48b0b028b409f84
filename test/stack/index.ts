export {
  clickHouseFront,
  createTopics,
  type Credentials,
  freePorts,
  infraFile,
  migrateClickHouse,
  migratePostgres,
  registerSchemas,
} from '@hilo/infra';
export { addConsolePerson, type ConsoleSession } from './console-people.ts';
export { jsonCorpus, type SentJson, type SentObject, type SentValue } from './json-corpus.ts';
export { type Forgery, IdentityProvider, type ProviderPerson } from './identity-provider.ts';
export { MailServer, type ReceivedMail } from './mail-server.ts';
export { type OpenedStack, type OpenStackOptions, openStack, TEST_RECEIVERS } from './open-stack.ts';
export { openEmbeddedStores, openStores, type StoresFor } from './open-stores.ts';
export type { ClickHouseAddress, OpenedStores } from './opened-stores.ts';
export { openSecureKafka, type SecureKafka } from './secure-kafka.ts';
export { openSecureStores, type SecureStores } from './secure-stores.ts';
export { openTlsFront, type TlsFront } from './tls-front.ts';
export { type BatchLimits, type SeededBatch, seededBatch } from './seeded-batches.ts';
export { sharedStack } from './shared-stack.ts';
export * from './garbage-requests.ts';
export { StatementTrial } from './statement-trial.ts';
export { sameDecimal, shownObject, type StoredValue, storedValues } from './stored-json.ts';
