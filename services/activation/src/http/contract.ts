import {
  type Contract,
  listOf,
  nullable,
  object,
  PAGING,
  pageOf,
  ref,
  TIME,
  TIME_OR_NULL,
} from '@hilo/service/contract';

const DESTINATION_KEY = {
  type: 'string',
  pattern: '^[a-z0-9][a-z0-9_-]{0,63}$',
  wanted: 'up to 64 of a–z, 0–9, - and _, and begin with a letter or digit',
  description: 'Key of the destination.',
} as const;
const SEGMENTS_WANTED = '"all" or a list of up to 200 segment keys';
const SEGMENTS = {
  wanted: SEGMENTS_WANTED,
  description: '"all", or the keys of the segments whose changes are sent.',
  oneOf: [
    { const: 'all' },
    {
      type: 'array',
      items: { type: 'string', minLength: 1, maxLength: 100, wanted: 'the key of a segment' },
      maxItems: 200,
    },
  ],
} as const;
const BACKFILLED =
  'Whether changes are also sent that a segment’s definition caused: it was created, edited or deleted.';
const DELIVERY_STATUS = { enum: ['queued', 'retrying', 'delivered', 'filtered', 'failed'] } as const;
const RETRY_VERDICT = {
  enum: ['possible', 'retried', 'superseded', 'not_kept', null],
  description: 'Whether a failed delivery can be sent again; null: it did not fail.',
} as const;
const RESPONSE_STATUS = {
  type: ['integer', 'null'],
  description: 'HTTP status of the last answer; null: there was none, or the destination does not speak HTTP.',
} as const;
const RESPONSE_BODY = {
  type: ['string', 'null'],
  description: 'First 1,000 characters of what the destination said last.',
} as const;
const TEXT_FILTER = { type: 'string', maxLength: 100 } as const;

/** The HTTP API of activation. */
export const contract = {
  title: 'Hilo activation',
  description: 'Where membership changes are sent, and what became of each.',
  schemas: {
    Settings: {
      type: 'object',
      description: 'Settings by field, as the destination type says.',
      additionalProperties: {
        oneOf: [
          { type: 'string' },
          { type: 'number' },
          { type: 'boolean' },
          { type: 'array', items: { type: 'string' } },
        ],
      },
    },
    Destination: object({
      key: { type: 'string' },
      name: { type: 'string', description: 'What people call it.' },
      type: { type: 'string', description: 'Key of its destination type.' },
      settings: {
        $ref: '#/components/schemas/Settings',
        description: 'Without secrets, unless this answer creates it.',
      },
      segments: SEGMENTS,
      enabled: { type: 'boolean' },
      backfilled: { type: 'boolean', description: BACKFILLED },
      created_at: TIME,
      updated_at: TIME,
    }),
    DestinationDraft: object(
      {
        name: {
          type: ['string', 'null'],
          minLength: 1,
          maxLength: 200,
          pattern: '\\S',
          wanted: 'a text of 1 to 200 characters',
          description: 'What people call it. Absent: the name that is there stays, or it is called by its key.',
        },
        type: {
          type: 'string',
          description: 'Key of a destination type (`GET /v1/destination-types`). It cannot be changed later.',
        },
        settings: {
          $ref: '#/components/schemas/Settings',
          checkedIn: 'http/read-settings.ts',
          description:
            'As the fields of the type say. Absent secrets: those that are there stay, or new ones are made.',
        },
        segments: {
          ...SEGMENTS,
          oneOf: [...SEGMENTS.oneOf, { type: 'null' }],
          description: `${SEGMENTS.description} Absent: those that are there stay, or all are sent.`,
        },
        enabled: { type: ['boolean', 'null'], default: true },
        backfilled: {
          type: ['boolean', 'null'],
          description: `${BACKFILLED} Absent: the choice that is there stays, or none are sent.`,
        },
      },
      ['name', 'segments', 'enabled', 'backfilled'],
    ),
    Field: object(
      {
        type: { enum: ['string', 'integer', 'number', 'boolean', 'array'] },
        title: { type: 'string' },
        description: { type: 'string' },
        writeOnly: { const: true, description: 'It is a secret: only the answer that creates a destination shows it.' },
        format: { const: 'uri' },
        enum: listOf({ type: 'string' }),
        pattern: { type: 'string' },
        wanted: { type: 'string', description: 'What would be right, as the end of a sentence: "… must be …".' },
        minLength: { type: 'integer' },
        maxLength: { type: 'integer' },
        minimum: { type: 'number' },
        maximum: { type: 'number' },
        items: object({ type: { const: 'string' }, pattern: { type: 'string' }, wanted: { type: 'string' } }, [
          'pattern',
          'wanted',
        ]),
        maxItems: { type: 'integer' },
        default: { oneOf: [{ type: 'string' }, { type: 'number' }, { type: 'boolean' }] },
      },
      [
        ...['writeOnly', 'format', 'enum', 'pattern', 'minLength', 'maxLength', 'minimum', 'maximum'],
        ...['items', 'maxItems', 'default'],
      ] as const,
    ),
    Fields: object({
      type: { const: 'object' },
      additionalProperties: { const: false },
      properties: { type: 'object', additionalProperties: ref('Field') },
      required: listOf({ type: 'string' }),
    }),
    Words: object({
      title: { type: 'string' },
      description: { type: 'string' },
      fields: {
        type: 'object',
        additionalProperties: object({
          title: { type: 'string' },
          description: { type: 'string' },
          wanted: { type: 'string' },
        }),
      },
    }),
    DestinationType: object({
      key: { type: 'string' },
      title: { type: 'string' },
      description: { type: 'string' },
      fields: {
        $ref: '#/components/schemas/Fields',
        description: 'JSON Schema of the settings. The first field says where it leads.',
      },
      generated: { ...listOf({ type: 'string' }), description: 'Secrets that are made if nobody gives them.' },
      translations: object({ es: ref('Words') }),
    }),
    Delivery: object({
      delivery_id: { type: 'string' },
      destination: { type: 'string' },
      profile_id: { type: 'string' },
      segment: { type: 'string' },
      membership_version: { type: 'integer' },
      membership_status: { enum: ['entered', 'exited'] },
      status: DELIVERY_STATUS,
      reason: { type: 'string', description: 'Why it waits or how it ended; empty for delivered ones.' },
      attempts: { type: 'integer' },
      response_status: RESPONSE_STATUS,
      response_body: RESPONSE_BODY,
      message_id: { type: ['string', 'null'] },
      created_at: TIME,
      next_attempt_at: TIME_OR_NULL,
      ended_at: TIME_OR_NULL,
      idempotency_key: {
        type: 'string',
        description: 'Sent with each attempt: its id, or of a retry that of the first delivery.',
      },
      retry: RETRY_VERDICT,
      retry_of: { type: ['string', 'null'], description: 'Id of the failed delivery that it sends again.' },
      retried_as: { type: ['string', 'null'], description: 'Id of the delivery that sent it again.' },
      sent_again: {
        ...nullable(ref('SentAgain')),
        description: 'The last delivery that sent it again, also if that one was sent again itself; null: none.',
      },
    }),
    SentAgain: object({
      delivery_id: { type: 'string' },
      status: DELIVERY_STATUS,
      reason: { type: 'string' },
      attempts: { type: 'integer' },
      response_status: RESPONSE_STATUS,
      response_body: RESPONSE_BODY,
      retry: RETRY_VERDICT,
      ended_at: TIME_OR_NULL,
    }),
    Retry: object({
      delivery_id: { type: 'string' },
      state: {
        enum: ['retried', 'asked', 'superseded', 'not_failed', 'not_kept', 'not_found'],
        description: 'What became of the request to send it again; the list of reason codes says what each means.',
      },
      retried_as: { type: ['string', 'null'], description: 'Id of the delivery that sends it again.' },
    }),
  },
  routes: {
    listDestinationTypes: {
      method: 'GET',
      path: '/v1/destination-types',
      summary: 'The types of destinations, and the fields of their settings',
      answers: {
        200: { description: 'All types, by title.', schema: object({ items: listOf(ref('DestinationType')) }) },
      },
    },
    listDestinations: {
      method: 'GET',
      path: '/v1/destinations',
      summary: 'The destinations, by key',
      query: PAGING,
      answers: { 200: { description: 'A page of destinations.', schema: pageOf(ref('Destination')) } },
    },
    getDestination: {
      method: 'GET',
      path: '/v1/destinations/{key}',
      summary: 'One destination, without its secrets',
      params: { key: DESTINATION_KEY },
      answers: { 200: { description: 'The destination.', schema: ref('Destination') } },
      problems: { not_found: 'There is no such destination.' },
    },
    putDestination: {
      method: 'PUT',
      path: '/v1/destinations/{key}',
      summary: 'Create or change a destination',
      description: 'Every instance knows of it within a second.',
      params: { key: DESTINATION_KEY },
      body: ref('DestinationDraft'),
      answers: {
        200: { description: 'Changed.', schema: ref('Destination') },
        201: { description: 'Created. The only answer that shows the secrets.', schema: ref('Destination') },
      },
      problems: {
        limit_reached: 'There are as many destinations as there may be.',
        unknown_segment: 'A segment does not exist.',
        segments_unknown:
          'Segmentation does not answer, so nobody knows whether the segments exist. Nothing was saved.',
      },
    },
    deleteDestination: {
      method: 'DELETE',
      path: '/v1/destinations/{key}',
      summary: 'Delete a destination',
      description: 'What waits for it ends as filtered.',
      params: { key: DESTINATION_KEY },
      answers: { 204: { description: 'Deleted.' } },
      problems: { not_found: 'There is no such destination.' },
    },
    listDeliveries: {
      method: 'GET',
      path: '/v1/deliveries',
      summary: 'Deliveries of the last 30 days, newest first',
      description: 'A delivery shows up with the outcome of its first attempt, or as soon as it has to wait.',
      query: {
        status: { ...DELIVERY_STATUS, description: 'Only these.' },
        destination: { ...TEXT_FILTER, description: 'Only those to this destination.' },
        profile: { ...TEXT_FILTER, description: 'Only those about this profile.' },
        retries: {
          enum: ['listed', 'folded'],
          default: 'listed',
          description:
            'folded: without deliveries that send one again that is listed; its sent_again says what came of it.',
        },
        ...PAGING,
      },
      answers: { 200: { description: 'A page of deliveries.', schema: pageOf(ref('Delivery')) } },
    },
    retryDeliveries: {
      method: 'POST',
      path: '/v1/deliveries/retry',
      summary: 'Send failed deliveries again',
      description:
        'Each as a delivery of its own, once, with the Idempotency-Key of the first: a receiver that has had it after all drops ' +
        'it. Asking again changes nothing and is answered alike. What a later change of the segment has overtaken is not sent.',
      body: object({
        ids: {
          type: 'array',
          items: { type: 'string', pattern: '^[\\w-]{1,100}$', wanted: 'the id of a delivery' },
          minItems: 1,
          maxItems: 200,
          wanted: 'a list of 1 to 200 ids of deliveries',
          description: 'Ids of failed deliveries.',
        },
      }),
      answers: {
        200: {
          description: 'What became of each, in the order of the ids, each once.',
          schema: object({ items: listOf(ref('Retry')) }),
        },
      },
    },
  },
} as const satisfies Contract;

/** Name of the contract for types: `CallOf<Api, 'putDestination'>`. */
export type Api = typeof contract;
