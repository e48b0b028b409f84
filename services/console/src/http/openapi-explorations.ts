import { EXPLORATION_LIMITS, VIEWS } from '../domain/exploration.ts';
import { answer, json, object, pageOf, refusal, text } from './openapi-schemas.ts';

const { name_characters, sql_characters, tiles, refresh_s } = EXPLORATION_LIMITS;
const time = { type: 'string', format: 'date-time' } as const;
const name = { type: 'string', minLength: 1, maxLength: name_characters } as const;
const query = {
  sql: { ...text, maxLength: sql_characters, description: 'May use the parameter {segment:String}; empty: everyone.' },
  view: { enum: VIEWS },
};
const tile = object({ title: name, ...query, width: { enum: [1, 2] } });
const dashboard = object({
  tiles: { type: 'array', maxItems: tiles, items: tile },
  segment: { type: ['string', 'null'], description: 'Key of a segment; null: everyone.' },
  refreshSeconds: { type: 'integer', ...refresh_s },
});
const fields = {
  name,
  shared: { type: 'boolean', description: 'Everybody who is signed in may see it.' },
  content: { oneOf: [object(query), dashboard], description: 'As the kind has it.' },
};
const version = { type: 'integer', minimum: 1, description: 'Grows with each change.' } as const;
const exploration = object({
  id: text,
  ...fields,
  owner: { type: ['string', 'null'], description: "A person's address; null: the person was removed." },
  version,
  createdAt: time,
  updatedAt: time,
});

const kind = { name: 'kind', in: 'path', required: true, schema: { enum: ['queries', 'dashboards'] } };
const id = { name: 'id', in: 'path', required: true, schema: text };
const paging = [
  { name: 'limit', in: 'query', schema: { type: 'integer', minimum: 1, maximum: 100, default: 20 } },
  { name: 'cursor', in: 'query', schema: text, description: 'The "next" of the page before.' },
];
const unauthorized = refusal('unauthorized: nobody is signed in, or the token is not known.');
const forbidden = refusal('forbidden: viewers change nothing, and others only their own; csrf_failed.');
const unknown = refusal('not_found, or not shared.');
const wrong = refusal('invalid_request: the problem names the field.');

/** The part of the document about saved queries and dashboards. */
export const explorationPaths = {
  '/api/explore/{kind}': {
    get: {
      summary: 'Saved queries or dashboards: the own, and those that are shared; for admins all',
      parameters: [kind, ...paging],
      responses: {
        200: answer('A page.', pageOf(exploration)),
        400: wrong,
        401: unauthorized,
        403: forbidden,
        404: unknown,
      },
    },
    post: {
      summary: 'Save a query or a dashboard (editors)',
      parameters: [kind],
      requestBody: json(object(fields)),
      responses: {
        201: answer('Saved.', exploration),
        ...{ 400: wrong, 401: unauthorized, 403: forbidden, 404: unknown },
        409: refusal('limit_reached'),
      },
    },
  },
  '/api/explore/{kind}/{id}': {
    get: {
      summary: 'A saved query or dashboard',
      parameters: [kind, id],
      responses: { 200: answer('It.', exploration), 401: unauthorized, 403: forbidden, 404: unknown },
    },
    put: {
      summary: 'Change a query or a dashboard of one’s own (editors); admins anybody’s',
      parameters: [kind, id],
      requestBody: json(object({ ...fields, version })),
      responses: {
        200: answer('Changed.', exploration),
        ...{ 400: wrong, 401: unauthorized, 403: forbidden, 404: unknown },
        409: refusal('version_conflict: it was changed meanwhile.'),
      },
    },
    delete: {
      summary: 'Delete a query or a dashboard of one’s own (editors); admins anybody’s',
      parameters: [kind, id],
      responses: { 204: { description: 'Done.' }, 401: unauthorized, 403: forbidden, 404: unknown },
    },
  },
};
