import type { OpenApiDocument } from '@hilo/service';
import { replayPaths, replaySchemas } from './openapi-replay.ts';

const json = (schema: object) => ({ 'application/json': { schema } });
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const answer = (description: string, schema: object) => ({ description, content: json(schema) });
const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: ref('Problem') } },
});
const parameter = (name: string, where: 'path' | 'query', description: string) => ({
  name,
  in: where,
  required: where === 'path',
  description,
  schema: { type: 'string' },
});
const PAGING = [
  {
    ...parameter('limit', 'query', 'Items of a page.'),
    schema: { type: 'integer', minimum: 1, maximum: 1000, default: 100 },
  },
  parameter('cursor', 'query', 'The "next" of the page before.'),
];
const ADMIN = [{ adminToken: [] }];
const UNAUTHORIZED = problem('The admin token is missing or wrong.');

const tracking = {
  tags: ['tracking'],
  summary: 'Send events, as the Segment and RudderStack SDKs do',
  description:
    'call is track, identify, page, screen, group, alias, merge, batch or import, or a short path of the browser SDKs ' +
    '(t, i, p, s, g, a, b, m). The body may be gzipped, and have any content type. The answer comes when Kafka has the ' +
    'events for good. Faulty events end in events.rejected with a reason.',
  security: [{ writeKey: [] }, {}],
  parameters: [
    parameter('call', 'path', 'The call.'),
    parameter('writeKey', 'query', 'The write key, where neither header nor body can hold it.'),
  ],
  requestBody: { required: true, content: json({ oneOf: [ref('Event'), ref('Batch')] }) },
  responses: {
    200: answer('All events are in Kafka.', { type: 'object', properties: { success: { const: true } } }),
    400: problem(
      'The body is not JSON, or events are faulty; "faults" says which and why. The other events were taken.',
    ),
    401: problem('There is no source with this write key.'),
    403: problem('The source is switched off.'),
    404: problem('There is no such call.'),
    413: problem(
      "The request or its event is larger than the source's limit, or its events are with the context of their batch: at most 8 MB together.",
    ),
    429: problem('Too much is waiting; Retry-After says when to send it again.'),
    503: problem('Kafka did not confirm in time; send it again with the same messageIds.'),
  },
};

const pixel = {
  tags: ['tracking'],
  summary: 'Send an event as a picture, for pages and mails without scripts',
  description:
    'call is as in POST /v1/{call}. The event is JSON in base64 (data), or a parameter for each of its fields, with dots for what ' +
    'lies inside (properties.plan). A faulty event, or one of an unknown source, is answered with the picture, too; it ends in ' +
    'events.rejected where the source is known.',
  security: [{}],
  parameters: [
    parameter('call', 'path', 'The call.'),
    parameter('data', 'query', 'The event as JSON, in base64 or base64url; its writeKey may be in it.'),
    parameter('writeKey', 'query', 'The write key, where data has none.'),
  ],
  responses: Object.fromEntries(
    [
      [200, 'The picture.'],
      [404, 'There is no such call.'],
      [429, 'Too much is waiting: the event was not taken.'],
      [503, 'Kafka did not confirm in time: the event may have been taken.'],
    ].map(([status, description]) => [
      status,
      { description, content: { 'image/gif': { schema: { type: 'string', format: 'binary' } } } },
    ]),
  ),
};

/** What the service offers, for people and programs. */
export const openapi: OpenApiDocument = {
  openapi: '3.1.0',
  info: { title: 'Hilo ingestion', version: '1.0.0', description: 'The way in for events.' },
  security: ADMIN,
  paths: {
    '/v1/{call}': { post: tracking },
    '/beacon/v1/{call}': {
      post: { ...tracking, summary: 'The same, as RudderStack’s browser SDK sends with sendBeacon' },
    },
    '/v1/pixel/{call}': { get: pixel },
    '/pixel/v1/{call}': { get: { ...pixel, summary: 'The same, at RudderStack’s address' } },
    '/v1/projects/{writeKey}/settings': {
      get: {
        tags: ['tracking'],
        summary: "Settings of Segment's browser SDK",
        security: [{}],
        parameters: [parameter('writeKey', 'path', 'Write key of a source.')],
        responses: { 200: answer('The settings.', { type: 'object' }), 404: problem('There is no such source.') },
      },
    },
    '/sourceConfig': {
      get: {
        tags: ['tracking'],
        summary: "Settings of RudderStack's SDKs",
        security: [{ writeKey: [] }, {}],
        parameters: [parameter('writeKey', 'query', 'Write key of a source, unless Basic authentication has it.')],
        responses: { 200: answer('The settings.', { type: 'object' }), 404: problem('There is no such source.') },
      },
    },
    '/v1/sources': {
      get: {
        tags: ['sources'],
        summary: 'The sources, by key',
        parameters: PAGING,
        responses: {
          200: answer('A page.', ref('SourcePage')),
          400: problem('A parameter is wrong.'),
          401: UNAUTHORIZED,
        },
      },
    },
    '/v1/sources/{key}': {
      get: {
        tags: ['sources'],
        summary: 'One source',
        parameters: [parameter('key', 'path', 'Key of the source.')],
        responses: {
          200: answer('The source.', ref('Source')),
          401: UNAUTHORIZED,
          404: problem('There is no such source.'),
        },
      },
      put: {
        tags: ['sources'],
        summary: 'Create or replace a source',
        parameters: [parameter('key', 'path', '1 to 63 of a-z, 0-9, - and _.')],
        requestBody: { required: true, content: json(ref('SourceInput')) },
        responses: {
          200: answer('The source as stored.', ref('Source')),
          400: problem('A field is wrong; "field" says which.'),
          401: UNAUTHORIZED,
          409: problem('Another source has this write key.'),
        },
      },
    },
    '/v1/rejected': {
      get: {
        tags: ['rejections'],
        summary: 'The events rejected lately, newest first',
        description: 'The latest 100,000; the topic events.rejected and the table rejected_events have all of them.',
        parameters: [
          ...PAGING,
          parameter('reason', 'query', 'Only those with this reason.'),
          parameter('source', 'query', 'Only those of this source.'),
        ],
        responses: {
          200: answer('A page.', ref('RejectionPage')),
          400: problem('A parameter is wrong.'),
          401: UNAUTHORIZED,
        },
      },
    },
    ...replayPaths,
  },
  components: {
    securitySchemes: {
      adminToken: { type: 'http', scheme: 'bearer' },
      writeKey: { type: 'http', scheme: 'basic', description: 'The write key is the user name; no password.' },
    },
    schemas: {
      Event: {
        type: 'object',
        description: 'Fields that are not listed are kept.',
        properties: {
          type: {
            enum: ['track', 'identify', 'page', 'screen', 'group', 'alias', 'merge'],
            description: 'Only in a batch.',
          },
          messageId: {
            type: 'string',
            maxLength: 100,
            description: 'Repeats within 7 days are dropped as duplicates.',
          },
          userId: { type: 'string', maxLength: 500 },
          anonymousId: { type: 'string', maxLength: 500 },
          groupId: { type: 'string', maxLength: 500 },
          previousId: { type: 'string', maxLength: 500 },
          event: { type: 'string', maxLength: 1000 },
          name: { type: 'string', maxLength: 1000 },
          category: { type: 'string', maxLength: 1000 },
          properties: { type: 'object' },
          traits: { type: 'object' },
          context: { type: 'object' },
          integrations: { type: 'object' },
          timestamp: { type: 'string', format: 'date-time' },
          originalTimestamp: { type: 'string', format: 'date-time' },
          sentAt: { type: 'string', format: 'date-time' },
          writeKey: { type: 'string' },
        },
      },
      Batch: {
        type: 'object',
        required: ['batch'],
        properties: {
          batch: { type: 'array', items: ref('Event'), maxItems: 5000 },
          context: { type: 'object', description: "Merged under each event's own." },
          integrations: { type: 'object', description: "Merged under each event's own." },
          sentAt: { type: 'string', format: 'date-time' },
          writeKey: { type: 'string' },
        },
      },
      SourceInput: {
        type: 'object',
        required: ['name'],
        additionalProperties: false,
        properties: {
          name: { type: 'string', minLength: 1, maxLength: 200 },
          writeKey: {
            type: 'string',
            pattern: '^[A-Za-z0-9._~-]{8,200}$',
            description: 'Kept or made up where missing.',
          },
          maxEventBytes: { type: 'integer', minimum: 1024, maximum: 524_288, default: 32_768 },
          maxBatchBytes: { type: 'integer', minimum: 1024, maximum: 4_194_304, default: 512_000 },
          answer: {
            enum: ['explicit', 'segment'],
            default: 'explicit',
            description: 'segment: faults are answered with 200.',
          },
          unreadableTimes: {
            enum: ['keep', 'reject'],
            default: 'keep',
            description:
              'What becomes of an event whose time can not be read. keep: it is accepted with its time of receipt, and marked.',
          },
          enabled: { type: 'boolean', default: true },
        },
      },
      Source: { allOf: [ref('SourceInput'), { type: 'object', properties: { key: { type: 'string' } } }] },
      SourcePage: pageOf('Source'),
      Rejection: {
        type: 'object',
        properties: {
          rejectionId: { type: 'string', description: 'Partition and offset in events.received.' },
          source: { type: 'string' },
          messageId: { type: ['string', 'null'] },
          type: { type: ['string', 'null'] },
          reason: { type: 'string', description: 'From docs/reasons.md.' },
          field: { type: 'string' },
          message: { type: 'string' },
          via: { enum: ['http', 'kafka'] },
          receivedAt: { type: 'string', format: 'date-time' },
          original: {
            type: ['string', 'null'],
            description: 'What came in, cut after 8 KB; write keys read [redacted].',
          },
          originalBytes: { type: ['integer', 'null'], description: 'Its whole length; up to 64 KB can be replayed.' },
          replayedAt: { type: ['string', 'null'], format: 'date-time', description: 'When a replay was accepted.' },
        },
      },
      RejectionPage: pageOf('Rejection'),
      ...replaySchemas,
      Problem: {
        type: 'object',
        properties: {
          type: { type: 'string' },
          title: { type: 'string' },
          status: { type: 'integer' },
          code: { type: 'string' },
          detail: { type: 'string' },
          field: { type: 'string' },
          faults: {
            type: 'array',
            items: {
              type: 'object',
              properties: {
                index: { type: 'integer', description: "The event's place in its batch." },
                code: { type: 'string' },
                field: { type: 'string' },
                message: { type: 'string' },
              },
            },
          },
        },
      },
    },
  },
};

function pageOf(name: string): object {
  return {
    type: 'object',
    properties: { items: { type: 'array', items: ref(name) }, next: { type: ['string', 'null'] } },
  };
}
