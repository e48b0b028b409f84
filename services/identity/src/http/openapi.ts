import type { OpenApiDocument } from '@hilo/service';

const instant = { type: ['string', 'null'], format: 'date-time' };
const identifier = {
  type: 'object',
  required: ['type', 'value'],
  properties: { type: { type: 'string' }, value: { type: 'string' } },
};
const evidenceWith = (decided: string) => ({
  type: 'object',
  description: 'The event behind it.',
  required: ['source', 'message_id', 'rule', 'event_time', decided],
  properties: {
    source: { type: 'string' },
    message_id: { type: 'string' },
    rule: { type: 'string', enum: ['same_event', 'alias', 'merge_call'] },
    event_time: instant,
    [decided]: instant,
  },
});

const problemAnswer = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
});
const answers = (description: string, schema: string) => ({
  '200': { description, content: { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } } },
  '401': problemAnswer('The admin token is missing or wrong.'),
  '404': problemAnswer('Nothing is known of it.'),
  '503': problemAnswer('The database does not answer for now.'),
});
const parameter = (name: string, description: string) => ({
  name,
  in: 'path',
  required: true,
  description,
  schema: { type: 'string' },
});

/** The HTTP API of the identity service. */
export const openapi: OpenApiDocument = {
  openapi: '3.1.0',
  info: {
    title: 'Hilo identity',
    version: '1',
    description: 'Whose an identifier is, what belongs to a profile, and why.',
  },
  security: [{ bearer: [] }],
  paths: {
    '/v1/identifiers/{identifier}': {
      get: {
        operationId: 'getIdentifier',
        summary: 'The profile an identifier belongs to, and the event that linked it',
        parameters: [parameter('identifier', '{type}:{value}, such as user_id:17850 or email:ann@example.com.')],
        responses: {
          ...answers('The identifier.', 'KnownIdentifier'),
          '400': problemAnswer('The identifier has no type, or one that there is not.'),
        },
      },
    },
    '/v1/profiles/{profile_id}': {
      get: {
        operationId: 'getProfile',
        summary: 'The identifiers of a profile with their evidence, and the merges that made it',
        parameters: [parameter('profile_id', 'Id of the profile; also of one that was merged into another.')],
        responses: answers('The profile.', 'KnownProfile'),
      },
    },
  },
  components: {
    securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
    schemas: {
      KnownIdentifier: {
        type: 'object',
        required: ['type', 'value', 'profile_id', 'evidence'],
        properties: {
          ...identifier.properties,
          profile_id: { type: 'string' },
          evidence: evidenceWith('linked_at'),
        },
      },
      KnownProfile: {
        type: 'object',
        required: ['profile_id', 'status', 'survivor', 'created_at', 'identifiers', 'merges'],
        properties: {
          profile_id: { type: 'string' },
          status: { type: 'string', enum: ['live', 'merged'] },
          survivor: { type: ['string', 'null'], description: 'The living profile that a merged one resolves to.' },
          created_at: instant,
          identifiers: {
            type: 'array',
            items: {
              type: 'object',
              required: ['type', 'value', 'evidence'],
              properties: { ...identifier.properties, evidence: evidenceWith('linked_at') },
            },
          },
          merges: {
            type: 'array',
            items: {
              type: 'object',
              required: ['merge_id', 'absorbed', 'survivor', 'version', 'identifiers', 'evidence'],
              properties: {
                merge_id: { type: 'string' },
                absorbed: { type: 'string' },
                survivor: { type: 'string' },
                version: { type: 'integer' },
                identifiers: { type: 'array', items: identifier },
                evidence: evidenceWith('decided_at'),
              },
            },
          },
        },
      },
      Problem: {
        type: 'object',
        required: ['type', 'title', 'status', 'code', 'detail'],
        properties: {
          type: { type: 'string' },
          title: { type: 'string' },
          status: { type: 'integer' },
          code: { type: 'string' },
          detail: { type: 'string' },
          field: { type: 'string' },
        },
      },
    },
  },
};
