import { listOf, object, PAGING, ref, TIME, TIME_OR_NULL } from '@hilo/service/contract';
import { UNDECIDED } from '../domain/verify.ts';

const TEXT = { type: 'string' } as const;
const COUNT = { type: 'integer', minimum: 0 } as const;
const ANSWER = { type: ['boolean', 'null'] } as const;

/** What comparing memberships with the history found. */
export const VERIFICATION_SCHEMAS = {
  Verification: object({
    checked: { ...COUNT, description: 'Profiles whose answers were compared.' },
    undecided: {
      ...listOf(object({ reason: { enum: UNDECIDED }, profiles: COUNT })),
      description: 'Profiles that could not be compared for now, by the reason. The next call asks again.',
    },
    differences: { ...listOf(ref('Difference')), description: 'The first 1,000 of them.' },
    total: { ...COUNT, description: 'How many differences there are.' },
    not_compared: {
      ...listOf(object({ segment: TEXT, reason: { enum: ['counted_since'] } })),
      description:
        'Segments that are compared with the state only: they began to count events after the first event was received.',
    },
    vector: {
      ...listOf(object({ partition: COUNT, as_of: TIME, offsets: listOf(COUNT) })),
      description:
        'For each partition, the moment of the last questions, and the offsets of events.identified, by partition, below which ' +
        'events counted.',
    },
    took_ms: COUNT,
    next: { type: ['string', 'null'], description: 'The "cursor" of the call that goes on; null: all is verified.' },
  }),
  Difference: object({
    segment: TEXT,
    profile_id: TEXT,
    published: {
      ...ANSWER,
      description: 'Whether it is a member, as published; null: the list of members differs from that.',
    },
    state: { type: 'boolean', description: 'What the state of the stage says.' },
    history: { ...ANSWER, description: 'What ClickHouse says; null: the segment is not compared with it.' },
  }),
  LastVerification: object({
    verified_at: {
      ...TIME_OR_NULL,
      description: 'When the partition was verified whose turn is longest ago; null: some never were.',
    },
    checked: COUNT,
    undecided: COUNT,
    differences: COUNT,
  }),
} as const;

const ROUTE = {
  method: 'POST',
  readOnly: true,
  description:
    'Compares, for each profile, what was published, what the state of the stage says, and what ClickHouse says about the events that the ' +
    'stage had read, all at the same moment. Works for about 20 s, and answers with "next" if there is more.',
  query: { cursor: PAGING.cursor },
  answers: { 200: { description: 'What was found.', schema: ref('Verification') } },
} as const;

const PROBLEMS = {
  too_slow: 'A statement took longer than it may.',
  too_much_memory: 'A statement needs more memory than it may have.',
  too_many_queries: 'Another verification runs in this instance.',
  unavailable: 'ClickHouse does not answer for now.',
} as const;

/** Routes that compare memberships with the history. `key`: the parameter that names the segment. */
export const verificationRoutes = <const Key extends object>(key: Key) =>
  ({
    verifySegments: {
      ...ROUTE,
      path: '/v1/segments/verify',
      summary: 'Compare all memberships with the history',
      problems: PROBLEMS,
    },
    verifySegment: {
      ...ROUTE,
      path: '/v1/segments/{key}/verify',
      summary: 'Compare the memberships of a segment with the history',
      params: key,
      problems: { ...PROBLEMS, not_found: 'There is no such segment.' },
    },
    getVerification: {
      method: 'GET',
      path: '/v1/verification',
      summary: 'What verification in the background has found',
      answers: { 200: { description: 'The sum over all partitions.', schema: ref('LastVerification') } },
    },
  }) as const;
