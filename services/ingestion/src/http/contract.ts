import {
  type Contract,
  listOf,
  object,
  pageOf,
  PAGING,
  ref,
  SERVICE_ACCESS,
  TIME,
  TIME_OR_NULL,
} from '@hilo/service/contract';
import { DEFAULT_LIMITS, LEAST_LIMIT, LIMIT_BOUNDS } from '../domain/source.ts';
import { LIST_ROUTES, LIST_SCHEMAS } from './contract-lists.ts';
import { TRACKING_ROUTES, TRACKING_SCHEMAS } from './contract-tracking.ts';

const TEXT = { type: 'string' } as const;
const TEXT_OR_NULL = { type: ['string', 'null'] } as const;
const FILTER = { type: 'string', maxLength: 500 } as const;

const SOURCE = {
  name: { type: 'string', minLength: 1, maxLength: 200 },
  write_key: {
    type: 'string',
    pattern: '^[A-Za-z0-9._~-]{8,200}$',
    wanted: '8 to 200 letters, digits, ".", "_", "~" or "-"',
    description: 'What SDKs send. A draft without it keeps the one there is, or gets a new one.',
  },
  max_event_bytes: {
    type: 'integer',
    minimum: LEAST_LIMIT,
    maximum: LIMIT_BOUNDS.max_event_bytes,
    default: DEFAULT_LIMITS.max_event_bytes,
  },
  max_batch_bytes: {
    type: 'integer',
    minimum: LEAST_LIMIT,
    maximum: LIMIT_BOUNDS.max_batch_bytes,
    default: DEFAULT_LIMITS.max_batch_bytes,
  },
  answer: {
    enum: ['explicit', 'segment'],
    default: 'explicit',
    description: 'segment: faults are answered with 200.',
  },
  unreadable_times: {
    enum: ['keep', 'reject'],
    default: 'keep',
    description:
      'What becomes of an event whose time cannot be read. keep: it is accepted with its time of receipt, and marked.',
  },
  enabled: { type: 'boolean', default: true },
} as const;

const REPLAY =
  'Sends the original through the same checks again. The event keeps its messageId, or the one it was given when it ' +
  'came, so that it is accepted once however often it is replayed; and it happened when it happened, whenever it is ' +
  'replayed. What would be rejected again is not sent.';
const REPLAY_PROBLEMS = {
  unavailable: 'Kafka did not confirm in time, or the database does not answer. Replay again: nothing counts twice.',
} as const;

/** The HTTP API of the ingestion service. */
export const contract = {
  title: 'Hilo ingestion',
  description: 'The way in for events.',
  access: {
    ...SERVICE_ACCESS,
    writeKey: { type: 'http', scheme: 'basic', description: 'The write key is the user name; no password.' },
  },
  accessByDefault: ['adminToken', 'serviceToken'],
  schemas: {
    ...TRACKING_SCHEMAS,
    ...LIST_SCHEMAS,
    Source: object({ key: TEXT, ...SOURCE }),
    SourceDraft: object(SOURCE, [
      'write_key',
      'max_event_bytes',
      'max_batch_bytes',
      'answer',
      'unreadable_times',
      'enabled',
    ]),
    Rejection: object({
      rejection_id: { ...TEXT, description: 'Partition and offset in events.received.' },
      source: TEXT,
      message_id: TEXT_OR_NULL,
      type: TEXT_OR_NULL,
      reason: { ...TEXT, description: 'From docs/reasons.md.' },
      field: TEXT,
      message: TEXT,
      via: TEXT,
      received_at: TIME,
      original: { ...TEXT_OR_NULL, description: 'What came in, cut after 8 KB; write keys read [redacted].' },
      original_bytes: {
        type: ['integer', 'null'],
        description: 'Its whole length; up to 64 KB can be replayed.',
      },
      replayed_at: { ...TIME_OR_NULL, description: 'When a replay was accepted.' },
    }),
    ReasonCount: object({
      reason: { ...TEXT, description: 'From docs/reasons.md.' },
      count: { type: 'integer', minimum: 1 },
      latest_at: TIME,
    }),
    Replay: object({
      rejection_id: TEXT,
      state: {
        enum: ['accepted', 'partly', 'sent', 'duplicate', 'rejected', 'not_kept', 'not_found'],
        description:
          'accepted; partly: some events of a whole request are, the others are rejected again; sent: Kafka has it for ' +
          'good, and its verdict is not known yet; duplicate: it was accepted before, nothing was sent; rejected: it ' +
          'breaks a rule again, nothing was sent; not_kept: its original is longer than the 64 KB that are kept here; ' +
          'not_found.',
      },
      events: { type: 'integer', description: 'Events of its original: one, but for a whole request.' },
      message_id: { ...TEXT_OR_NULL, description: 'messageId of the event, if it is one.' },
      reason: { ...TEXT_OR_NULL, description: 'Why it, or the first of its events, is rejected again.' },
      field: TEXT_OR_NULL,
      message: { ...TEXT_OR_NULL, description: 'What would be right.' },
    }),
  },
  routes: {
    ...TRACKING_ROUTES,
    ...LIST_ROUTES,
    listSources: {
      method: 'GET',
      path: '/v1/sources',
      summary: 'The sources, by key',
      query: PAGING,
      answers: { 200: { description: 'A page of sources.', schema: pageOf(ref('Source')) } },
    },
    getSource: {
      method: 'GET',
      path: '/v1/sources/{key}',
      summary: 'One source',
      params: { key: { ...TEXT, description: 'Key of the source.' } },
      answers: { 200: { description: 'The source.', schema: ref('Source') } },
      problems: { not_found: 'There is no source with this key.' },
    },
    putSource: {
      method: 'PUT',
      path: '/v1/sources/{key}',
      summary: 'Create or replace a source',
      params: {
        key: {
          type: 'string',
          pattern: '^[a-z0-9][a-z0-9_-]{0,62}$',
          wanted: '1 to 63 of a-z, 0-9, - and _, and begin with a letter or digit',
        },
      },
      body: ref('SourceDraft'),
      answers: { 200: { description: 'The source as stored.', schema: ref('Source') } },
      problems: { write_key_taken: 'Another source has this write key.' },
    },
    listRejected: {
      method: 'GET',
      path: '/v1/rejected',
      summary: 'The events rejected lately, newest first',
      description: 'The latest 100,000; the topic events.rejected and the table rejected_events have all of them.',
      query: {
        ...PAGING,
        reason: { ...FILTER, description: 'Only those with this reason.' },
        source: { ...FILTER, description: 'Only those of this source.' },
      },
      answers: { 200: { description: 'A page of rejected events.', schema: pageOf(ref('Rejection')) } },
    },
    listReasons: {
      method: 'GET',
      path: '/v1/rejected/reasons',
      summary: 'Why events were rejected lately, the most frequent reason first',
      answers: {
        200: {
          description: 'The reasons of what GET /v1/rejected lists.',
          schema: object({ items: listOf(ref('ReasonCount')) }),
        },
      },
    },
    replayMany: {
      method: 'POST',
      path: '/v1/rejected/replay',
      summary: 'Replay some rejected events',
      description: REPLAY,
      body: object({
        ids: {
          type: 'array',
          items: { type: 'string', maxLength: 100 },
          minItems: 1,
          maxItems: 100,
          wanted: 'a list of 1 to 100 ids of rejections',
        },
      }),
      answers: {
        200: { description: 'What became of each.', schema: object({ items: listOf(ref('Replay')) }) },
      },
      problems: REPLAY_PROBLEMS,
    },
    replayOne: {
      method: 'POST',
      path: '/v1/rejected/{id}/replay',
      summary: 'Replay a rejected event',
      description: REPLAY,
      params: { id: { ...TEXT, description: 'Its rejection_id.' } },
      answers: { 200: { description: 'What became of it.', schema: ref('Replay') } },
      problems: { ...REPLAY_PROBLEMS, not_found: 'There is no such rejection (any more).' },
    },
  },
} as const satisfies Contract;

/** The contract, for types: `AnswerOf<Api, 'getSource'>`. */
export type Api = typeof contract;
