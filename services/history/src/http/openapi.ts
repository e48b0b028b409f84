import type { OpenApiDocument } from '@hilo/service';
import { deadLetterPaths, deadLetterSchemas } from './openapi-dead-letters.ts';
import { messageSchemas } from './openapi-message.ts';
import { statementPaths } from './openapi-statements.ts';

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

const query = (name: string, schema: object, description: string, required = false) => ({
  ...{ name, in: 'query', required, description, schema },
});
const moment = { type: 'string', format: 'date-time' };
const windowParameters = [
  query('from', moment, 'Time of the first point; thirty days before "to" otherwise.'),
  query('to', moment, 'No point is later; now otherwise.'),
  query(
    'step',
    { type: 'integer', minimum: 60, maximum: 31_622_400, default: 21_600 },
    'Seconds between points; there are 500 points at most.',
  ),
];
const name = { type: 'string', minLength: 1, maxLength: 500 };
const every = (properties: Readonly<Record<string, unknown>>) => ({
  type: 'object',
  required: Object.keys(properties),
  properties,
});
const sampled = (items: unknown) =>
  every({ sampled: { ...count, description: 'How many events or profiles were looked at.' }, items });

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
    '/v1/messages/{message_id}': {
      get: {
        operationId: 'followMessage',
        summary: 'The way of one event through every stage, as far as it has come',
        description:
          'Everything that carries the messageId: the event with its profile, rejections, merges, traits, segments and ' +
          'how deliveries ended. Also 200 where nothing is there yet: then the state is not_seen.',
        parameters: [
          { name: 'message_id', in: 'path', required: true, description: 'messageId of the event.', schema: text },
          {
            name: 'source',
            in: 'query',
            description: 'Key of its source; absent: the source that it was last received from.',
            schema: text,
          },
        ],
        responses: {
          '200': answer('The way so far.', 'MessageWay'),
          '400': problemAnswer('source is wrong.'),
          ...COMMON,
        },
      },
    },
    '/v1/events/live': {
      get: {
        operationId: 'watchEvents',
        summary: 'The events as they arrive, as server-sent events',
        description:
          'Each message is a LiveUpdate. At most 30 events a second are shown, and at most 100 of a topic’s partition ' +
          'looked at; the update counts the others. Nothing is read while nobody watches.',
        parameters: [
          { name: 'source', in: 'query', description: 'Key of a source.', schema: text },
          { name: 'event', in: 'query', description: 'Part of an event’s name or type.', schema: text },
          { name: 'profile', in: 'query', description: 'Any identifier of the person.', schema: text },
        ],
        responses: {
          '200': {
            description: 'The stream.',
            content: { 'text/event-stream': { schema: { $ref: '#/components/schemas/LiveUpdate' } } },
          },
          '400': problemAnswer('A filter is wrong.'),
          '401': COMMON['401'],
          '503': problemAnswer('Too many watch.'),
        },
      },
    },
    ...deadLetterPaths,
    '/v1/counts': {
      get: {
        operationId: 'getCounts',
        summary: 'How many there are of everything that was loaded, and the terminal states of events',
        responses: { '200': answer('The counts.', 'Counts'), ...COMMON },
      },
    },
    '/v1/today': {
      get: {
        operationId: 'getToday',
        summary: 'What happened since the beginning of the day; an answer may be some seconds old',
        parameters: [query('since', moment, 'When the day began, within the last two days; midnight UTC otherwise.')],
        responses: { '200': answer('The figures.', 'Today'), '400': problemAnswer('since is wrong.'), ...COMMON },
      },
    },
    '/v1/segments/sizes': {
      get: {
        operationId: 'listSegmentSizes',
        summary: 'The sizes of up to 50 segments over time, by key; an answer may be some seconds old',
        parameters: [
          query('keys', { ...text, maxLength: 5049 }, 'Keys of segments, with commas between them.', true),
          ...windowParameters,
        ],
        responses: {
          '200': answer('The sizes.', 'SizesOfSegments'),
          '400': problemAnswer('keys, from, to or step is wrong.'),
          ...COMMON,
        },
      },
    },
    '/v1/segments/{key}/sizes': {
      get: {
        operationId: 'getSegmentSizes',
        summary: 'The size of a segment over time; one that nobody ever entered has the size 0',
        parameters: [
          { name: 'key', in: 'path', required: true, description: 'Key of the segment.', schema: text },
          ...windowParameters,
        ],
        responses: {
          '200': answer('The sizes.', 'SegmentSizes'),
          '400': problemAnswer('from, to or step is wrong.'),
          ...COMMON,
        },
      },
    },
    '/v1/seen/events': {
      get: {
        operationId: 'listSeenEvents',
        summary: 'Names of track events, the most frequent first, 500 at most',
        responses: { '200': answer('The names.', 'SeenEvents'), ...COMMON },
      },
    },
    '/v1/seen/properties': {
      get: {
        operationId: 'listSeenProperties',
        summary: 'Paths of properties in a sample of the events of a name, the most frequent first, 200 at most',
        parameters: [query('event', name, 'Name of the event.', true)],
        responses: { '200': answer('The paths.', 'SeenPaths'), '400': problemAnswer('event is wrong.'), ...COMMON },
      },
    },
    '/v1/seen/values': {
      get: {
        operationId: 'listSeenValues',
        summary: 'Values of a property in the same sample, the most frequent first, 50 at most',
        parameters: [
          query('event', name, 'Name of the event.', true),
          query('property', name, 'Path of the property, as the segment language writes it.', true),
        ],
        responses: {
          '200': answer('The values.', 'SeenValues'),
          '400': problemAnswer('event or property is wrong.'),
          ...COMMON,
        },
      },
    },
    '/v1/seen/traits': {
      get: {
        operationId: 'listSeenTraits',
        summary: 'Paths of traits in a sample of the profiles, the most frequent first, 200 at most',
        responses: { '200': answer('The paths.', 'SeenPaths'), ...COMMON },
      },
    },
    '/v1/seen/trait-values': {
      get: {
        operationId: 'listSeenTraitValues',
        summary: 'Values of a trait in the same sample, the most frequent first, 50 at most',
        parameters: [query('trait', name, 'Path of the trait, as the segment language writes it.', true)],
        responses: { '200': answer('The values.', 'SeenValues'), '400': problemAnswer('trait is wrong.'), ...COMMON },
      },
    },
    ...statementPaths,
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
      Today: every({
        since: moment,
        events: { ...count, description: 'Events received and taken.' },
        profiles: { ...count, description: 'Surviving profiles with events.' },
        rejected: count,
        duplicate: count,
        entered: { ...count, description: 'Times that a profile entered a segment.' },
        left: { ...count, description: 'Times that a profile left one.' },
        segments: { ...count, description: 'Segments that somebody entered or left.' },
        delivered: count,
        failed: count,
        filtered: count,
        merges: count,
      }),
      SegmentSizes: every({
        segment: text,
        from: moment,
        to: moment,
        step: { ...count, description: 'Seconds between points.' },
        points: {
          type: 'array',
          items: every({
            at: moment,
            members: { type: 'integer', description: 'Profiles in it at that time.' },
            entered: { ...count, description: 'Since the point before; 0 at the first.' },
            left: { ...count, description: 'Since the point before; 0 at the first.' },
          }),
        },
      }),
      SizesOfSegments: every({
        from: moment,
        to: moment,
        step: { ...count, description: 'Seconds between sizes.' },
        segments: {
          type: 'array',
          items: every({
            segment: text,
            sizes: {
              type: 'array',
              items: { type: 'integer' },
              description: 'Profiles in it at "from", and at the end of each step after it.',
            },
          }),
        },
      }),
      SeenEvents: every({ items: { type: 'array', items: every({ event: text, count }) } }),
      SeenPaths: sampled({
        type: 'array',
        items: every({
          path: { ...text, description: 'As the segment language writes it.' },
          count: { ...count, description: 'In how many of the sample.' },
          kinds: {
            type: 'array',
            description: 'Kinds of its values, the most frequent first.',
            items: { enum: ['text', 'number', 'boolean'] },
          },
        }),
      }),
      SeenValues: sampled({ type: 'array', items: every({ value: { type: ['string', 'number', 'boolean'] }, count }) }),
      ...messageSchemas,
      ...deadLetterSchemas,
      Problem: {
        type: 'object',
        required: ['type', 'title', 'status', 'code', 'detail'],
        properties: { type: text, title: text, status: { type: 'integer' }, code: text, detail: text, field: text },
      },
    },
  },
};
