/**
 * Every code of an error answer and the HTTP status it comes with: the closed vocabulary of all services. docs/reasons.md says
 * what to do about each. The tracking API answers with the reasons of rejected events, and the Profile API with Segment's words.
 */
export const PROBLEM_STATUS = {
  invalid_request: 400,
  invalid_condition: 400,
  unknown_segment: 400,
  bad_body: 400,
  empty: 400,
  several_statements: 400,
  not_a_read: 400,
  syntax: 400,
  unknown_name: 400,
  not_allowed: 400,
  missing_parameter: 400,
  too_slow: 400,
  too_much_memory: 400,
  cancelled: 400,
  refused: 400,
  unauthorized: 401,
  invalid_credentials: 401,
  bad_signature: 401,
  forbidden: 403,
  csrf_failed: 403,
  wrong_password: 403,
  statements_off: 403,
  not_found: 404,
  not_built: 404,
  gone: 408,
  already_running: 409,
  change_repeated: 409,
  email_taken: 409,
  last_admin: 409,
  limit_reached: 409,
  moving: 409,
  not_behind: 409,
  version_conflict: 409,
  write_key_taken: 409,
  too_large: 413,
  unsupported_media_type: 415,
  too_many_attempts: 429,
  too_many_queries: 429,
  too_many_requests: 429,
  too_many_watchers: 429,
  internal_error: 500,
  answer_too_large: 502,
  bad_gateway: 502,
  segments_unknown: 503,
  unavailable: 503,
  timeout: 504,
} as const;

/** Stable word of an error answer, for programs. */
export type ProblemCode = keyof typeof PROBLEM_STATUS;

/** The HTTP status that a code comes with. */
export type StatusOf<Code extends ProblemCode> = (typeof PROBLEM_STATUS)[Code];
