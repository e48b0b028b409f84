export { ANSWER_HEADERS } from './answer-headers.ts';
export { isPublic, Public } from './bearer-guard.ts';
export { type Caller, callerOf, Callers } from './callers.ts';
export * from './change-log.ts';
export { openApiOf } from './contract/document.ts';
export { Route } from './contract/route.ts';
export { Validator } from './contract/validator.ts';
export { csvLine } from './csv-line.ts';
export * from './environment.ts';
export { type IdentifiersInUrls, identifiersInUrls } from './identifiers-in-urls.ts';
export * from './fair-turns.ts';
export * from './fields.ts';
export * from './latest-reading.ts';
export * from './logger.ts';
export type { TrailEntry } from './otlp-logs.ts';
export { type AnswerMalformed, malformedProblem } from './malformed-address.ts';
export { MemoryChanges } from './memory-changes.ts';
export { networkOf } from './network.ts';
export * from './open-api.ts';
export * from './operations-port.ts';
export * from './page.ts';
export type { KeyPair } from './pem.ts';
export { isPlainText, refuseUnplain } from './plain-text.ts';
export { openService } from './open-service.ts';
export { watchPool } from './pool-metrics.ts';
export { PostgresChanges } from './postgres-changes.ts';
export { openPool, transaction } from './postgres-pool.ts';
export * from './problem.ts';
export { providersOf } from './providers-of.ts';
export { CHANGE_ID_HEADER, ChangesNothing, Recorded } from './record-changes.ts';
export { readPerson } from './read-person.ts';
export { ON_REFUSAL } from './refusal-log.ts';
export { RepeatCounts, type Repeated } from './repeat-counts.ts';
export * from './run-service.ts';
export { withoutSecrets } from './secrets.ts';
export { isLoopback } from './loopback.ts';
export { storePassword, TRIAL_KEYS, TRIAL_SECRETS } from './secret-strength.ts';
export * from './service-app.ts';
export {
  type CallingService,
  CALLING_SERVICES,
  callersOf,
  PUBLIC_KEY_VARIABLES,
  SERVICE_CALLS,
} from './service-calls.ts';
export { type ServiceKey } from './key-text.ts';
export { type CallerKey, serviceKey } from './service-keys.ts';
export { type OnBehalf, type ServiceTokens, SignedTokens, type TokenActor } from './service-tokens.ts';
export * from './service-settings.ts';
export * from './store-unavailable.ts';
export {
  type ClickHouseLogin,
  clickHouseCredentials,
  clickHouseLogin,
  type KafkaSecurity,
  postgresUrl,
  type RegistryAuth,
} from './store-security.ts';
export * from './tracing.ts';
export { trustedProxies } from './trusted-proxies.ts';
export { untilGone } from './until-gone.ts';
