import { type BlockedValues, BLOCKED_VALUES, isBlocked } from './blocked-values.ts';

/** How to normalise the text of an identifier before comparing it. */
export type Normalisation = 'exact' | 'email';

/** A kind of identifier and its rules. */
export interface IdentifierRule {
  readonly type: string;
  readonly normalisation: Normalisation;
  /** How many identifiers of this type a profile can have. */
  readonly limit: number;
  /** Values that never identify anyone. */
  readonly blocked: BlockedValues;
}

/** A place in an event that may hold an identifier. */
export interface IdentifierOrigin {
  /** Field of the event; for JSON fields, followed by the path inside. */
  readonly path: readonly [EventField, ...string[]];
  /**
   * Type of the identifier at that place. If there are several: the first type under which the value is already known,
   * else the last (an alias call does not say which kind of id the previous one was).
   */
  readonly types: readonly [string, ...string[]];
  /** Calls in which it counts; null: all. */
  readonly calls: readonly string[] | null;
  /** True if the place holds a list of `{type, value}` instead of one value; `types` then lists the accepted types. */
  readonly pairs?: true;
}

/** Fields of an event that may hold identifiers. */
export type EventField = 'user_id' | 'anonymous_id' | 'previous_id' | 'traits' | 'context' | 'extra';

/** The rules of a workspace, as data. */
export interface IdentityRules {
  /** In order of priority: identity sets the last one aside first. */
  readonly identifiers: readonly IdentifierRule[];
  readonly origins: readonly IdentifierOrigin[];
}

/** The default rules of every workspace. */
export const DEFAULT_RULES: IdentityRules = {
  identifiers: [
    { type: 'user_id', normalisation: 'exact', limit: 1, blocked: BLOCKED_VALUES.user_id },
    { type: 'email', normalisation: 'email', limit: 5, blocked: BLOCKED_VALUES.email },
    // ADR 27: a browser that forgets its visitor every week makes 52 a year.
    { type: 'anonymous_id', normalisation: 'exact', limit: 100, blocked: BLOCKED_VALUES.anonymous_id },
  ],
  origins: [
    { path: ['user_id'], types: ['user_id'], calls: null },
    { path: ['anonymous_id'], types: ['anonymous_id'], calls: null },
    { path: ['previous_id'], types: ['user_id', 'anonymous_id'], calls: ['alias'] },
    { path: ['traits', 'email'], types: ['email'], calls: ['identify'] },
    { path: ['context', 'traits', 'email'], types: ['email'], calls: null },
    { path: ['extra', 'mergeProperties'], types: ['user_id', 'email', 'anonymous_id'], calls: ['merge'], pairs: true },
  ],
};

/**
 * Most identifiers in a list of one event. Ingestion rejects more; this limit holds for records that others write to
 * the topic.
 */
export const MAX_IDENTIFIERS = 100;

/** Longest accepted identifier, in UTF-16 code units. */
export const MAX_IDENTIFIER_LENGTH = 500;

/** Longest email address that mail servers accept. */
const MAX_EMAIL_LENGTH = 254;

const EMAIL = /^[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+$/;

/** The normal form of an identifier's value; null if it cannot identify anyone. */
export function normalise(rule: IdentifierRule, value: unknown): string | null {
  if (typeof value !== 'string' || !isStorable(value) || value.length > MAX_IDENTIFIER_LENGTH) return null;
  if (isBlocked(rule.blocked, value)) return null;
  return rule.normalisation === 'email' ? normaliseEmail(value.trim()) : value;
}

/** True for text that PostgreSQL can store unchanged: no NUL, no lone surrogate. */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

function normaliseEmail(value: string): string | null {
  const address = value.toLowerCase();
  return address.length <= MAX_EMAIL_LENGTH && EMAIL.test(address) ? address : null;
}
