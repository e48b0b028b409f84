import { type ContractRoute, listOf, object, pageOf, PAGING, ref, TIME, TIME_OR_NULL } from '@hilo/service/contract';
import { IDENTIFIER_TYPES, LIST_LIMITS } from '../domain/static-list.ts';

const KEY = {
  type: 'string',
  pattern: '^[a-z0-9][a-z0-9_-]{0,62}$',
  wanted: '1 to 63 of a-z, 0-9, - and _, and begin with a letter or digit',
  description: 'Key of the list.',
} as const;
const NAME = { type: 'string', minLength: 1, maxLength: 200 } as const;
const IDENTIFIER = {
  type: { enum: IDENTIFIER_TYPES },
  value: { type: 'string', minLength: 1, maxLength: 500 },
} as const;

const ENTRIES =
  'The entries are events: identity finds the person by the identifier, or creates a profile for one that nobody has yet. Of two ' +
  'entries for one person, the later one counts. A call that failed can be sent again.';
const ENTRY_PROBLEMS = {
  not_found: 'There is no list with this key.',
  unavailable: 'Kafka did not confirm in time, or has no room for now. Send the entries again.',
} as const;
const TAKEN = { 200: { description: 'How many entries were taken.', schema: ref('Taken') } } as const;

/** Schemas of static lists. */
export const LIST_SCHEMAS = {
  List: object({ key: { type: 'string' }, name: { type: 'string' }, created_at: TIME }),
  ListEntry: object(
    { ...IDENTIFIER, until: { ...TIME_OR_NULL, description: 'When the entry ends; absent or null: never.' } },
    ['until'],
  ),
  ListIdentifier: object(IDENTIFIER),
  Taken: object({ taken: { type: 'integer', minimum: 0 } }),
} as const;

/** Routes of static lists. */
export const LIST_ROUTES = {
  listLists: {
    method: 'GET',
    path: '/v1/lists',
    summary: 'The static lists, by key',
    description:
      'How many people are on a list is the size of the condition {"list": key}: POST /v1/segments/preview of segmentation.',
    query: PAGING,
    answers: { 200: { description: 'A page of lists.', schema: pageOf(ref('List')) } },
  },
  getList: {
    method: 'GET',
    path: '/v1/lists/{key}',
    summary: 'One static list',
    params: { key: { type: 'string', description: 'Key of the list.' } },
    answers: { 200: { description: 'The list.', schema: ref('List') } },
    problems: { not_found: 'There is no list with this key.' },
  },
  putList: {
    method: 'PUT',
    path: '/v1/lists/{key}',
    summary: 'Create or rename a static list',
    params: { key: KEY },
    body: object({ name: NAME }),
    answers: { 200: { description: 'The list as stored.', schema: ref('List') } },
    problems: { limit_reached: `There are ${LIST_LIMITS.lists} lists, the most that are possible.` },
  },
  addListEntries: {
    method: 'POST',
    path: '/v1/lists/{key}/entries',
    summary: 'Put people on a static list',
    description: ENTRIES,
    params: { key: { type: 'string', description: 'Key of the list.' } },
    body: object({ entries: { ...listOf(ref('ListEntry')), minItems: 1, maxItems: LIST_LIMITS.entries } }),
    answers: TAKEN,
    problems: ENTRY_PROBLEMS,
  },
  removeListEntries: {
    method: 'POST',
    path: '/v1/lists/{key}/entries/remove',
    summary: 'Take people off a static list',
    description: ENTRIES,
    params: { key: { type: 'string', description: 'Key of the list.' } },
    body: object({ entries: { ...listOf(ref('ListIdentifier')), minItems: 1, maxItems: LIST_LIMITS.entries } }),
    answers: TAKEN,
    problems: ENTRY_PROBLEMS,
  },
  importListCsv: {
    method: 'POST',
    path: '/v1/lists/{key}/csv',
    summary: 'Put people on a static list by a CSV, or take them off',
    description: `${ENTRIES} The first line names the columns: type, value and, if you like, until. If a line has a fault, nothing is taken; the answer names the lines and columns.`,
    params: { key: { type: 'string', description: 'Key of the list.' } },
    body: object(
      {
        csv: { type: 'string', minLength: 1, description: `The text of the CSV, at most ${LIST_LIMITS.lines} lines.` },
        change: { enum: ['add', 'remove'], default: 'add', description: 'remove: takes them off.' },
      },
      ['change'],
    ),
    answers: TAKEN,
    problems: ENTRY_PROBLEMS,
  },
} as const satisfies Readonly<Record<string, ContractRoute>>;
