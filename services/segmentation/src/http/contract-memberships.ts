import { listOf, object, pageOf, PAGING, ref, TIME, TIME_OR_NULL } from '@hilo/service/contract';

const TEXT = { type: 'string' } as const;
const TEXT_OR_NULL = { type: ['string', 'null'] } as const;
const COUNT = { type: 'integer', minimum: 0 } as const;
const COUNT_OR_NULL = { type: ['integer', 'null'], minimum: 0 } as const;
const FIELD = { type: 'string', description: 'The condition by which it counts: `condition.all[0]`.' } as const;
const BY = {
  ...TIME_OR_NULL,
  description: 'Later it would be too late: another event leaves the window then.',
} as const;
const PASSES = { type: 'boolean', description: 'True: it has to pass the test; false: it must not.' } as const;
const ENTERS = { type: 'boolean', description: 'True: it has to enter; false: it has to leave.' } as const;
const RELATION = { enum: ['at_least', 'more_than', 'at_most', 'less_than', 'exactly', 'not'] } as const;

const PROFILE = {
  profile_id: {
    type: 'string',
    pattern: '^p_[A-Za-z0-9_-]{1,100}$',
    wanted: 'the id of a profile, which begins with "p_"',
  },
} as const;

const BETWEEN = {
  from: { ...TIME, description: 'Only changes that were decided at this moment or later.' },
  to: { ...TIME, description: 'Only changes that were decided before this moment.' },
} as const;

const CLICKHOUSE_PROBLEMS = {
  too_slow: 'The answer took longer than it may.',
  too_much_memory: 'The answer needs more memory than it may have.',
  too_many_queries: 'Too many questions of yours, or of everybody, run and wait.',
  unavailable: 'ClickHouse does not answer for now.',
} as const;

/** What is said about single memberships: why, and since when. */
export const MEMBERSHIP_SCHEMAS = {
  Explanation: object({
    segment: TEXT,
    profile_id: { ...TEXT, description: 'The profile that is explained: the survivor, if another one absorbed yours.' },
    member: { type: 'boolean', description: 'Whether it is in the segment, as published.' },
    since: { ...TIME_OR_NULL, description: 'Since when it is in the segment; null: it is not.' },
    segment_version: { type: 'integer', description: 'Version of the definition that is explained.' },
    as_of: { ...TIME, description: 'The moment for which the conditions are asked.' },
    behind: {
      type: 'boolean',
      description: 'True for the moment between a change and its publication: of the definition, or by time.',
    },
    condition: ref('Condition'),
    explained: ref('ExplainedCondition'),
    smallest_change: {
      oneOf: [ref('SmallestChange'), { type: 'null' }],
      description: 'The fewest things that would change the answer; null: none was found.',
    },
    events_named: {
      type: 'boolean',
      description: 'False if ClickHouse did not answer, so that some events have no message id.',
    },
  }),
  ExplainedCondition: object({
    field: { type: 'string', description: 'Where it stands in `condition`: `condition.all[0]`.' },
    holds: { type: 'boolean' },
    since: {
      ...TIME_OR_NULL,
      description: 'The answer has been the same at least since then; null: the state does not say.',
    },
    changes: {
      enum: ['never', 'at', 'not_before'],
      description: 'When the answer changes if nothing happens: never, at `until`, or not before `until`.',
    },
    until: TIME_OR_NULL,
    value: {
      oneOf: [ref('ConditionValue'), { type: 'null' }],
      description: 'What the condition looks at; null for groups.',
    },
    events: {
      ...listOf(
        object({
          message_id: {
            ...TEXT_OR_NULL,
            description: 'Null: ClickHouse does not have the event yet, or did not answer.',
          },
          at: TIME,
          step: { ...COUNT_OR_NULL, description: 'The step of a sequence that it is, from 0.' },
        }),
      ),
      description: 'Up to 20 of the events that count, the newest first.',
    },
    of: { ...listOf(ref('ExplainedCondition')), description: 'The conditions inside a group.' },
  }),
  ConditionValue: {
    description: 'What a condition looks at, by its form.',
    oneOf: [
      {
        ...object({ kind: { const: 'count' }, count: COUNT, at_least: { type: 'boolean' } }),
        description:
          'Events, or different values. `at_least`: the state counts no further, since the answer would stay.',
      },
      {
        ...object({ kind: { const: 'number' }, number: TEXT_OR_NULL, of: COUNT }),
        description: 'A decimal number made from so many numbers; null: of none.',
      },
      {
        ...object({
          kind: { const: 'event' },
          at: TIME_OR_NULL,
          values: { oneOf: [listOf(TEXT), { type: 'null' }] },
        }),
        description: 'The first or last event; `values`: JSON texts at its property, null if its age is asked for.',
      },
      { ...object({ kind: { const: 'steps' }, done: COUNT, of: COUNT }), description: 'Steps of a sequence.' },
      {
        ...object({ kind: { const: 'periods' }, passed: COUNT, counts: listOf(COUNT) }),
        description: 'How often in each period, the newest first, and in how many of them often enough.',
      },
      { ...object({ kind: { const: 'values' }, values: listOf(TEXT) }), description: 'JSON texts of a trait.' },
      { ...object({ kind: { const: 'segment' }, segment: TEXT }), description: 'Another segment.' },
      {
        ...object({ kind: { const: 'list' }, listed: { type: 'boolean' }, ends: TIME_OR_NULL }),
        description: 'A static list, and when the entry ends.',
      },
      {
        ...object({ kind: { const: 'share' }, share: { type: 'number', minimum: 0, maximum: 1 } }),
        description: 'The number of the profile among all profiles.',
      },
    ],
  },
  SmallestChange: object({
    at: { ...TIME, description: 'The first moment at which the answer can be another.' },
    steps: { ...listOf(ref('ChangeStep')), description: 'All of them together.' },
  }),
  ChangeStep: {
    description: 'One thing that would have to happen.',
    oneOf: [
      {
        ...object({ code: { const: 'events' }, field: FIELD, count: COUNT, by: BY }),
        description: 'So many more events.',
      },
      {
        ...object({ code: { const: 'new_values' }, field: FIELD, count: COUNT, by: BY }),
        description: 'So many more events, each with a value that none before had.',
      },
      {
        ...object({ code: { const: 'number' }, field: FIELD, relation: RELATION, number: TEXT }),
        description: 'One more event whose number stands so.',
      },
      {
        ...object({ code: { const: 'property' }, field: FIELD, passes: PASSES }),
        description: 'One more event; its property decides.',
      },
      {
        ...object({ code: { const: 'steps' }, field: FIELD, count: COUNT }),
        description: 'The missing steps of a sequence, in their order.',
      },
      { ...object({ code: { const: 'trait' }, field: FIELD, passes: PASSES }), description: 'A change of the trait.' },
      {
        ...object({ code: { const: 'segment' }, field: FIELD, enters: ENTERS }),
        description: 'A change of the other segment.',
      },
      { ...object({ code: { const: 'list' }, field: FIELD, enters: ENTERS }), description: 'A change of the list.' },
      {
        ...object({
          code: { const: 'time' },
          field: FIELD,
          at: TIME,
          leaving: { ...COUNT_OR_NULL, description: 'So many events leave the window by then; null: that is not why.' },
        }),
        description: 'Nothing happens until then.',
      },
    ],
  },
  MembershipChange: object({
    segment: TEXT,
    segment_version: { type: 'integer', description: 'Version of the definition by which it was decided.' },
    profile_id: { ...TEXT, description: 'The profile that it concerns now: the survivor, if another one absorbed it.' },
    recorded_profile_id: { ...TEXT, description: 'The profile that the record names.' },
    version: { type: 'integer', description: 'Grows with every record of a recorded profile.' },
    status: { enum: ['entered', 'exited'] },
    reason: { ...TEXT, description: 'event, trait, segment, time, merge or definition.' },
    message_id: TEXT_OR_NULL,
    event_time: TIME_OR_NULL,
    decided_at: TIME,
    unproven: { type: 'boolean', description: 'True if it was decided while an origin was released.' },
    backfilled: { type: 'boolean', description: 'True if a definition caused it.' },
    historical: { type: 'boolean', description: 'True if an import or a replay of the past caused it.' },
  }),
} as const;

const NO_SEGMENT = { not_found: 'There is no such segment.' } as const;

/** Routes about single memberships. `key`: the parameter that names the segment. */
export const membershipRoutes = <const Key extends object>(key: Key) =>
  ({
    explainProfile: {
      method: 'GET',
      path: '/v1/segments/{key}/profiles/{profile_id}/explain',
      summary: 'Why a profile is in a segment, or is not',
      description:
        'Asks each condition of the segment about the state that the stage has committed, and looks up in ClickHouse which ' +
        'events those are of which the state keeps only the times.',
      params: { ...key, ...PROFILE },
      answers: { 200: { description: 'The explanation.', schema: ref('Explanation') } },
      problems: { not_found: 'There is no such segment, or no such profile.' },
    },
    listSegmentChanges: {
      method: 'GET',
      path: '/v1/segments/{key}/history',
      summary: 'Who entered and left a segment, the newest first',
      params: key,
      query: { ...PAGING, ...BETWEEN },
      answers: { 200: { description: 'A page of changes.', schema: pageOf(ref('MembershipChange')) } },
      problems: { ...NO_SEGMENT, ...CLICKHOUSE_PROBLEMS },
    },
    listProfileChanges: {
      method: 'GET',
      path: '/v1/segments/{key}/profiles/{profile_id}/history',
      summary: 'When a profile entered and left a segment, the newest first',
      description: 'With the changes of the profiles that it absorbed.',
      params: { ...key, ...PROFILE },
      query: { ...PAGING, ...BETWEEN },
      answers: { 200: { description: 'A page of changes.', schema: pageOf(ref('MembershipChange')) } },
      problems: { ...NO_SEGMENT, ...CLICKHOUSE_PROBLEMS },
    },
  }) as const;
