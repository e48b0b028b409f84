import type { OpenApiDocument } from '@hilo/service';
import { RETRY_STATES } from '../processors/retry-deliveries.ts';

const text = { type: 'string' };
const optional = { type: ['string', 'null'] };
const instant = { type: 'string', format: 'date-time' };
const optional_instant = { type: ['string', 'null'], format: 'date-time' };
const integer = { type: 'integer' };

const problemAnswer = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
});
const answer = (description: string, schema: object) => ({ description, content: { 'application/json': { schema } } });
const ref = (schema: string) => ({ $ref: `#/components/schemas/${schema}` });
const query = (name: string, schema: object, description: string) => ({ name, in: 'query', description, schema });
const pageOf = (schema: string) => ({
  type: 'object',
  required: ['items', 'next'],
  properties: {
    items: { type: 'array', items: ref(schema) },
    next: { ...optional, description: 'Cursor of the next page; null at the end.' },
  },
});

const COMMON = {
  '400': problemAnswer('Something in the request is wrong; the field is named.'),
  '401': problemAnswer('The admin token is missing or wrong.'),
  '503': problemAnswer('The database does not answer for now.'),
};
const PAGING = [
  query('limit', { type: 'integer', minimum: 1, maximum: 1000, default: 100 }, 'Items on the page.'),
  query('cursor', text, 'The "next" of the page before.'),
];
const KEY = {
  name: 'key',
  in: 'path',
  required: true,
  description: 'Key of the destination.',
  schema: { type: 'string', pattern: '^[a-z0-9][a-z0-9_-]{0,63}$' },
};
const NOT_FOUND = { '404': problemAnswer('There is no such destination.') };

const SEGMENTS = {
  description: '"all", or the keys of the segments whose changes are sent.',
  oneOf: [{ const: 'all' }, { type: 'array', items: { type: 'string', minLength: 1, maxLength: 100 }, maxItems: 200 }],
};
const DESTINATION = {
  key: text,
  name: { ...text, description: 'What people call it.' },
  type: { const: 'webhook' },
  url: { type: 'string', format: 'uri' },
  segments: SEGMENTS,
  enabled: { type: 'boolean' },
  created_at: instant,
  updated_at: instant,
};

/** The HTTP API of the activation service. */
export const openapi: OpenApiDocument = {
  openapi: '3.1.0',
  info: {
    title: 'Hilo activation',
    version: '1',
    description: 'Where membership changes are sent, and what became of each.',
  },
  security: [{ bearer: [] }],
  paths: {
    '/v1/destinations': {
      get: {
        operationId: 'listDestinations',
        summary: 'The destinations, by key',
        parameters: PAGING,
        responses: { '200': answer('A page of destinations.', pageOf('Destination')), ...COMMON },
      },
    },
    '/v1/destinations/{key}': {
      parameters: [KEY],
      get: {
        operationId: 'getDestination',
        summary: 'One destination, without its secret',
        responses: { '200': answer('The destination.', ref('Destination')), ...NOT_FOUND, ...COMMON },
      },
      put: {
        operationId: 'putDestination',
        summary: 'Makes or changes a destination; every instance knows it within a second',
        requestBody: { required: true, content: { 'application/json': { schema: ref('DestinationDraft') } } },
        responses: {
          '200': answer('Changed.', ref('Destination')),
          '201': answer('Made. The only answer that shows the secret.', ref('NewDestination')),
          '409': problemAnswer('There are as many destinations as there may be.'),
          ...COMMON,
          '400': problemAnswer('Something in the request is wrong, or unknown_segment: a segment does not exist.'),
          '503': problemAnswer('The database, or segmentation (segments_unknown), does not answer for now.'),
        },
      },
      delete: {
        operationId: 'deleteDestination',
        summary: 'Removes a destination; what waits for it ends as filtered',
        responses: { '204': { description: 'Removed.' }, ...NOT_FOUND, ...COMMON },
      },
    },
    '/v1/deliveries': {
      get: {
        operationId: 'listDeliveries',
        summary: 'Deliveries of the last 30 days, newest first',
        description: 'A delivery shows up with the outcome of its first attempt, or as soon as it has to wait.',
        parameters: [
          query('status', { enum: ['queued', 'retrying', 'delivered', 'filtered', 'failed'] }, 'Only these.'),
          query('destination', text, 'Only those to this destination.'),
          query('profile', text, 'Only those about this profile.'),
          query(
            'retries',
            { enum: ['listed', 'folded'], default: 'listed' },
            'folded: without deliveries that send one again that is listed; its sent_again says what came of it.',
          ),
          ...PAGING,
        ],
        responses: { '200': answer('A page of deliveries.', pageOf('Delivery')), ...COMMON },
      },
    },
    '/v1/deliveries/retry': {
      post: {
        operationId: 'retryDeliveries',
        summary: 'Sends failed deliveries again',
        description:
          'Each as a delivery of its own, once, with the Idempotency-Key of the first: whoever has had it after all drops ' +
          'it. Asking again changes nothing and is answered alike. What a later change of the segment has overtaken is ' +
          'not sent.',
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: {
                type: 'object',
                required: ['ids'],
                additionalProperties: false,
                properties: {
                  ids: {
                    type: 'array',
                    items: { ...text, pattern: '^[\\w-]{1,100}$' },
                    minItems: 1,
                    maxItems: 200,
                    description: 'Ids of failed deliveries.',
                  },
                },
              },
            },
          },
        },
        responses: {
          '200': answer('What became of each, in the order of the ids, each once.', {
            type: 'object',
            required: ['items'],
            properties: { items: { type: 'array', items: ref('Retry') } },
          }),
          ...COMMON,
          '503': problemAnswer('Kafka did not confirm in time, or the database does not answer. Ask again.'),
        },
      },
    },
  },
  components: {
    securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
    schemas: {
      Destination: { type: 'object', required: Object.keys(DESTINATION), properties: DESTINATION },
      NewDestination: {
        type: 'object',
        required: [...Object.keys(DESTINATION), 'secret'],
        properties: { ...DESTINATION, secret: text },
      },
      DestinationDraft: {
        type: 'object',
        required: ['type', 'url'],
        additionalProperties: false,
        properties: {
          name: {
            ...optional,
            minLength: 1,
            maxLength: 200,
            description: 'What people call it. Without it the one there is stays, or it is called by its key.',
          },
          type: { const: 'webhook' },
          url: { type: 'string', format: 'uri', maxLength: 2000, description: 'http or https.' },
          secret: {
            ...optional,
            minLength: 16,
            maxLength: 200,
            description: 'Signs each request. Without it the one there is stays, or one is made.',
          },
          segments: {
            ...SEGMENTS,
            oneOf: [...SEGMENTS.oneOf, { type: 'null' }],
            description: `${SEGMENTS.description} Without it those there are stay, or all are.`,
          },
          enabled: { type: ['boolean', 'null'], default: true },
        },
      },
      Delivery: {
        type: 'object',
        required: ['delivery_id', 'destination', 'profile_id', 'segment', 'status', 'reason', 'attempts', 'created_at'],
        properties: {
          delivery_id: text,
          destination: text,
          profile_id: text,
          segment: text,
          membership_version: integer,
          membership_status: { enum: ['entered', 'exited'] },
          status: { enum: ['queued', 'retrying', 'delivered', 'filtered', 'failed'] },
          reason: { ...text, description: 'Why it waits or how it ended; empty for delivered ones.' },
          attempts: integer,
          response_status: { type: ['integer', 'null'] },
          response_body: { ...optional, description: 'First 1,000 characters of the last answer.' },
          message_id: optional,
          created_at: instant,
          next_attempt_at: optional_instant,
          ended_at: optional_instant,
          idempotency_key: { ...text, description: 'Sent with each request: its id, or of a retry that of the first.' },
          retry: {
            enum: ['possible', 'retried', 'superseded', 'not_kept', null],
            description: 'Whether a failed one can be sent again; null: it did not fail.',
          },
          retry_of: { ...optional, description: 'Id of the failed delivery that it sends again.' },
          retried_as: { ...optional, description: 'Id of the delivery that sent it again.' },
          sent_again: {
            type: ['object', 'null'],
            description: 'The last delivery that sent it again, also where that one was sent again itself; null: none.',
            properties: {
              delivery_id: text,
              status: text,
              reason: text,
              attempts: integer,
              response_status: { type: ['integer', 'null'] },
              response_body: optional,
              retry: optional,
              ended_at: optional_instant,
            },
          },
        },
      },
      Retry: {
        type: 'object',
        required: ['delivery_id', 'state', 'retried_as'],
        properties: {
          delivery_id: text,
          state: {
            enum: Object.keys(RETRY_STATES),
            description: Object.entries(RETRY_STATES)
              .map(([state, meaning]) => `${state}: ${meaning}`)
              .join(' '),
          },
          retried_as: { ...optional, description: 'Id of the delivery that sends it again.' },
        },
      },
      Problem: {
        type: 'object',
        required: ['type', 'title', 'status', 'code', 'detail'],
        properties: { type: text, title: text, status: integer, code: text, detail: text, field: text },
      },
    },
  },
};
