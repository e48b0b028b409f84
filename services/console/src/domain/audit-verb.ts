/** What happened: to a resource; to somebody who signed in or tried to; or to a request. */
export const AUDIT_VERBS = [
  'created',
  'changed',
  'deleted',
  'ran',
  'signed_in',
  'signed_out',
  'sign_in_failed',
  'locked_out',
  'refused',
] as const;

/** One of them. */
export type AuditVerb = (typeof AUDIT_VERBS)[number];
