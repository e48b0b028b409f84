import { type ContractRoute, listOf, ref, type Schema } from '@hilo/service/contract';
import { EVENTS_LIMIT } from '../domain/outline-batch.ts';
import { CALL_TYPES, ID_LENGTH, MESSAGE_ID_LENGTH, NAME_LENGTH } from '../domain/tracking-call.ts';

const TEXT = { type: 'string' } as const;
const ID = { type: 'string', maxLength: ID_LENGTH } as const;
const NAME = { type: 'string', maxLength: NAME_LENGTH } as const;
const FIELDS = { type: 'object' } as const;
const TIME = { type: 'string', format: 'date-time' } as const;
const MERGED = { ...FIELDS, description: "Merged under each event's own." } as const;

/** What the tracking API takes: Segment's fields under Segment's names. Its own parser reads them (`domain/read-request.ts`). */
export const TRACKING_SCHEMAS = {
  Event: {
    type: 'object',
    description: 'Fields that are not listed are kept.',
    properties: {
      type: { enum: CALL_TYPES, description: 'Only in a batch.' },
      messageId: {
        type: 'string',
        maxLength: MESSAGE_ID_LENGTH,
        description: 'Repeats within 7 days are dropped as duplicates.',
      },
      userId: ID,
      anonymousId: ID,
      groupId: ID,
      previousId: ID,
      event: NAME,
      name: NAME,
      category: NAME,
      properties: FIELDS,
      traits: FIELDS,
      context: FIELDS,
      integrations: FIELDS,
      timestamp: TIME,
      originalTimestamp: TIME,
      sentAt: TIME,
      writeKey: TEXT,
    },
  },
  Batch: {
    type: 'object',
    required: ['batch'],
    properties: {
      batch: { ...listOf(ref('Event')), maxItems: EVENTS_LIMIT },
      context: MERGED,
      integrations: MERGED,
      sentAt: TIME,
      writeKey: TEXT,
    },
  },
  TrackingProblem: {
    type: 'object',
    description: 'A problem; its codes are the reasons of rejected events (docs/reasons.md).',
    required: ['success', 'type', 'title', 'status', 'code', 'detail'],
    properties: {
      success: { const: false },
      type: TEXT,
      title: TEXT,
      status: { type: 'integer' },
      code: TEXT,
      detail: TEXT,
      field: TEXT,
      faults: listOf({
        type: 'object',
        required: ['code', 'field', 'message'],
        properties: {
          index: { type: 'integer', description: "The event's place in its batch." },
          code: TEXT,
          field: TEXT,
          message: TEXT,
        },
      }),
    },
  },
} as const satisfies Readonly<Record<string, Schema>>;

const ACCESS = ['writeKey', 'open'] as const;
const CALL = { call: { ...TEXT, description: 'The call.' } } as const;
const WRITE_KEY = { ...TEXT, description: 'The write key, if neither a header nor the body can hold it.' } as const;

function refused(description: string) {
  return { description, media: 'application/problem+json', schema: ref('TrackingProblem') } as const;
}

function picture(description: string) {
  return { description, media: 'image/gif', schema: TEXT } as const;
}

const SEND = {
  method: 'POST',
  summary: 'Send events, as the Segment and RudderStack SDKs do',
  description:
    'call is track, identify, page, screen, group, alias, merge, batch or import, or a short path of the browser SDKs ' +
    '(t, i, p, s, g, a, b, m). The body may be gzipped, and have any content type. The answer comes when Kafka has the ' +
    'events for good. Faulty events end in events.rejected with a reason.',
  access: ACCESS,
  params: CALL,
  query: { writeKey: WRITE_KEY },
  body: { oneOf: [ref('Event'), ref('Batch')] },
  answers: {
    200: {
      description: 'All events are in Kafka.',
      schema: { type: 'object', required: ['success'], properties: { success: { const: true } } },
    },
    400: refused(
      'The body is not JSON, or events are faulty; "faults" says which and why. The other events were taken.',
    ),
    401: refused('There is no source with this write key.'),
    403: refused('The source is switched off.'),
    404: refused('There is no such call.'),
    413: refused(
      "The request or its event is larger than the source's limit, or its events are with the context of their batch: at most 8 MB together.",
    ),
    429: refused('Too much is waiting; Retry-After says when to send it again.'),
    503: refused('Kafka did not confirm in time; send it again with the same messageIds.'),
  },
} as const satisfies Omit<ContractRoute, 'path'>;

const PIXEL = {
  method: 'GET',
  summary: 'Send an event as a picture, for pages and mails without scripts',
  description:
    'call is as in POST /v1/{call}. The event is JSON in base64 (data), or a parameter for each of its fields, with dots for what ' +
    'lies inside (properties.plan). A faulty event, or one of an unknown source, is answered with the picture, too; it ends in ' +
    'events.rejected where the source is known.',
  access: ['open'],
  params: CALL,
  query: {
    data: { ...TEXT, description: 'The event as JSON, in base64 or base64url; its writeKey may be in it.' },
    writeKey: { ...TEXT, description: 'The write key, if data has none.' },
  },
  answers: {
    200: picture('The picture.'),
    404: picture('There is no such call.'),
    429: picture('Too much is waiting: the event was not taken.'),
    503: picture('Kafka did not confirm in time: the event may have been taken.'),
  },
  problems: {
    identifiers_in_urls: 'This installation takes no events in addresses: send them by POST /v1/{call}.',
  },
} as const satisfies Omit<ContractRoute, 'path'>;

const NO_SOURCE = { not_found: 'There is no source with this write key.' } as const;

/** The ways in for events, and what SDKs ask before they use them. The paths and parameters are those of the SDKs. */
export const TRACKING_ROUTES = {
  sendEvents: { ...SEND, path: '/v1/{call}' },
  sendBeacon: {
    ...SEND,
    path: '/beacon/v1/{call}',
    summary: "The same, as RudderStack's browser SDK sends with sendBeacon",
  },
  sendPixel: { ...PIXEL, path: '/v1/pixel/{call}' },
  sendRudderPixel: { ...PIXEL, path: '/pixel/v1/{call}', summary: "The same, at RudderStack's address" },
  getSegmentSettings: {
    method: 'GET',
    path: '/v1/projects/{writeKey}/settings',
    summary: "Settings of Segment's browser SDK",
    access: ['open'],
    params: { writeKey: { ...TEXT, description: 'Write key of a source.' } },
    answers: { 200: { description: 'The settings.', schema: FIELDS } },
    problems: NO_SOURCE,
  },
  getRudderSettings: {
    method: 'GET',
    path: '/sourceConfig',
    summary: "Settings of RudderStack's SDKs",
    access: ACCESS,
    query: { writeKey: { ...TEXT, description: 'Write key of a source, unless Basic authentication has it.' } },
    answers: { 200: { description: 'The settings.', schema: FIELDS } },
    problems: NO_SOURCE,
  },
} as const satisfies Readonly<Record<string, ContractRoute>>;
