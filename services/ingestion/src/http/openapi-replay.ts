const text = { type: 'string' };
const optional = { type: ['string', 'null'] };
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const answer = (description: string, schema: object) => ({ description, content: { 'application/json': { schema } } });
const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: ref('Problem') } },
});
const UNAUTHORIZED = problem('The admin token is missing or wrong.');
const AWAY = problem('Kafka did not confirm in time, or the database is away. Replay again: nothing counts twice.');

const DESCRIPTION =
  'Sends the original through the same checks again. The event keeps its messageId, or the one it was given when it ' +
  'came, so that it is accepted once however often it is replayed; and it happened when it happened, whenever it is ' +
  'replayed. What would be rejected again is not sent.';

/** Paths of the replay of rejected events. */
export const replayPaths = {
  '/v1/rejected/reasons': {
    get: {
      tags: ['rejections'],
      summary: 'Why events were rejected lately, the most frequent reason first',
      responses: {
        200: answer('The reasons of what GET /v1/rejected lists.', {
          type: 'object',
          properties: { items: { type: 'array', items: ref('ReasonCount') } },
        }),
        401: UNAUTHORIZED,
      },
    },
  },
  '/v1/rejected/replay': {
    post: {
      tags: ['rejections'],
      summary: 'Replay some rejected events',
      description: DESCRIPTION,
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: {
              type: 'object',
              required: ['ids'],
              additionalProperties: false,
              properties: { ids: { type: 'array', items: text, minItems: 1, maxItems: 100 } },
            },
          },
        },
      },
      responses: {
        200: answer('What became of each.', {
          type: 'object',
          properties: { items: { type: 'array', items: ref('Replay') } },
        }),
        400: problem('ids is wrong.'),
        401: UNAUTHORIZED,
        503: AWAY,
      },
    },
  },
  '/v1/rejected/{id}/replay': {
    post: {
      tags: ['rejections'],
      summary: 'Replay a rejected event',
      description: DESCRIPTION,
      parameters: [{ name: 'id', in: 'path', required: true, description: 'rejectionId.', schema: text }],
      responses: {
        200: answer('What became of it.', ref('Replay')),
        401: UNAUTHORIZED,
        404: problem('There is no such rejection (any more).'),
        503: AWAY,
      },
    },
  },
};

/** Schemas of the replay. */
export const replaySchemas = {
  ReasonCount: {
    type: 'object',
    properties: {
      reason: { ...text, description: 'From docs/reasons.md.' },
      count: { type: 'integer', minimum: 1 },
      latestAt: { ...text, format: 'date-time' },
    },
  },
  Replay: {
    type: 'object',
    properties: {
      rejectionId: text,
      state: {
        enum: ['accepted', 'partly', 'sent', 'duplicate', 'rejected', 'not_kept', 'not_found'],
        description:
          'accepted; partly: some events of a whole request are, the others are rejected again; sent: Kafka has it for ' +
          'good, and its verdict is not known yet; duplicate: it was accepted before, nothing was sent; rejected: it ' +
          'breaks a rule again, nothing was sent; not_kept: its original is longer than the 64 KB that are kept here; ' +
          'not_found.',
      },
      events: { type: 'integer', description: 'Events of its original: one, but for a whole request.' },
      messageId: { ...optional, description: 'messageId of the event, where it is one.' },
      reason: { ...optional, description: 'Why it, or the first of its events, is rejected again.' },
      field: optional,
      message: { ...optional, description: 'What would be right.' },
    },
  },
};
