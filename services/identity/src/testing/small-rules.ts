import { DEFAULT_RULES, type IdentityRules } from '@hilo/schemas';

/** The default rules with at most five identifiers of a type, so that short histories reach every limit. */
export const SMALL_RULES: IdentityRules = {
  ...DEFAULT_RULES,
  identifiers: DEFAULT_RULES.identifiers.map((rule) => ({ ...rule, limit: Math.min(rule.limit, 5) })),
};
