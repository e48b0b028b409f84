/** Where a second factor is compulsory, what calls end in until one was shown in the session. */
export const SECOND_FACTOR_FIRST = {
  second_factor_setup_required:
    'A second factor is compulsory here, and you have none. Set it up first: PUT /api/session/second-factor.',
  second_factor_code_required:
    'A second factor is compulsory here, and your provider did not ask for one. Send a code: POST /api/session/second-factor.',
} as const;

/** What calls of a person or a token end in, unless they succeed. */
export const REFUSED = {
  forbidden: 'The role, or the scopes of the token, do not allow it.',
  password_change_required: 'Somebody else chose your password. Change it first: PUT /api/session/password.',
  ...SECOND_FACTOR_FIRST,
  too_many_requests: 'Too many requests of yours are under way and wait.',
} as const;

/** The same of calls that change something. */
export const CHANGE_REFUSED = {
  ...REFUSED,
  csrf_failed: 'X-CSRF-Token is not the text of GET /api/session.',
} as const;

/** What calls end in that somebody makes who is signed in, whatever they have to do first. */
export const SESSION_REFUSED = {
  csrf_failed: CHANGE_REFUSED.csrf_failed,
  too_many_requests: REFUSED.too_many_requests,
} as const;

/** Calls that a stolen session must not be enough for. */
export const CONFIRM_FIRST = {
  confirmation_required:
    'You signed in more than 10 minutes ago. Give your password again first: POST /api/session/confirmation.',
} as const;

/** Nobody has the id in the path. */
export const NO_USER = { not_found: 'There is no user with this id.' } as const;

/** The user that a path names: never by the address, because proxies and browsers keep paths. */
export const USER_ID = { id: { type: 'string', description: 'Id of the user.' } } as const;

/** Nobody could let others in any more. */
export const ADMIN_STAYS = { last_admin: 'Somebody must stay who can let others in.' } as const;

/** Too many guesses. */
export const SLOW_DOWN = { too_many_attempts: 'Retry-After says how long to wait.' } as const;

/** Where a password is chosen. */
export const NO_PASSWORD = { weak_password: 'The password is easy to guess; `detail` says why.' } as const;
