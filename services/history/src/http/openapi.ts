import type { OpenApiDocument } from '@hilo/service';

const text = { type: 'string' };
const count = { type: 'integer', minimum: 0 };
const instant = { type: ['string', 'null'], format: 'date-time' };
const optional = { type: ['string', 'null'] };
const json = { type: ['object', 'null'] };

const problemAnswer = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
});
const answer = (description: string, schema: string) => ({
  description,
  content: { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } },
});
const counted = (...by: string[]) => ({
  type: 'array',
  items: {
    type: 'object',
    required: [...by, 'count'],
    properties: { ...Object.fromEntries(by.map((name) => [name, text])), count },
  },
});

const COMMON = {
  '401': problemAnswer('The admin token is missing or wrong.'),
  '503': problemAnswer('ClickHouse does not answer for now.'),
};

/** The HTTP API of the history service. */
export const openapi: OpenApiDocument = {
  openapi: '3.1.0',
  info: { title: 'Hilo history', version: '1', description: 'What happened, from ClickHouse.' },
  security: [{ bearer: [] }],
  paths: {
    '/v1/profiles/{profile_id}/events': {
      get: {
        operationId: 'listProfileEvents',
        summary: 'The events of a profile, newest first, with those of all profiles it absorbed',
        parameters: [
          {
            name: 'profile_id',
            in: 'path',
            required: true,
            description: 'Id of the profile; the id of an absorbed one gives its survivor.',
            schema: text,
          },
          { name: 'limit', in: 'query', schema: { type: 'integer', minimum: 1, maximum: 1000, default: 100 } },
          { name: 'cursor', in: 'query', description: 'The "next" of the page before.', schema: text },
        ],
        responses: {
          '200': answer('A page of events.', 'Timeline'),
          '400': problemAnswer('limit or cursor is wrong.'),
          '404': problemAnswer('There is no event of such a profile.'),
          ...COMMON,
        },
      },
    },
    '/v1/counts': {
      get: {
        operationId: 'getCounts',
        summary: 'How many there are of everything that was loaded, and the terminal states of events',
        responses: { '200': answer('The counts.', 'Counts'), ...COMMON },
      },
    },
  },
  components: {
    securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
    schemas: {
      Timeline: {
        type: 'object',
        required: ['profile_id', 'items', 'next'],
        properties: {
          profile_id: { ...text, description: 'The surviving profile.' },
          items: { type: 'array', items: { $ref: '#/components/schemas/Event' } },
          next: { ...optional, description: 'Cursor of the next page; null at the end.' },
        },
      },
      Event: {
        type: 'object',
        required: ['message_id', 'type', 'source', 'timestamp', 'received_at', 'recorded_profile_id'],
        properties: {
          message_id: text,
          type: text,
          event: optional,
          name: optional,
          source: text,
          user_id: optional,
          anonymous_id: optional,
          timestamp: instant,
          received_at: instant,
          properties: json,
          traits: json,
          context: json,
          recorded_profile_id: { ...text, description: 'The profile that the event was recorded for.' },
        },
      },
      Counts: {
        type: 'object',
        required: ['events', 'rejected', 'memberships', 'deliveries', 'profiles', 'merges', 'states'],
        properties: {
          events: counted('source', 'type'),
          rejected: counted('source', 'state', 'reason'),
          memberships: counted('segment', 'status'),
          deliveries: counted('destination', 'status', 'reason'),
          profiles: count,
          merges: count,
          states: {
            type: 'object',
            description: 'Terminal states of events received; ended is their sum.',
            required: ['accepted', 'duplicate', 'rejected', 'ended'],
            properties: { accepted: count, duplicate: count, rejected: count, ended: count },
          },
        },
      },
      Problem: {
        type: 'object',
        required: ['type', 'title', 'status', 'code', 'detail'],
        properties: { type: text, title: text, status: { type: 'integer' }, code: text, detail: text, field: text },
      },
    },
  },
};
