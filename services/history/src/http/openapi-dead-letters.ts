const text = { type: 'string' };
const count = { type: 'integer', minimum: 0 };
const optional = { type: ['string', 'null'] };
const instant = { type: ['string', 'null'], format: 'date-time' };

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const problemAnswer = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: ref('Problem') } },
});
const answer = (description: string, schema: string) => ({
  description,
  content: { 'application/json': { schema: ref(schema) } },
});
const object = (properties: Readonly<Record<string, object>>) => ({
  type: 'object',
  required: Object.keys(properties),
  properties,
});
const list = (properties: Readonly<Record<string, object>>) => ({ type: 'array', items: object(properties) });

const COMMON = {
  '401': problemAnswer('The admin token is missing or wrong.'),
  '503': problemAnswer('Kafka does not answer for now. No letter counts twice, however often it is replayed.'),
};

/** Paths of dead letters and their replay. */
export const deadLetterPaths = {
  '/v1/dead-letters': {
    get: {
      operationId: 'countDeadLetters',
      summary: 'How many records each stage has set aside',
      responses: { '200': answer('The stages.', 'DeadLetterCounts'), ...COMMON },
    },
  },
  '/v1/dead-letters/{stage}': {
    get: {
      operationId: 'listDeadLetters',
      summary: 'The latest records that a stage has set aside, newest first',
      description: 'At most 25 of each partition; the topic has all of them, with all of their bytes.',
      parameters: [{ name: 'stage', in: 'path', required: true, description: 'Name of the stage.', schema: text }],
      responses: {
        '200': answer('The records.', 'DeadLetters'),
        '404': problemAnswer('There is no such stage.'),
        ...COMMON,
      },
    },
  },
  '/v1/dead-letters/{stage}/replay': {
    post: {
      operationId: 'replayDeadLetters',
      summary: 'Have the stage process records again that it had set aside',
      description:
        'Each letter is processed once, however often it is replayed; what still can not be processed becomes a new ' +
        'letter. No other reader of the topic that it came from sees it.',
      parameters: [{ name: 'stage', in: 'path', required: true, description: 'Name of the stage.', schema: text }],
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: {
              type: 'object',
              required: ['letters'],
              additionalProperties: false,
              properties: {
                letters: {
                  type: 'array',
                  minItems: 1,
                  maxItems: 200,
                  description: 'Where the letters lie in the dead-letter topic, each once.',
                  items: {
                    type: 'object',
                    required: ['partition', 'offset'],
                    additionalProperties: false,
                    properties: {
                      partition: { type: 'integer', minimum: 0 },
                      offset: { type: 'integer', minimum: 0 },
                    },
                  },
                },
              },
            },
          },
        },
      },
      responses: {
        '200': answer('What became of each.', 'LetterReplays'),
        '400': problemAnswer('letters is wrong.'),
        '404': problemAnswer('There is no such stage.'),
        ...COMMON,
      },
    },
  },
};

/** Schemas of dead letters and their replay. */
export const deadLetterSchemas = {
  DeadLetterCounts: object({ items: list({ stage: text, topic: text, count }) }),
  DeadLetters: object({
    items: list({
      ...{ partition: count, offset: count, source_topic: optional, source_partition: optional },
      ...{ source_offset: optional, reason: text, message: text, failed_at: instant, build: optional, key: optional },
      value: { ...optional, description: 'The first 4,096 bytes of the record.' },
      value_encoding: { enum: ['utf8', 'base64', ''] },
      value_bytes: count,
      replay: {
        enum: ['possible', 'waiting', 'processed', 'set_aside_again', 'processed_in_part', 'not_replayable'],
        description:
          'How it stands with its replay. possible: nobody has asked for it; waiting: the stage has not read it yet; ' +
          'processed; set_aside_again: there is a new letter; processed_in_part: the rest of the record was processed, and ' +
          'would count twice; not_replayable: it does not say what it was.',
      },
      replayed_at: instant,
    }),
  }),
  LetterReplays: object({
    items: list({
      ...{ partition: count, offset: count },
      state: {
        enum: ['sent', 'replayed_before', 'not_found', 'left_out', 'processed_in_part', 'not_replayable'],
        description:
          'sent: Kafka has it for good; the list of letters tells what becomes of it. replayed_before: nothing was sent. ' +
          'not_found: no longer there, or never was. left_out: more than one request can carry; ask for it again. ' +
          'processed_in_part, not_replayable: as in the list.',
      },
    }),
  }),
};
