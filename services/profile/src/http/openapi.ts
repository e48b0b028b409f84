import type { OpenApiDocument } from '@hilo/service';

const text = { type: 'string' };
const optional = { type: ['string', 'null'] };
const instant = { type: ['string', 'null'], format: 'date-time' };
const flag = { type: 'string', enum: ['true', 'false'], default: 'false' };

const PATH = [
  { name: 'space', in: 'path', required: true, description: 'The space: default.', schema: text },
  {
    name: 'identifier',
    in: 'path',
    required: true,
    description: '{type}:{id}, such as user_id:17850, anonymous_id:1f0c… or email:ann@example.com; or profile_id:p_….',
    schema: text,
  },
];

const parameter = (name: string, description: string, schema: object = text) => ({
  name,
  in: 'query',
  description,
  schema,
});
const list = (maximum: number, include: string) => [
  parameter('limit', 'How many at most.', { type: 'integer', minimum: 1, maximum, default: 10 }),
  parameter('next', 'The "next" of the page before; also taken as "cursor".'),
  parameter('include', include),
];
const error = (description: string) => ({
  description,
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
});
const read = (operationId: string, summary: string, parameters: readonly object[], properties: object) => ({
  get: {
    operationId,
    summary,
    parameters: [...PATH, ...parameters],
    responses: {
      '200': {
        description: 'Found.',
        headers: { 'Request-Id': { description: 'Name of the request, for support.', schema: text } },
        content: {
          'application/json': { schema: { type: 'object', required: Object.keys(properties), properties } },
        },
      },
      '400': error('A parameter is wrong.'),
      '401': error('The token is missing or wrong.'),
      '404': error('Nobody has this identifier, or there is no such space.'),
      '503': error('A store does not answer for now.'),
    },
  },
});
const items = (properties: object) => ({
  type: 'array',
  items: { type: 'object', required: Object.keys(properties), properties },
});
const cursor = { $ref: '#/components/schemas/Cursor' };
const BASE = '/v1/spaces/{space}/collections/users/profiles/{identifier}';

/** The Profile API, in the shapes of Segment's. */
export const openapi: OpenApiDocument = {
  openapi: '3.1.0',
  info: { title: 'Hilo profile', version: '1', description: 'What is known of a person, by any identifier.' },
  security: [{ basic: [] }, { bearer: [] }],
  paths: {
    [`${BASE}/traits`]: read(
      'getTraits',
      'Traits of a profile; of class audience: the segments it is in',
      [
        ...list(200, 'Comma list of trait names; others are left out.'),
        parameter('class', 'Only audiences, or only computed traits.', {
          type: 'string',
          enum: ['audience', 'computed_trait'],
        }),
        parameter('verbose', 'With true each trait is {value, source_id, message_id, updated_at}.', flag),
      ],
      { traits: { type: 'object', additionalProperties: true }, cursor },
    ),
    [`${BASE}/external_ids`]: read(
      'getExternalIds',
      'Identifiers of a profile, with the events that linked them',
      list(100, 'Comma list of identifier types; others are left out.'),
      {
        data: items({
          source_id: text,
          collection: text,
          id: text,
          type: text,
          created_at: instant,
          encoding: text,
          first_message_id: text,
        }),
        cursor,
      },
    ),
    [`${BASE}/segments`]: read(
      'getSegments',
      'Segments that a profile is in',
      list(100, 'Comma list of segment keys; others are left out.'),
      { data: items({ segment: text, version: { type: 'integer' }, since: instant }), cursor },
    ),
    [`${BASE}/events`]: read(
      'getEvents',
      'Events of a profile, newest first',
      list(100, 'Comma list of event names; others are left out.'),
      {
        data: items({
          external_ids: items({ collection: text, type: text, id: text, encoding: text }),
          context: { type: 'object' },
          type: text,
          message_id: text,
          source_id: text,
          timestamp: instant,
          properties: { type: 'object' },
          event: optional,
          related: { type: 'object', properties: { users: text } },
        }),
        cursor,
      },
    ),
    [`${BASE}/metadata`]: read(
      'getMetadata',
      'When a profile became known and changed last, with the events behind both',
      [parameter('verbose', 'With true also the profile id.', flag)],
      {
        metadata: {
          type: 'object',
          properties: {
            created_at: instant,
            updated_at: instant,
            expires_at: { type: 'null' },
            first_message_id: optional,
            first_source_id: optional,
            last_message_id: optional,
            last_source_id: optional,
            profile_id: text,
          },
        },
      },
    ),
  },
  components: {
    securitySchemes: {
      basic: { type: 'http', scheme: 'basic', description: 'The admin token as user name, no password.' },
      bearer: { type: 'http', scheme: 'bearer' },
    },
    schemas: {
      Cursor: {
        type: 'object',
        required: ['url', 'has_more', 'next', 'limit'],
        properties: { url: text, has_more: { type: 'boolean' }, next: text, limit: { type: 'integer' } },
      },
      Error: {
        type: 'object',
        required: ['error'],
        properties: {
          error: {
            type: 'object',
            required: ['code', 'message'],
            properties: {
              code: {
                type: 'string',
                enum: [
                  'authentication_error',
                  'invalid_request_error',
                  'validation_error',
                  'not_found',
                  'unavailable',
                  'internal_error',
                ],
              },
              message: text,
            },
          },
        },
      },
    },
  },
};
