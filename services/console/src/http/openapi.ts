import type { OpenApiDocument } from '@hilo/service';

const text = { type: 'string' } as const;
const count = { type: 'integer', minimum: 0 } as const;
const rate = { type: ['number', 'null'], description: 'A second; null until it is known.' } as const;
const file = (type: string) => ({ 200: { description: 'The file.', content: { [type]: { schema: text } } } });
const object = (properties: Readonly<Record<string, unknown>>) => ({ type: 'object', properties });
const listOf = (items: unknown) => ({ type: 'array', items });
const open: readonly unknown[] = [];

const overview = object({
  at: { type: 'string', format: 'date-time' },
  services: listOf(
    object({
      service: text,
      instances: listOf(object({ instance: text, state: { enum: ['ready', 'starting', 'down'] } })),
    }),
  ),
  stages: listOf(
    object({
      stage: text,
      records_per_s: rate,
      outputs_per_s: rate,
      lag_records: { type: ['integer', 'null'] },
      dead_letters: count,
    }),
  ),
  segments: { type: ['array', 'null'], items: object({ segment: text, name: text, members: count }) },
  webhook: object({
    received: count,
    repeats: count,
    refused: count,
    latest: listOf(
      object({
        segment: text,
        status: text,
        reason: text,
        profile_id: text,
        received_at: { type: 'string', format: 'date-time' },
        after_ms: count,
      }),
    ),
  }),
});

/** The console's HTTP interface. */
export const openapi: OpenApiDocument = {
  openapi: '3.1.0',
  info: {
    title: 'Hilo console',
    version: '0.1.0',
    description: 'The live page, what it shows as data, and a webhook receiver for the demo.',
  },
  security: [{ adminToken: [] }],
  paths: {
    '/': { get: { summary: 'The live page', security: open, responses: file('text/html') } },
    '/page/{file}': {
      get: {
        summary: 'A file of the page',
        security: open,
        parameters: [{ name: 'file', in: 'path', required: true, schema: text }],
        responses: { ...file('*/*'), 404: { description: 'The page has no such file.' } },
      },
    },
    '/v1/overview': {
      get: {
        summary: 'State of all services, stages and segments now',
        security: open,
        responses: { 200: { description: 'The overview.', content: { 'application/json': { schema: overview } } } },
      },
    },
    '/v1/live': {
      get: {
        summary: 'The overview every second, as server-sent events',
        security: open,
        responses: {
          200: {
            description: 'A stream that does not end; the data of each event is an overview.',
            content: { 'text/event-stream': { schema: text } },
          },
          503: { description: 'Too many pages are open.' },
        },
      },
    },
    '/v1/webhook-receiver': {
      get: {
        summary: "Address and secret of the console's own webhook",
        responses: {
          200: {
            description: 'What to register as a destination.',
            content: { 'application/json': { schema: object({ url: text, secret: text }) } },
          },
          401: { description: 'The admin token is missing or wrong.' },
        },
      },
      post: {
        summary: 'Receives a membership change, signed with the secret',
        security: open,
        requestBody: { required: true, content: { 'application/json': { schema: { type: 'object' } } } },
        responses: {
          204: { description: 'Taken, now or before under the same Idempotency-Key.' },
          400: { description: 'The body is no membership change.' },
          401: { description: 'The signature is missing, wrong or too old.' },
        },
      },
    },
  },
  components: { securitySchemes: { adminToken: { type: 'http', scheme: 'bearer' } } },
};
