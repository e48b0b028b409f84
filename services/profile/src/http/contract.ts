import { type Contract, listOf, object, ref, TIME_OR_NULL } from '@hilo/service/contract';

const text = { type: 'string' } as const;
const optional = { type: ['string', 'null'] } as const;
const any = { type: 'object' } as const;
const cursor = ref('Cursor');

const MAX_TRAITS = 200;
const MAX_ITEMS = 100;

/** The parts of every path. */
const params = {
  space: { ...text, description: 'The space: default.' },
  identifier: {
    ...text,
    description:
      '{type}:{id}, such as user_id:17850, anonymous_id:1f0c… or email:ann@example.com; or profile_id:p_…, which says nothing ' +
      'about the person and is always taken.',
  },
} as const;

/** An empty value counts as none, as with Segment's API: the reader of the query checks that. */
const verbose = (description: string) =>
  ({ enum: ['true', 'false'], default: 'false', description, checkedIn: 'http/read-query.ts' }) as const;

/** What a list takes. */
const list = (maximum: number, include: string) =>
  ({
    limit: { type: 'integer', minimum: 1, maximum, default: 10, description: 'How many at most.' },
    next: { ...text, description: 'The "next" of the page before; also taken as "cursor".' },
    cursor: { ...text, description: 'The same as "next".' },
    include: { ...listOf(text), description: `Comma list of ${include}; others are left out. It may be repeated.` },
  }) as const;

const read = <const Path extends string>(path: Path) =>
  ({
    method: 'GET',
    path: `/v1/spaces/{space}/collections/users/profiles/{identifier}/${path}`,
    params,
  }) as const;

/** The Profile API, in the shapes of Segment's: names, errors and paging are Segment's, and stay as they are. */
export const contract = {
  title: 'Hilo profile',
  description: 'What is known of a person, by any identifier.',
  access: {
    basic: { type: 'http', scheme: 'basic', description: 'The admin token as user name, no password.' },
    bearer: { type: 'http', scheme: 'bearer', description: 'The admin token, or a token that another service signs.' },
  },
  errors: {
    schema: ref('Error'),
    statuses: {
      400: 'A parameter is wrong.',
      401: 'The token is missing or wrong.',
      403: 'This installation takes no identifiers of people in addresses: name the profile as profile_id:{id}.',
      404: 'Nobody has this identifier, or there is no such space.',
      500: 'A fault of the service; its log has the details.',
      503: 'A store does not answer for now.',
    },
  },
  schemas: {
    Cursor: object({ url: text, has_more: { type: 'boolean' }, next: text, limit: { type: 'integer' } }),
    Traits: object({
      traits: { ...any, description: 'By name; in full, each is a Trait.' },
      cursor,
    }),
    Trait: object({
      value: {},
      source_id: optional,
      message_id: optional,
      updated_at: TIME_OR_NULL,
    }),
    ExternalId: object({
      source_id: text,
      collection: text,
      id: text,
      type: text,
      created_at: TIME_OR_NULL,
      encoding: text,
      first_message_id: text,
    }),
    ExternalIds: object({ data: listOf(ref('ExternalId')), cursor }),
    Segment: object({ segment: text, version: { type: 'integer' }, since: TIME_OR_NULL }),
    Segments: object({ data: listOf(ref('Segment')), cursor }),
    Event: object({
      external_ids: listOf(object({ collection: text, type: text, id: text, encoding: text })),
      context: any,
      type: text,
      message_id: text,
      source_id: text,
      timestamp: TIME_OR_NULL,
      properties: any,
      event: optional,
      related: object({ users: text }),
    }),
    Events: object({ data: listOf(ref('Event')), cursor }),
    Metadata: object({
      metadata: object(
        {
          created_at: TIME_OR_NULL,
          updated_at: TIME_OR_NULL,
          expires_at: { type: 'null' },
          first_message_id: optional,
          first_source_id: optional,
          last_message_id: optional,
          last_source_id: optional,
          profile_id: text,
        },
        ['profile_id'],
      ),
    }),
    Error: object({
      error: object({
        code: {
          enum: [
            ...['authentication_error', 'invalid_request_error', 'validation_error', 'not_found'],
            ...['unavailable', 'internal_error'],
          ] as const,
        },
        message: text,
      }),
    }),
  },
  routes: {
    getTraits: {
      ...read('traits'),
      summary: 'Traits of a profile; of class audience: the segments it is in',
      query: {
        ...list(MAX_TRAITS, 'trait names'),
        class: {
          enum: ['audience', 'computed_trait'],
          description: 'Only audiences, or only computed traits.',
          checkedIn: 'http/read-query.ts',
        },
        verbose: verbose('With true each trait is {value, source_id, message_id, updated_at}.'),
      },
      answers: { 200: { description: 'Found.', schema: ref('Traits') } },
    },
    getExternalIds: {
      ...read('external_ids'),
      summary: 'Identifiers of a profile, with the events that linked them',
      query: list(MAX_ITEMS, 'identifier types'),
      answers: { 200: { description: 'Found.', schema: ref('ExternalIds') } },
    },
    getSegments: {
      ...read('segments'),
      summary: 'Segments that a profile is in',
      query: list(MAX_ITEMS, 'segment keys'),
      answers: { 200: { description: 'Found.', schema: ref('Segments') } },
    },
    getEvents: {
      ...read('events'),
      summary: 'Events of a profile, newest first',
      query: list(MAX_ITEMS, 'event names'),
      answers: { 200: { description: 'Found.', schema: ref('Events') } },
    },
    getMetadata: {
      ...read('metadata'),
      summary: 'When a profile became known and changed last, with the events behind both',
      query: { verbose: verbose('With true also the profile id.') },
      answers: { 200: { description: 'Found.', schema: ref('Metadata') } },
    },
  },
} as const satisfies Contract;

/** Name of the contract for types: `AnswerOf<Api, 'getTraits'>`. */
export type Api = typeof contract;
