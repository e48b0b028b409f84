export { compareEvents, type EventOrder } from './event-order.ts';
export {
  type IdentifierRule,
  type IdentityRules,
  DEFAULT_RULES,
  MAX_IDENTIFIERS,
  isStorable,
  normalise,
} from './identifier-rules.ts';
export { LocalCodec } from './local-codec.ts';
export { type Mention, identifiesSomebody, readIdentifiers } from './read-identifiers.ts';
export * from './registry-codec.ts';
export * from './stages.ts';
export * from './topics.ts';
export type * from './types.ts';
