import { object, ref, TIME_OR_NULL } from '@hilo/service/contract';
import type { BackfillPhase } from '../domain/backfill.ts';

const TEXT = { type: 'string' } as const;
const COUNT = { type: 'integer', minimum: 0 } as const;
const BACKFILL_PHASES = [
  'declared',
  'cutting',
  'reading',
  'settling',
  'switching',
  'done',
] as const satisfies readonly BackfillPhase[];

/** The schemas of what backfills answer. */
export const BACKFILL_SCHEMAS = {
  Backfill: object({
    segment: TEXT,
    state: {
      type: 'string',
      enum: ['none', 'waiting', 'running', 'done'],
      description:
        'none: the condition is in force, and needed no backfill. waiting: it begins after the backfills that run now.',
    },
    phase: {
      type: ['string', 'null'],
      enum: [...BACKFILL_PHASES, null],
      description:
        'What the backfill does: declared (every partition gets to know the definition), cutting (each begins to collect ' +
        'events for it), reading (earlier events are looked up), settling (they reach the profiles), switching (the ' +
        'definition comes into force), done. Null: there is none.',
    },
    events: {
      ...object({
        read: { ...COUNT, description: 'Events that were looked up.' },
        of: {
          type: ['integer', 'null'],
          minimum: 0,
          description: 'Events to look up, about. Null: not counted yet.',
        },
      }),
      description: 'Of all segments that are backfilled together.',
    },
    records: { ...COUNT, description: 'Records that brought the past to the profiles.' },
    requested_at: TIME_OR_NULL,
    ended_at: TIME_OR_NULL,
  }),
} as const;

/** The routes of backfills; `params` and `problems` of a route of one segment. */
export const backfillRoutes = <Params extends object, Problems extends object>(params: Params, problems: Problems) =>
  ({
    getBackfill: {
      method: 'GET',
      path: '/v1/segments/{key}/backfill',
      summary: 'How far the past of a segment is looked up',
      params,
      answers: { 200: { description: 'The latest backfill of the segment.', schema: ref('Backfill') } },
      problems,
    },
    startBackfill: {
      method: 'POST',
      path: '/v1/segments/{key}/backfill',
      summary: 'Let a segment that an earlier release saved count all of the past',
      description:
        'Its members stay as they are until the past is looked up. Then those who enter or leave do so by a change that is ' +
        'marked as backfilled. Does nothing if all of the past counts already.',
      params,
      answers: { 200: { description: 'The backfill.', schema: ref('Backfill') } },
      problems,
    },
    cancelBackfill: {
      method: 'POST',
      path: '/v1/segments/{key}/backfill/cancel',
      summary: 'End a backfill: an edited segment gets its condition before back, a new one is deleted',
      params,
      answers: { 204: { description: 'It is ended.' } },
      problems: {
        ...problems,
        no_backfill: 'No backfill of the segment runs, or its condition is about to come into force.',
        segment_in_use: 'The conditions of other segments name it.',
        invalid_condition: 'With the condition before, segments would name each other in a circle.',
      },
    },
  }) as const;
