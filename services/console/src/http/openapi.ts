import type { OpenApiDocument } from '@hilo/service';
import { SERVICES } from '../domain/rights.ts';
import { explorationPaths } from './openapi-explorations.ts';
import { operations } from './openapi-operations.ts';
import {
  answer,
  apiToken,
  auditEntry,
  credentials,
  json,
  madeApiToken,
  newApiToken,
  newUser,
  object,
  overview,
  pageOf,
  passwordChange,
  problem,
  refusal,
  session,
  text,
  user,
  userChange,
} from './openapi-schemas.ts';

const open: readonly unknown[] = [];
const of_a_session = [{ session: [] }];
const of_the_stack = [{ adminToken: [] }];

const inPath = (name: string) => ({ name, in: 'path', required: true, schema: text });
const paging = [
  { name: 'limit', in: 'query', schema: { type: 'integer', minimum: 1, maximum: 1000, default: 100 } },
  { name: 'cursor', in: 'query', schema: text, description: 'The "next" of the page before.' },
];
const file = (type: string) => ({ 200: { description: 'The file.', content: { [type]: { schema: text } } } });

const unauthorized = refusal('unauthorized: nobody is signed in, or the token is not known.');
const forbidden = refusal('forbidden: the role or the scopes do not allow it; csrf_failed: X-CSRF-Token is not right.');
const unknown = refusal('not_found');
const wrong = refusal('invalid_request: the problem names the field.');
const tooMany = refusal('too_many_attempts: Retry-After says for how long.');
const conflict = refusal('email_taken, limit_reached, or last_admin: somebody must stay who can let others in.');
const done = { description: 'Done.' };

/** One operation of forwarding; each service describes the rest at its own /openapi.json. */
function forwarded(summary: string, changes: boolean) {
  return {
    summary,
    parameters: [
      { ...inPath('service'), schema: { enum: SERVICES } },
      { ...inPath('path'), description: 'Everything after /v1/, with slashes.' },
    ],
    ...(changes ? { requestBody: { content: { 'application/json': { schema: {} } } } } : {}),
    responses: {
      default: { description: "The service's own answer. Who may not change secrets sees [redacted] in their place." },
      401: unauthorized,
      403: forbidden,
      404: unknown,
      502: refusal('bad_gateway: the service refuses the console; answer_too_large: ask for fewer items.'),
      503: refusal('unavailable: no instance of the service can be reached.'),
      504: refusal('timeout: the service did not answer; a change may have been made.'),
    },
  };
}

/** The console's HTTP interface. */
export const openapi: OpenApiDocument = {
  openapi: '3.1.0',
  info: {
    title: 'Hilo console',
    version: '0.1.0',
    description:
      'The one entry for people: signing in, users, API tokens, the audit log, and every service behind it with the rights ' +
      'of who asks. A session comes as a cookie, and every change of it with X-CSRF-Token; programs send an API token or the ' +
      "stack's admin token as Bearer.",
  },
  security: [{ session: [] }, { apiToken: [] }, { adminToken: [] }],
  paths: {
    '/': { get: { summary: 'The pages', security: open, responses: file('text/html') } },
    '/{path}': {
      get: {
        summary: 'A file of the pages, or the pages themselves at an address of theirs',
        security: open,
        parameters: [inPath('path')],
        responses: { ...file('text/html'), 404: unknown },
      },
    },
    '/api/session': {
      get: {
        summary: 'Who is signed in',
        security: of_a_session,
        responses: { 200: answer('The session.', session), 401: unauthorized },
      },
      post: {
        summary: 'Sign in',
        security: open,
        requestBody: json(credentials),
        responses: {
          200: answer('Signed in; the cookie hilo_session carries the session.', session),
          400: wrong,
          401: refusal('invalid_credentials: no such person, disabled, or another password; nobody learns which.'),
          429: tooMany,
        },
      },
      delete: {
        summary: 'Sign out',
        security: of_a_session,
        responses: { 204: done, 401: unauthorized, 403: forbidden },
      },
    },
    '/api/session/password': {
      put: {
        summary: 'Change the own password; all other sessions end',
        security: of_a_session,
        requestBody: json(passwordChange),
        responses: {
          204: done,
          400: wrong,
          401: unauthorized,
          403: refusal('wrong_password: the current password is another; csrf_failed.'),
          429: tooMany,
        },
      },
    },
    '/api/users': {
      get: {
        summary: 'Users, by address (admins)',
        parameters: paging,
        responses: { 200: answer('A page.', pageOf(user)), 401: unauthorized, 403: forbidden },
      },
      post: {
        summary: 'Add a user (admins)',
        requestBody: json(newUser),
        responses: { 201: answer('Added.', user), 400: wrong, 401: unauthorized, 403: forbidden, 409: conflict },
      },
    },
    '/api/users/{email}': {
      patch: {
        summary: 'Change a user (admins); disabling and a new password end the sessions',
        parameters: [inPath('email')],
        requestBody: json(userChange),
        responses: {
          200: answer('Changed.', user),
          ...{ 400: wrong, 401: unauthorized, 403: forbidden, 404: unknown, 409: conflict },
        },
      },
      delete: {
        summary: 'Remove a user, with sessions and tokens (admins)',
        parameters: [inPath('email')],
        responses: { 204: done, 401: unauthorized, 403: forbidden, 404: unknown, 409: conflict },
      },
    },
    '/api/tokens': {
      get: {
        summary: 'The own API tokens; for admins everybody’s',
        parameters: paging,
        responses: { 200: answer('A page.', pageOf(apiToken)), 401: unauthorized, 403: forbidden },
      },
      post: {
        summary: 'Make an API token for oneself, signed in',
        requestBody: json(newApiToken),
        responses: { 201: answer('Made.', madeApiToken), 400: wrong, 401: unauthorized, 403: forbidden, 409: conflict },
      },
    },
    '/api/tokens/{id}': {
      delete: {
        summary: 'Remove an API token of one’s own; for admins anybody’s',
        parameters: [inPath('id')],
        responses: { 204: done, 401: unauthorized, 403: forbidden, 404: unknown },
      },
    },
    '/api/audit': {
      get: {
        summary: 'Who changed what, newest first (admins)',
        parameters: paging,
        responses: { 200: answer('A page.', pageOf(auditEntry)), 401: unauthorized, 403: forbidden },
      },
    },
    ...explorationPaths,
    '/api/overview': {
      get: {
        summary: 'State of all services, stages and segments now',
        responses: { 200: answer('The overview.', overview), 401: unauthorized, 403: forbidden },
      },
    },
    '/api/live': {
      get: {
        summary: 'The overview every second, as server-sent events',
        responses: {
          200: {
            description: 'A stream that does not end; the data of each event is an overview.',
            content: { 'text/event-stream': { schema: text } },
          },
          ...{ 401: unauthorized, 403: forbidden, 429: refusal('too_many_watchers: 10 pages of yours are open.') },
        },
      },
    },
    '/api/operations': {
      get: {
        summary: 'Processes, lag, timers, stores and dead letters now, for those who run the installation',
        responses: { 200: answer('How everything runs.', operations), 401: unauthorized, 403: forbidden },
      },
    },
    '/api/operations/live': {
      get: {
        summary: 'The same every second, as server-sent events',
        responses: {
          200: {
            description: 'A stream that does not end; the data of each event is as of /api/operations.',
            content: { 'text/event-stream': { schema: text } },
          },
          ...{ 401: unauthorized, 403: forbidden, 429: refusal('too_many_watchers: 10 pages of yours are open.') },
        },
      },
    },
    '/api/{service}/v1/{path}': {
      get: forwarded('Read from a service', false),
      put: forwarded('Create or replace something of a service (editors)', true),
      post: forwarded('Run something of a service (editors); tracking calls are not forwarded', true),
      delete: forwarded('Delete something of a service (editors)', false),
    },
    '/v1/webhook-receiver': {
      get: {
        summary: "Address and secret of the console's own webhook",
        security: of_the_stack,
        responses: {
          200: answer('What to register as a destination.', object({ url: text, secret: text })),
          401: unauthorized,
        },
      },
      post: {
        summary: 'Receives a membership change, signed with the secret',
        security: open,
        requestBody: json({ type: 'object' }),
        responses: {
          204: { description: 'Taken, now or before under the same Idempotency-Key.' },
          400: refusal('bad_body: the body is no membership change.'),
          401: refusal('bad_signature: the signature is missing, wrong or too old.'),
        },
      },
    },
  },
  components: {
    schemas: { Problem: problem },
    securitySchemes: {
      session: { type: 'apiKey', in: 'cookie', name: 'hilo_session' },
      apiToken: { type: 'http', scheme: 'bearer' },
      adminToken: { type: 'http', scheme: 'bearer' },
    },
  },
};
