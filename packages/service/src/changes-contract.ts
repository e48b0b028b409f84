import { type Contract, listOf, object, ref, TIME } from './contract/index.ts';

/** Changes listed by one request, at most. */
export const LISTED_AT_ONCE = 100;

/** The part of every service's API that the console's audit log reads. */
export const contract = {
  title: 'Changes',
  description: 'What was changed through this API, and what was refused.',
  schemas: {
    Change: object({
      id: { type: 'string', description: 'The hilo-change-id of the request, or one that was made for it.' },
      who: {
        type: 'string',
        description: 'Who the token of a service names, else that service; "the admin token"; or "unknown caller".',
      },
      address: {
        type: ['string', 'null'],
        description: 'The address that the token of a service names, else that of the request.',
      },
      method: { type: 'string' },
      target: {
        type: 'string',
        description: 'The path without its first slash; of refused requests the pattern of the route.',
      },
      reason: { type: ['string', 'null'], description: 'Why requests were refused; null: a change.' },
      count: {
        type: 'integer',
        minimum: 1,
        description: 'How many requests were refused within a minute; 1 for a change.',
      },
      before: { description: 'What was there, without secrets; null: nothing.' },
      after: { description: 'What is there now, without secrets; of a call, its answer.' },
      position: { type: 'integer', minimum: 1 },
      when: TIME,
    }),
  },
  routes: {
    listChanges: {
      method: 'GET',
      path: '/v1/changes',
      summary: 'Changes made through this API, and refused requests, in the order in which they ended',
      description:
        'Kept for 30 days. A change with the header hilo-change-id has that id. ' +
        'A refused request is one without a token that opens the API; those from one address within a minute are one item.',
      query: {
        after: { type: 'integer', minimum: 0, default: 0, description: 'Position of the last change known.' },
      },
      answers: {
        200: {
          description: `Up to ${LISTED_AT_ONCE} changes after that position, and the highest position there is.`,
          schema: object({ items: listOf(ref('Change')), last: { type: 'integer', minimum: 0 } }),
        },
      },
    },
  },
} as const satisfies Contract;

/** The contract, for types. */
export type Api = typeof contract;
