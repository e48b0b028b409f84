import type { OpenApiDocument } from '@hilo/service';

const time = { type: 'string', format: 'date-time' } as const;
const count = { type: 'integer', minimum: 0 } as const;
const scalar = { type: ['string', 'number', 'boolean'] } as const;
const reference = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const json = (schema: unknown) => ({ 'application/json': { schema } });
const answer = (description: string, schema: unknown) => ({ description, content: json(schema) });
const refusal = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: reference('Problem') } },
});
const object = (properties: Readonly<Record<string, unknown>>, required = Object.keys(properties)) => ({
  type: 'object',
  additionalProperties: false,
  properties,
  required,
});
const oneOperator = (properties: Readonly<Record<string, unknown>>) => ({
  ...object(properties, []),
  minProperties: 1,
  maxProperties: 1,
});
const pageOf = (items: unknown) => object({ items: { type: 'array', items }, next: { type: ['string', 'null'] } });

const key = {
  name: 'key',
  in: 'path',
  required: true,
  schema: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$' },
};
const paging = [
  { name: 'limit', in: 'query', schema: { type: 'integer', minimum: 1, maximum: 1000, default: 100 } },
  { name: 'cursor', in: 'query', schema: { type: 'string' }, description: 'The "next" of the page before.' },
];
const unauthorized = { 401: refusal('The admin token is missing or wrong.') };
const away = { 503: refusal('The database does not answer for now.') };
const unknown = { 404: refusal('There is no such segment.') };
const invalid = { 400: refusal('Something in the request is wrong; "field" names it.') };

const bound = { type: 'integer', minimum: 0, maximum: 10_000 } as const;
const schemas = {
  Condition: {
    description: 'docs/segment-language.md has the meaning, with examples.',
    oneOf: [
      object({ trait: { type: 'string' }, is: reference('ValueTest') }),
      object(
        {
          did: { type: 'string' },
          where: { type: 'array', items: object({ property: { type: 'string' }, is: reference('ValueTest') }) },
          count: oneOperator({ eq: bound, ne: bound, gt: bound, gte: bound, lt: bound, lte: bound }),
          within: { type: 'string', pattern: '^[1-9][0-9]{0,9}(s|m|h|d|w|mo|y)$', examples: ['10m', '30d', '6mo'] },
        },
        ['did'],
      ),
      object({ all: { type: 'array', minItems: 1, items: reference('Condition') } }),
      object({ any: { type: 'array', minItems: 1, items: reference('Condition') } }),
      object({ not: reference('Condition') }),
    ],
  },
  ValueTest: oneOperator({
    eq: scalar,
    ne: scalar,
    gt: { type: 'number' },
    gte: { type: 'number' },
    lt: { type: 'number' },
    lte: { type: 'number' },
    oneOf: { type: 'array', minItems: 1, maxItems: 100, items: scalar },
    exists: { type: 'boolean' },
  }),
  Segment: object({
    key: { type: 'string' },
    name: { type: 'string' },
    version: { type: 'integer', minimum: 1 },
    condition: reference('Condition'),
    members: { ...count, description: 'Profiles in the segment, exactly, as of the last commit of the stream.' },
    createdAt: time,
    updatedAt: time,
    eventsCountedFrom: {
      type: ['string', 'null'],
      format: 'date-time',
      description:
        'Conditions on events count what arrives from this moment on; earlier events are not looked up. Null: the ' +
        'condition asks for no events, and holds for everybody at once.',
    },
    published: { type: 'boolean', description: 'True once the definition stands in every partition of the stream.' },
  }),
  Origin: object({
    stage: { type: 'string' },
    partition: count,
    readTo: {
      type: ['string', 'null'],
      format: 'date-time',
      description: 'Everything that it was to bring before then, it has brought. Null: it never said anything.',
    },
    behindSeconds: { type: ['integer', 'null'], minimum: 0 },
    released: { type: 'boolean', description: 'True while it is left out, because somebody released it.' },
  }),
  Time: object({
    people: { ...count, description: 'Profiles that were due by time ten seconds ago and are not decided.' },
    more: { type: 'boolean', description: 'True where there are more than were counted.' },
    since: { type: ['string', 'null'], format: 'date-time', description: 'When the first of them was due.' },
    origins: {
      type: 'array',
      items: reference('Origin'),
      description:
        'Partitions of the stages before this one that are further behind than the stages before them explain.',
    },
  }),
  Member: object({ profileId: { type: 'string' }, segmentVersion: { type: 'integer' }, since: time }),
  Problem: object(
    {
      type: { type: 'string' },
      title: { type: 'string' },
      status: { type: 'integer' },
      code: { type: 'string' },
      detail: { type: 'string' },
      field: { type: 'string' },
    },
    ['type', 'title', 'status', 'code', 'detail'],
  ),
};

const wanted = object(
  {
    name: {
      type: 'string',
      minLength: 1,
      maxLength: 200,
      description: 'Shown to people; the key where it is not given.',
    },
    condition: reference('Condition'),
    version: { ...count, description: 'Save only over this version; 0: only if there is no such segment.' },
  },
  ['condition'],
);

/** The HTTP interface of the service. */
export const openapi: OpenApiDocument = {
  openapi: '3.1.0',
  info: {
    title: 'Hilo segmentation',
    version: '0.1.0',
    description: 'Segments: what they ask for, how many profiles are in them, and who.',
  },
  security: [{ adminToken: [] }],
  paths: {
    '/v1/segments': {
      get: {
        summary: 'Segments, by key, with their sizes',
        parameters: paging,
        responses: { 200: answer('A page.', pageOf(reference('Segment'))), ...invalid, ...unauthorized, ...away },
      },
    },
    '/v1/segments/{key}': {
      get: {
        summary: 'One segment',
        parameters: [key],
        responses: {
          200: answer('The segment.', reference('Segment')),
          ...invalid,
          ...unauthorized,
          ...away,
          ...unknown,
        },
      },
      put: {
        summary: 'Make or change a segment; the same body again changes nothing',
        parameters: [key],
        requestBody: { required: true, content: json(wanted) },
        responses: {
          200: answer('The segment as it is now.', reference('Segment')),
          ...invalid,
          ...unauthorized,
          ...away,
          409: refusal('Somebody else changed it, or a limit is reached.'),
        },
      },
      delete: {
        summary: 'Delete a segment: everybody leaves it',
        parameters: [key],
        responses: { 204: { description: 'It is deleted.' }, ...invalid, ...unauthorized, ...away, ...unknown },
      },
    },
    '/v1/segments/{key}/members': {
      get: {
        summary: 'Profiles in a segment, by id',
        parameters: [key, ...paging],
        responses: {
          200: answer('A page.', pageOf(reference('Member'))),
          ...invalid,
          ...unauthorized,
          ...away,
          ...unknown,
        },
      },
    },
    '/v1/time': {
      get: {
        summary: 'Whom and what exits by time wait for',
        responses: { 200: answer('As of now.', reference('Time')), ...unauthorized, ...away },
      },
    },
    '/v1/time/origins/{stage}/{partition}/release': {
      post: {
        summary: 'Leave an origin that stands still out of the time, until it moves',
        description:
          'Exits that wait for it are decided, and are marked "unproven": what the origin still brings might have prevented them.',
        parameters: [
          { name: 'stage', in: 'path', required: true, schema: { enum: ['ingestion', 'identity', 'profile'] } },
          { name: 'partition', in: 'path', required: true, schema: count },
        ],
        responses: {
          200: answer('The origin, which is left out from now on.', reference('Origin')),
          ...invalid,
          ...unauthorized,
          404: refusal('There is no such stage, or no such partition.'),
          409: refusal('The origin is not behind, or moves: it must not be left out.'),
          503: refusal('Kafka or the database does not answer for now.'),
        },
      },
    },
  },
  components: { securitySchemes: { adminToken: { type: 'http', scheme: 'bearer' } }, schemas },
};
