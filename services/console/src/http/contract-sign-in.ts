import { object, pageOf, ref, TIME } from '@hilo/service/contract';
import { PASSWORD_CHARACTERS, SECOND_FACTORS } from '../domain/person.ts';
import { AREAS, type Area, ROLES } from '../domain/rights.ts';
import { SIGN_IN_WAYS } from '../domain/sign-in-way.ts';
import {
  CHANGE_REFUSED,
  CONFIRM_FIRST,
  NO_PASSWORD,
  NO_USER,
  REFUSED,
  SECOND_FACTOR_FIRST,
  SESSION_REFUSED,
  SLOW_DOWN,
  USER_ID,
} from './contract-problems.ts';

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const right = { enum: ['read', 'write', null] } as const;
const done = { 204: { description: 'Done.' } } as const;

/** As it was typed: what is too long for an address or a password is simply not theirs. */
const typed = { type: 'string', maxLength: 1000 } as const;

/** A password that somebody chooses. */
export const PASSWORD = {
  type: 'string',
  minLength: PASSWORD_CHARACTERS.minimum,
  maxLength: PASSWORD_CHARACTERS.maximum,
} as const;

/** What a person needs to sign in beside the password. */
export const SECOND_FACTOR = { enum: SECOND_FACTORS } as const;

const code = {
  ...typed,
  description: 'The six digits that the authenticator app shows, or a recovery code. Spaces and dashes do not matter.',
} as const;

const EVERYBODY = ['open'] as const;
const SIGNED_IN = ['session'] as const;

const WRONG_CODE = {
  second_factor_required: 'The password is right. Send it again with `code`.',
  invalid_code: 'The code is wrong, too old, or was used before.',
} as const;

const RENEWED = {
  description: 'The session goes on, with another cookie and another `csrf`.',
  schema: ref('Session'),
} as const;

/** Sessions and what people sign in with. */
export const signInSchemas = {
  Session: object({
    user: object({ email: text, name: text, role: { enum: ROLES }, signs_in_by: { enum: SIGN_IN_WAYS } }),
    rights: {
      ...object(Object.fromEntries(AREAS.map((area) => [area, right])) as Readonly<Record<Area, typeof right>>),
      description: 'What the person may do in each area; `write` includes `read`, null: nothing.',
    },
    csrf: { ...text, description: 'Send it as X-CSRF-Token with everything but GET.' },
    must_change_password: {
      ...flag,
      description:
        'Somebody else chose the password. Until the person changes it, every call but those of /api/session and ' +
        '/api/session/password ends in `password_change_required`.',
    },
    second_factor: SECOND_FACTOR,
    second_factor_compulsory: { ...flag, description: 'Nobody can go on without a second factor, or turn it off.' },
    needs_second_factor: {
      ...flag,
      description:
        'No second factor was shown in this session. Until then every call but those of /api/session and ' +
        '/api/session/second-factor ends in `second_factor_setup_required` or, if `second_factor` is on, in ' +
        '`second_factor_code_required`.',
    },
    expires_at: { ...TIME, description: 'When the session ends, however much it is used.' },
    idle_s: { type: 'integer', minimum: 1, description: 'The session ends this long after its last use.' },
    time_zone: { ...text, description: 'IANA name of the workspace’s zone, which pages show times in.' },
    tracking_url: { type: ['string', 'null'], description: 'Where SDKs reach the tracking API; null: not known.' },
  }),
  Credentials: object({ email: typed, password: typed, code }, ['code']),
  Confirmation: object({ password: typed, code }, ['code']),
  PasswordChange: object(
    {
      current: typed,
      next: PASSWORD,
      revoke_tokens: { ...flag, default: false, description: 'End your API tokens, too.' },
    },
    ['revoke_tokens'],
  ),
  SecondFactorSecret: object({
    secret: { ...text, description: 'The shared secret in Base32, for people who cannot scan a picture.' },
    otpauth_url: { ...text, description: 'The same for a QR code. Draw it on the spot; send it nowhere.' },
    expires_at: { ...TIME, description: 'Confirm it until then.' },
  }),
  SecondFactorCode: object({ code: typed }),
  RecoveryCodes: object({
    recovery_codes: {
      type: 'array',
      items: text,
      description: 'Ten codes, shown here and never again. Each signs you in once without the authenticator app.',
    },
  }),
  OpenSession: object({
    id: { ...text, description: 'Not the secret of the session.' },
    started_at: TIME,
    seen_at: { ...TIME, description: 'Last use, to the minute.' },
    address: { ...text, description: 'Network address that signed in; empty: not known.' },
    user_agent: { ...text, description: 'What the browser called itself, at most 200 characters.' },
    current: { ...flag, description: 'The session that asks.' },
  }),
} as const;

/** Signing in and out, and what a person does about it. */
export const signInRoutes = {
  getSession: {
    method: 'GET',
    path: '/api/session',
    summary: 'Who is signed in',
    access: SIGNED_IN,
    answers: { 200: { description: 'The session.', schema: ref('Session') } },
  },
  signIn: {
    method: 'POST',
    path: '/api/session',
    summary: 'Sign in',
    access: EVERYBODY,
    body: ref('Credentials'),
    answers: {
      200: { description: 'Signed in; the cookie carries the session.', schema: ref('Session') },
    },
    problems: {
      invalid_credentials: 'No such person, disabled, or another password; the answer does not say which.',
      ...WRONG_CODE,
      ...SLOW_DOWN,
    },
  },
  signOut: {
    method: 'DELETE',
    path: '/api/session',
    summary: 'Sign out',
    access: SIGNED_IN,
    answers: done,
    problems: SESSION_REFUSED,
  },
  confirmSession: {
    method: 'POST',
    path: '/api/session/confirmation',
    summary: 'Show that it is still you, for the calls that answer confirmation_required; it lasts 10 minutes',
    access: SIGNED_IN,
    body: ref('Confirmation'),
    answers: { 200: RENEWED },
    problems: { ...SESSION_REFUSED, wrong_password: 'The password is another one.', ...WRONG_CODE, ...SLOW_DOWN },
  },
  changePassword: {
    method: 'PUT',
    path: '/api/session/password',
    summary: 'Change your own password; all other sessions end, and other browsers count as new ones',
    access: SIGNED_IN,
    body: ref('PasswordChange'),
    answers: { 200: RENEWED },
    problems: {
      ...SESSION_REFUSED,
      ...SECOND_FACTOR_FIRST,
      wrong_password: 'The current password is another one.',
      same_password: 'The new password is the current one.',
      ...NO_PASSWORD,
      ...SLOW_DOWN,
    },
  },
  showSecondFactor: {
    method: 'POST',
    path: '/api/session/second-factor',
    summary: 'Send a code of your second factor, where calls end in second_factor_code_required',
    access: SIGNED_IN,
    body: ref('SecondFactorCode'),
    answers: { 200: RENEWED },
    problems: {
      ...CHANGE_REFUSED,
      invalid_code: WRONG_CODE.invalid_code,
      not_found: 'You have no second factor.',
      ...SLOW_DOWN,
    },
  },
  beginSecondFactor: {
    method: 'PUT',
    path: '/api/session/second-factor',
    summary: 'Begin to set up a second factor; what you use now stays until you confirm',
    access: SIGNED_IN,
    answers: { 200: { description: 'For the authenticator app.', schema: ref('SecondFactorSecret') } },
    problems: { ...CHANGE_REFUSED, ...CONFIRM_FIRST },
  },
  confirmSecondFactor: {
    method: 'POST',
    path: '/api/session/second-factor/confirm',
    summary: 'Turn the second factor on with a code of the app; all other sessions end',
    access: SIGNED_IN,
    body: ref('SecondFactorCode'),
    answers: { 200: { description: 'It is on.', schema: ref('RecoveryCodes') } },
    problems: {
      ...CHANGE_REFUSED,
      ...CONFIRM_FIRST,
      invalid_code: 'The code is wrong or too old.',
      not_begun: 'You have not begun, or more than 10 minutes ago. Begin again.',
    },
  },
  renewRecoveryCodes: {
    method: 'POST',
    path: '/api/session/second-factor/recovery-codes',
    summary: 'Get ten new recovery codes; the earlier ones end',
    access: SIGNED_IN,
    answers: { 200: { description: 'The codes.', schema: ref('RecoveryCodes') } },
    problems: { ...CHANGE_REFUSED, ...CONFIRM_FIRST, not_found: 'You have no second factor.' },
  },
  removeSecondFactor: {
    method: 'DELETE',
    path: '/api/session/second-factor',
    summary: 'Turn your second factor off; all other sessions end',
    access: SIGNED_IN,
    answers: done,
    problems: {
      ...CHANGE_REFUSED,
      ...CONFIRM_FIRST,
      not_found: 'You have no second factor.',
      second_factor_compulsory: 'Nobody can go on without one here. Set another one up instead.',
    },
  },
  listSessions: {
    method: 'GET',
    path: '/api/sessions',
    summary: 'Where you are signed in; the session used last comes first',
    access: SIGNED_IN,
    answers: { 200: { description: 'All of them, at most 10.', schema: pageOf(ref('OpenSession')) } },
    problems: REFUSED,
  },
  endSession: {
    method: 'DELETE',
    path: '/api/sessions/{id}',
    summary: 'End a session of your own',
    access: SIGNED_IN,
    params: { id: { ...text, description: 'Id of the session.' } },
    answers: done,
    problems: { ...CHANGE_REFUSED, ...CONFIRM_FIRST, not_found: 'You have no such session.' },
  },
  endOtherSessions: {
    method: 'DELETE',
    path: '/api/sessions',
    summary: 'End all sessions of your own but this one',
    access: SIGNED_IN,
    answers: done,
    problems: { ...CHANGE_REFUSED, ...CONFIRM_FIRST },
  },
  listUserSessions: {
    method: 'GET',
    path: '/api/users/{id}/sessions',
    summary: 'Where a user is signed in (admins)',
    params: USER_ID,
    answers: { 200: { description: 'All of them, at most 10.', schema: pageOf(ref('OpenSession')) } },
    problems: { ...REFUSED, ...NO_USER },
  },
  endUserSessions: {
    method: 'DELETE',
    path: '/api/users/{id}/sessions',
    summary: 'Sign a user out everywhere (admins)',
    params: USER_ID,
    answers: done,
    problems: { ...CHANGE_REFUSED, ...CONFIRM_FIRST, ...NO_USER },
  },
  removeUserSecondFactor: {
    method: 'DELETE',
    path: '/api/users/{id}/second-factor',
    summary: 'Turn a user’s second factor off, once you know that it is them (admins); their sessions end',
    params: USER_ID,
    answers: done,
    problems: {
      ...CHANGE_REFUSED,
      ...CONFIRM_FIRST,
      not_found: 'There is no user with this id, or they have no second factor.',
    },
  },
} as const;
