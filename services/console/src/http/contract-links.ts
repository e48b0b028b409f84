import { object, ref, TIME } from '@hilo/service/contract';
import { MAIL_OUTCOMES } from '../domain/mail-text.ts';
import { ONE_TIME_LINKS } from '../domain/one-time-link.ts';
import { CHANGE_REFUSED, CONFIRM_FIRST, NO_PASSWORD, NO_USER, SLOW_DOWN, USER_ID } from './contract-problems.ts';
import { PASSWORD } from './contract-sign-in.ts';

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const token = { type: 'string', maxLength: 100, description: 'What the link has after "#token=".' } as const;

const EVERYBODY = ['open'] as const;
const REFUSED = {
  ...CHANGE_REFUSED,
  ...CONFIRM_FIRST,
  ...NO_USER,
  unsupported_media_type: 'There is a body, which nobody needs, and it is not JSON.',
} as const;
const oneTimeLink = {
  url: { ...text, description: 'Works once. It is shown here and never again; the token is behind its "#".' },
  expires_at: TIME,
} as const;
const INVALID_LINK = { invalid_link: 'The link was used before, has expired, or was replaced.' } as const;

const { invitation, reset } = ONE_TIME_LINKS;

/** Schemas of invitations, password resets, and signing in by OpenID Connect. */
export const linkSchemas = {
  OneTimeLink: object(oneTimeLink),
  Invitation: object({
    ...oneTimeLink,
    mail: {
      enum: MAIL_OUTCOMES,
      description:
        'Whether the link was mailed to the person, too. `sent`: the mail server took it; `failed`: it did not, and the log has the ' +
        'reason; `pending`: it has not answered within 5 s; `off`: no mail server is set up.',
    },
  }),
  InvitationAcceptance: object(
    {
      token,
      name: {
        type: 'string',
        minLength: 1,
        maxLength: 200,
        checkedIn: 'domain/person.ts',
        description: 'Absent: the name that the invitation was made with.',
      },
      password: PASSWORD,
    },
    ['name'],
  ),
  PasswordResetRequest: object({ email: { type: 'string', maxLength: 1000 } }),
  PasswordResetAcceptance: object({
    token,
    password: PASSWORD,
    revoke_tokens: { ...flag, default: true, description: 'Whether the API tokens of the person end, too.' },
  }),
  SignInWays: object({
    password: { ...flag, description: 'Whether people can sign in by a password.' },
    openid: {
      oneOf: [object({ name: { ...text, description: 'Name of the provider, for the button.' } }), { type: 'null' }],
      description: 'Sign-in by OpenID Connect; null: it is not set up.',
    },
    reset_by_mail: { ...flag, description: 'Whether the console mails links that reset a password.' },
  }),
} as const;

/** Routes of invitations, password resets, and signing in by OpenID Connect. */
export const linkRoutes = {
  getSignInWays: {
    method: 'GET',
    path: '/api/sign-in-ways',
    summary: 'How people can sign in here',
    access: EVERYBODY,
    answers: { 200: { description: 'The ways.', schema: ref('SignInWays') } },
  },
  beginOpenid: {
    method: 'GET',
    path: '/api/session/openid',
    summary: 'Sign in by OpenID Connect: leads the browser to the provider',
    description:
      'An attempt lasts 10 minutes. With the cookie of a session it also links the account of that session, if the provider ' +
      'confirms the same address.',
    access: EVERYBODY,
    answers: { 302: { description: 'To the provider; or back to the console, with ?sign_in_refused=<reason>.' } },
    problems: { not_found: 'OpenID Connect is not set up here.' },
  },
  finishOpenid: {
    method: 'GET',
    path: '/api/session/openid/callback',
    summary: 'The way back from the provider',
    access: EVERYBODY,
    answers: {
      302: {
        description:
          'To the console: signed in, with the cookie of the session; otherwise with ?sign_in_refused=<reason>. ' +
          'docs/reasons.md lists the reasons.',
      },
    },
    problems: { not_found: 'OpenID Connect is not set up here.' },
  },
  inviteAgain: {
    method: 'POST',
    path: '/api/users/{id}/invitation',
    summary: 'Make a new invitation for a user who has not accepted; the earlier one ends (admins)',
    params: USER_ID,
    answers: {
      200: { description: `The link works for ${invitation.days} days.`, schema: ref('Invitation') },
    },
    problems: { ...REFUSED, not_invited: 'The user can sign in already.' },
  },
  acceptInvitation: {
    method: 'POST',
    path: '/api/invitations/accept',
    summary: 'Accept an invitation: choose a password, and be signed in',
    access: EVERYBODY,
    body: ref('InvitationAcceptance'),
    answers: { 200: { description: 'Signed in; the cookie carries the session.', schema: ref('Session') } },
    problems: { ...INVALID_LINK, ...NO_PASSWORD, ...SLOW_DOWN },
  },
  askPasswordReset: {
    method: 'POST',
    path: '/api/password-resets',
    summary: 'Ask for a link that resets a password, by mail',
    description:
      'The answer does not say whether anybody has this address. The console mails a link if somebody signs in with it by a ' +
      `password, and fewer than ${reset.byMailAtMost} links that were asked for are valid.`,
    access: EVERYBODY,
    body: ref('PasswordResetRequest'),
    answers: { 202: { description: 'Asked.' } },
    problems: SLOW_DOWN,
  },
  issuePasswordReset: {
    method: 'POST',
    path: '/api/users/{id}/password-reset',
    summary: 'Make a link with which a user sets a new password; the earlier one of an admin ends (admins)',
    params: USER_ID,
    answers: { 200: { description: 'The link works for an hour.', schema: ref('OneTimeLink') } },
    problems: { ...REFUSED, not_accepted: 'The user has not accepted the invitation yet.' },
  },
  acceptPasswordReset: {
    method: 'POST',
    path: '/api/password-resets/accept',
    summary: 'Set a new password by a link; all sessions end',
    description: 'Nobody is signed in by it: a second factor is still asked for.',
    access: EVERYBODY,
    body: ref('PasswordResetAcceptance'),
    answers: { 204: { description: 'Done.' } },
    problems: { ...INVALID_LINK, ...NO_PASSWORD, ...SLOW_DOWN },
  },
} as const;
