const text = { type: 'string' } as const;
const count = { type: 'integer', minimum: 0 } as const;

const refusal = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
});
const object = (properties: Readonly<Record<string, unknown>>) => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
});
const listOf = (items: unknown) => ({ type: 'array', items });

const unauthorized = refusal('The admin token is missing or wrong.');
const away = refusal('ClickHouse does not answer for now.');
const column = { name: text, type: { ...text, description: "ClickHouse's type." } };

const query = {
  type: 'object',
  required: ['id', 'sql'],
  properties: {
    id: { ...text, format: 'uuid', description: 'Chosen by whoever asks, to cancel the statement by.' },
    sql: { ...text, maxLength: 20_000, description: 'One statement that reads, without FORMAT.' },
    parameters: {
      type: 'object',
      maxProperties: 10,
      additionalProperties: { ...text, maxLength: 1000 },
      description: 'Values for {name:Type} in the statement.',
    },
    limit: { type: 'integer', minimum: 1, maximum: 10_000, default: 1000, description: 'Rows at most; for JSON only.' },
    format: {
      enum: ['json', 'csv', 'jsonl'],
      default: 'json',
      description:
        'csv is for spreadsheets: a text that one would run as a formula gets an apostrophe in front. jsonl has every value ' +
        'as it is: a line with the names of the columns, then a line for each row, all of them JSON lists.',
    },
  },
};

const result = object({
  id: text,
  columns: listOf(object(column)),
  rows: {
    ...listOf({ type: 'array' }),
    description: 'Integers of 64 bits and more, decimals, NaN and infinity are texts, so that no digit is lost.',
  },
  truncated: {
    enum: ['rows', 'bytes', null],
    description: 'What cut the answer short (4 MiB at most); null: nothing.',
  },
  elapsed_ms: { ...count, description: 'Waiting for its turn included.' },
  rows_read: { ...count, description: 'Rows of tables that were read, as far as it was told.' },
  bytes_read: count,
});

/** The part of the document about people's statements. */
export const statementPaths = {
  '/v1/queries': {
    post: {
      operationId: 'runQuery',
      summary: 'Run one statement as the user that may only read database hilo, within its limits',
      description:
        'At most 60 s, 384 MiB and 2 threads. One person has two statements running and 60 waiting. The statement ends ' +
        'when the caller goes away. A file (csv, jsonl) is a stream that breaks off beyond 1,000,000 rows or 100 MiB, so that half a file is not taken for a whole one.',
      requestBody: { required: true, content: { 'application/json': { schema: query } } },
      responses: {
        '200': {
          description: 'The answer, or its beginning.',
          content: {
            'application/json': { schema: result },
            'text/csv': { schema: text },
            'application/jsonl': { schema: text },
          },
        },
        '400': refusal(
          'empty, several_statements, not_a_read, syntax, unknown_name, not_allowed, too_slow, too_much_memory, ' +
            'cancelled, missing_parameter or refused: the detail begins with the place in the statement where it is known. ' +
            'invalid_request: another field is wrong.',
        ),
        '401': unauthorized,
        '403': refusal('statements_off: statements are not run here.'),
        '409': refusal('already_running: a statement with this id runs.'),
        '429': refusal('too_many_queries: as many of yours, or of everybody, run and wait as may.'),
        '503': away,
      },
    },
  },
  '/v1/queries/{id}': {
    delete: {
      operationId: 'cancelQuery',
      summary: 'End a statement, wherever it runs',
      parameters: [{ name: 'id', in: 'path', required: true, schema: { ...text, format: 'uuid' } }],
      responses: {
        '204': { description: 'It is being ended, or did not run.' },
        '400': refusal('The id is none.'),
        '401': unauthorized,
        '503': away,
      },
    },
  },
  '/v1/catalogue': {
    get: {
      operationId: 'getCatalogue',
      summary: 'Tables and columns for people, with what they mean',
      responses: {
        '200': {
          description: 'The tables.',
          content: {
            'application/json': {
              schema: object({
                tables: listOf(
                  object({
                    name: text,
                    parameters: listOf(text),
                    comment: text,
                    columns: listOf(object({ ...column, comment: text })),
                  }),
                ),
              }),
            },
          },
        },
        '401': unauthorized,
        '503': away,
      },
    },
  },
};
