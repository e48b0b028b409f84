import { type Contract, PAGING, pageOf, ref } from '@hilo/service/contract';
import { SERVICES } from '../domain/rights.ts';
import { linkRoutes } from './contract-links.ts';
import {
  ADMIN_STAYS,
  CHANGE_REFUSED,
  CONFIRM_FIRST,
  NO_PASSWORD,
  NO_USER,
  REFUSED,
  USER_ID,
} from './contract-problems.ts';
import { schemas } from './contract-schemas.ts';
import { signInRoutes } from './contract-sign-in.ts';

const text = { type: 'string' } as const;
const page = { 200: { description: 'The page.', media: 'text/html' } } as const;
const NOT_BUILT = { not_built: 'The pages are not built.' } as const;
const done = { 204: { description: 'Done.' } } as const;

const EVERYBODY = ['open'] as const;
const THE_STACK = ['adminToken'] as const;

const WATCHERS = { ...REFUSED, too_many_watchers: 'You have 10 such pages open.' } as const;

const kind = { enum: ['queries', 'dashboards'], checkedIn: 'http/explorations-controller.ts' } as const;
const exploration = { kind, id: { ...text, description: 'Id of the query or dashboard.' } } as const;
const NO_KIND = { not_found: 'There are queries and dashboards here.' } as const;
const NO_EXPLORATION = { not_found: 'It does not exist, or is not shared with you.' } as const;
/** A page has whole contents: fewer fit than of other lists. */
const FEWER = { ...PAGING, limit: { ...PAGING.limit, maximum: 100, default: 20 } } as const;

const forwarded = {
  path: '/api/{service}/v1/{path}',
  description: 'Each service describes its own routes at /openapi.json of its operations port.',
  params: {
    service: { enum: SERVICES },
    path: { ...text, description: 'Everything after /v1/, with slashes.' },
  },
  answers: {
    default: {
      description: "The service's own answer. Secrets are [redacted] for a caller who may not change them.",
      schema: {},
    },
  },
  problems: {
    ...CHANGE_REFUSED,
    not_found: 'Nothing is forwarded from this address.',
    bad_gateway: 'The service refuses the console.',
    answer_too_large: 'Ask for fewer items.',
    timeout: 'The service did not answer; a change may have been made.',
  },
} as const;

/** The HTTP API of the console. */
export const contract = {
  title: 'Hilo console',
  description:
    'The one entry for people: signing in, users, API tokens, the audit log, and every service behind it with the rights of ' +
    'the caller. A session comes as a cookie, and every change of it with X-CSRF-Token; programs send an API token or the ' +
    "stack's admin token as Bearer.",
  access: {
    session: {
      type: 'apiKey',
      in: 'cookie',
      name: 'hilo_session',
      description: 'Where people reach the console by HTTPS, its name is __Host-hilo_session.',
    },
    apiToken: { type: 'http', scheme: 'bearer' },
    adminToken: { type: 'http', scheme: 'bearer' },
  },
  schemas,
  routes: {
    getPages: {
      method: 'GET',
      path: '/',
      summary: 'The pages',
      access: EVERYBODY,
      answers: page,
      problems: NOT_BUILT,
    },
    getPage: {
      method: 'GET',
      path: '/{path}',
      summary: 'A file of the pages, or the pages themselves at an address of theirs',
      access: EVERYBODY,
      params: { path: { ...text, description: 'Path of the file or page.' } },
      answers: page,
      problems: { not_found: 'There is nothing at this address.', ...NOT_BUILT },
    },
    ...signInRoutes,
    ...linkRoutes,
    listUsers: {
      method: 'GET',
      path: '/api/users',
      summary: 'Users, by address (admins)',
      query: PAGING,
      answers: { 200: { description: 'A page.', schema: pageOf(ref('User')) } },
      problems: REFUSED,
    },
    addUser: {
      method: 'POST',
      path: '/api/users',
      summary: 'Add a user with a password, or invite one (admins)',
      body: ref('NewUser'),
      answers: { 201: { description: 'Added.', schema: ref('AddedUser') } },
      problems: {
        ...CHANGE_REFUSED,
        ...CONFIRM_FIRST,
        ...NO_PASSWORD,
        email_taken: 'Somebody has this address already.',
        limit_reached: 'There are as many users as there may be.',
      },
    },
    changeUser: {
      method: 'PATCH',
      path: '/api/users/{id}',
      summary: 'Change a user (admins); disabling and a new password end the sessions',
      params: USER_ID,
      body: ref('UserChange'),
      answers: { 200: { description: 'Changed.', schema: ref('User') } },
      problems: { ...CHANGE_REFUSED, ...CONFIRM_FIRST, ...NO_USER, ...NO_PASSWORD, ...ADMIN_STAYS },
    },
    removeUser: {
      method: 'DELETE',
      path: '/api/users/{id}',
      summary: 'Remove a user, with sessions and tokens (admins)',
      params: USER_ID,
      answers: done,
      problems: { ...CHANGE_REFUSED, ...CONFIRM_FIRST, ...NO_USER, ...ADMIN_STAYS },
    },
    listTokens: {
      method: 'GET',
      path: '/api/tokens',
      summary: 'Your own API tokens; for admins everybody’s',
      query: PAGING,
      answers: { 200: { description: 'A page.', schema: pageOf(ref('ApiToken')) } },
      problems: REFUSED,
    },
    addToken: {
      method: 'POST',
      path: '/api/tokens',
      summary: 'Create an API token for yourself, signed in',
      body: ref('NewApiToken'),
      answers: { 201: { description: 'Created.', schema: ref('CreatedApiToken') } },
      problems: { ...CHANGE_REFUSED, ...CONFIRM_FIRST, limit_reached: 'You have as many tokens as one may have.' },
    },
    removeToken: {
      method: 'DELETE',
      path: '/api/tokens/{id}',
      summary: 'Remove an API token of your own; for admins anybody’s',
      params: { id: { ...text, description: 'Id of the token.' } },
      answers: done,
      problems: { ...CHANGE_REFUSED, not_found: 'There is no such token.' },
    },
    listAudit: {
      method: 'GET',
      path: '/api/audit',
      summary: 'Who changed what, signed in or was refused, newest first (admins)',
      query: PAGING,
      answers: { 200: { description: 'A page.', schema: pageOf(ref('AuditEntry')) } },
      problems: REFUSED,
    },
    searchAudit: {
      method: 'POST',
      path: '/api/audit/search',
      summary: 'The entries of the audit log that fit a filter, newest first (admins)',
      description:
        'The filter stands in the body, because it may name people. What it leaves out is on no page. A search for a text ' +
        'looks at 100,000 entries at most: its page may have fewer items than the limit, or none, and a cursor to look further.',
      readOnly: true,
      body: ref('AuditSearch'),
      answers: { 200: { description: 'A page.', schema: pageOf(ref('AuditEntry')) } },
      problems: CHANGE_REFUSED,
    },
    exportAudit: {
      method: 'POST',
      path: '/api/audit/export',
      summary: 'The same as a file (admins)',
      description:
        'A stream, newest first. It breaks off beyond 1,000,000 entries or 5 minutes, so that half a file is not taken for a ' +
        'whole one: then ask for less time. csv is for spreadsheets: a text that a spreadsheet would run as a formula gets an ' +
        'apostrophe in front. jsonl has every entry as GET /api/audit has it.',
      readOnly: true,
      body: ref('AuditExport'),
      answers: { 200: { description: 'The file.', media: 'text/csv', files: ['application/jsonl'] } },
      problems: CHANGE_REFUSED,
    },
    listExplorations: {
      method: 'GET',
      path: '/api/explore/{kind}',
      summary: 'Saved queries or dashboards: your own, and those that are shared; for admins all',
      params: { kind },
      query: FEWER,
      answers: { 200: { description: 'A page.', schema: pageOf(ref('Exploration')) } },
      problems: { ...REFUSED, ...NO_KIND },
    },
    addExploration: {
      method: 'POST',
      path: '/api/explore/{kind}',
      summary: 'Save a query or a dashboard (editors)',
      params: { kind },
      body: ref('NewExploration'),
      answers: { 201: { description: 'Saved.', schema: ref('Exploration') } },
      problems: { ...CHANGE_REFUSED, ...NO_KIND, limit_reached: 'You have saved as many as one may.' },
    },
    getExploration: {
      method: 'GET',
      path: '/api/explore/{kind}/{id}',
      summary: 'A saved query or dashboard',
      params: exploration,
      answers: { 200: { description: 'It.', schema: ref('Exploration') } },
      problems: { ...REFUSED, ...NO_EXPLORATION },
    },
    changeExploration: {
      method: 'PUT',
      path: '/api/explore/{kind}/{id}',
      summary: 'Change a query or a dashboard of your own (editors); admins anybody’s',
      params: exploration,
      body: ref('ExplorationChange'),
      answers: { 200: { description: 'Changed.', schema: ref('Exploration') } },
      problems: { ...CHANGE_REFUSED, ...NO_EXPLORATION, version_conflict: 'It was changed meanwhile.' },
    },
    removeExploration: {
      method: 'DELETE',
      path: '/api/explore/{kind}/{id}',
      summary: 'Delete a query or a dashboard of your own (editors); admins anybody’s',
      params: exploration,
      answers: done,
      problems: { ...CHANGE_REFUSED, ...NO_EXPLORATION },
    },
    getOverview: {
      method: 'GET',
      path: '/api/overview',
      summary: 'State of all services, stages and segments now',
      answers: { 200: { description: 'The overview.', schema: ref('Overview') } },
      problems: REFUSED,
    },
    watchOverview: {
      method: 'GET',
      path: '/api/live',
      summary: 'The overview every second, as server-sent events that do not end',
      answers: { 200: { description: 'The stream.', media: 'text/event-stream', schema: ref('Overview') } },
      problems: WATCHERS,
    },
    getOperations: {
      method: 'GET',
      path: '/api/operations',
      summary: 'Processes, lag, timers, stores and dead letters now, for those who run the installation',
      answers: { 200: { description: 'How everything runs.', schema: ref('Operations') } },
      problems: REFUSED,
    },
    watchOperations: {
      method: 'GET',
      path: '/api/operations/live',
      summary: 'The same every second, as server-sent events that do not end',
      answers: { 200: { description: 'The stream.', media: 'text/event-stream', schema: ref('Operations') } },
      problems: WATCHERS,
    },
    readFromService: { ...forwarded, method: 'GET', summary: 'Read from a service' },
    putToService: {
      ...forwarded,
      method: 'PUT',
      summary: 'Create or replace something of a service (editors)',
      body: {},
    },
    postToService: {
      ...forwarded,
      method: 'POST',
      summary: 'Run something of a service (editors); tracking calls are not forwarded',
      body: {},
    },
    deleteFromService: { ...forwarded, method: 'DELETE', summary: 'Delete something of a service (editors)' },
    getWebhookReceiver: {
      method: 'GET',
      path: '/v1/webhook-receiver',
      summary: "Address and secret of the console's own webhook",
      access: THE_STACK,
      answers: { 200: { description: 'What to register as a destination.', schema: ref('WebhookReceiver') } },
    },
    receiveWebhook: {
      method: 'POST',
      path: '/v1/webhook-receiver',
      summary: 'Receives a membership change, signed with the secret',
      access: EVERYBODY,
      body: { type: 'object' },
      answers: { 204: { description: 'Taken, now or before under the same Idempotency-Key.' } },
      problems: {
        bad_body: 'The body is no membership change.',
        bad_signature: 'The signature is missing, wrong or too old.',
      },
    },
  },
} as const satisfies Contract;

/** Name of the contract for types: `AnswerOf<Api, 'getSession'>`. */
export type Api = typeof contract;
