import { SEGMENT_LANGUAGE } from '@hilo/behaviour/version-2/language';
import { type Contract, listOf, object, pageOf, PAGING, ref, TIME, TIME_OR_NULL } from '@hilo/service/contract';
import { WANTED_KINDS, WARNING_CODES } from '../domain/preview-warnings.ts';
import { STAGES_BEFORE } from '../domain/origins-behind.ts';
import { BACKFILL_SCHEMAS, backfillRoutes } from './contract-backfill.ts';
import { MEMBERSHIP_SCHEMAS, membershipRoutes } from './contract-memberships.ts';
import { VERIFICATION_SCHEMAS, verificationRoutes } from './contract-verification.ts';

const TEXT = { type: 'string' } as const;
const COUNT = { type: 'integer', minimum: 0 } as const;
const NAME = { type: 'string', minLength: 1, maxLength: 200 } as const;
const KEY = {
  key: {
    type: 'string',
    pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$',
    wanted: '1 to 100 letters, digits, "_", "-" and ".", the first a letter or a digit',
  },
} as const;
const NO_SEGMENT = { not_found: 'There is no such segment.' } as const;

/** The HTTP API of the segmentation service. */
export const contract = {
  title: 'Hilo segmentation',
  description: 'Segments: what they ask for, how many profiles are in them, and who.',
  schemas: {
    ...SEGMENT_LANGUAGE,
    ...MEMBERSHIP_SCHEMAS,
    ...BACKFILL_SCHEMAS,
    ...VERIFICATION_SCHEMAS,
    Segment: object({
      key: TEXT,
      name: TEXT,
      version: { type: 'integer', minimum: 1 },
      condition: ref('Condition'),
      members: { ...COUNT, description: 'Profiles in the segment, exactly, as of the last commit of the stage.' },
      created_at: TIME,
      updated_at: TIME,
      events_counted_from: {
        ...TIME_OR_NULL,
        description:
          'Events count from this moment on: an earlier release saved the segment, and its past was not looked up since. ' +
          'Null: all of the past counts, or the condition asks for no events.',
      },
      published: {
        type: 'boolean',
        description:
          'True once the definition is on its way to every partition. While a backfill looks up its past it is false: a new ' +
          'segment has no members yet, and an edited one keeps those of its condition before.',
      },
    }),
    SegmentDraft: object(
      {
        name: { ...NAME, description: 'Shown to people; the key where it is absent.' },
        condition: { ...ref('Condition'), checkedIn: 'packages/behaviour/src/version-2/read-condition.ts' },
        version: {
          ...COUNT,
          description: 'Save only over this version; 0: only if there is no such segment.',
          wanted: 'a whole number, 0 for a segment that is new',
        },
      },
      ['name', 'version'],
    ),
    PreviewDraft: object(
      {
        condition: { ...ref('Condition'), checkedIn: 'packages/behaviour/src/version-2/read-condition.ts' },
        asOf: {
          ...TIME,
          description:
            'Asks as of this moment: counts events up to it, and takes traits as the identify calls up to it set them. Absent: now.',
        },
        segment: {
          ...KEY.key,
          description: 'The segment that the condition is to replace: "overlap" has it too, however small it is.',
        },
      },
      ['asOf', 'segment'],
    ),
    PreviewedPerson: object({
      profile_id: TEXT,
      holds: {
        ...listOf(TEXT),
        description: 'The places of the conditions, groups left out, that hold for the profile.',
      },
    }),
    Preview: object({
      size: { ...COUNT, description: 'Profiles for which the condition holds.' },
      of: { ...COUNT, description: 'All known profiles.' },
      share: { type: 'number', minimum: 0, maximum: 1, description: 'The part that "size" is of "of".' },
      sample: { ...listOf(ref('PreviewedPerson')), description: 'Up to 10 of the profiles: the same ones each time.' },
      overlap: {
        ...listOf(object({ segment: TEXT, both: COUNT })),
        description:
          'For each of the 20 largest segments, and for the one that is to be replaced, how many of the profiles are its members now.',
      },
      warnings: {
        ...listOf(ref('PreviewWarning')),
        description: 'What to know about the values that the condition reads, of up to 30 places.',
      },
      took_ms: COUNT,
    }),
    PreviewWarning: object({
      field: { ...TEXT, description: 'The place in the condition.' },
      code: {
        enum: WARNING_CODES,
        description:
          '"no_events": there is no such event. "never_seen": nothing stands at the path. "other_kinds": values of other kinds ' +
          'than the test asks for stand there, and never pass. "several_currencies": the numbers are not of one currency.',
      },
      path: { type: ['string', 'null'], description: 'The path of the values; null: the warning is about the events.' },
      wanted: { enum: [...WANTED_KINDS, null], description: 'The kind that the test asks for; null: any.' },
      found: {
        ...listOf(object({ value: TEXT, count: COUNT })),
        description: 'The kinds or currencies in up to 20,000 events or profiles, the most frequent first, at most 10.',
      },
    }),
    RfmDraft: object({
      condition: {
        ...ref('Condition'),
        checkedIn: 'http/preview-controller.ts',
        description: 'A sum within a window, such as the revenue of a year. Its test is not asked.',
      },
    }),
    RfmThresholds: object({
      population: { ...COUNT, description: 'Profiles with such an event in the window: the customers.' },
      as_of: TIME,
      recency: {
        ...listOf({ type: 'string', examples: ['30d'] }),
        description:
          'For the scores 2, 3, 4 and 5: the last event is newer than this length. In whole days, rounded up. Empty: no customers.',
      },
      frequency: { ...listOf({ type: 'integer' }), description: 'For the same scores: at least so many events.' },
      monetary: {
        ...listOf({ type: 'string', examples: ['129.95'] }),
        description: 'For the same scores: a sum of at least this decimal number.',
      },
    }),
    Member: object({
      profile_id: TEXT,
      segment_version: { type: 'integer', description: 'Version of the segment by which the profile is in.' },
      since: TIME,
    }),
    Origin: object({
      stage: TEXT,
      partition: COUNT,
      read_to: {
        ...TIME_OR_NULL,
        description: 'Everything that it was to bring before then, it has brought. Null: it never said anything.',
      },
      behind_s: { type: ['integer', 'null'], minimum: 0, description: 'How long ago that was, in seconds.' },
      released: { type: 'boolean', description: 'True while it is left out, because somebody released it.' },
    }),
    WaitingExits: object({
      people: { ...COUNT, description: 'Profiles that were due by time ten seconds ago and are not decided.' },
      more: { type: 'boolean', description: 'True where there are more than were counted.' },
      since: { ...TIME_OR_NULL, description: 'When the first of them was due; null: nobody waits.' },
      origins: {
        ...listOf(ref('Origin')),
        description:
          'Partitions of the stages before this one that are further behind than the stages before them explain.',
      },
    }),
  },
  routes: {
    listSegments: {
      method: 'GET',
      path: '/v1/segments',
      summary: 'The segments, by key, with their sizes',
      query: PAGING,
      answers: { 200: { description: 'A page of segments.', schema: pageOf(ref('Segment')) } },
    },
    getSegment: {
      method: 'GET',
      path: '/v1/segments/{key}',
      summary: 'One segment',
      params: KEY,
      answers: { 200: { description: 'The segment.', schema: ref('Segment') } },
      problems: NO_SEGMENT,
    },
    putSegment: {
      method: 'PUT',
      path: '/v1/segments/{key}',
      summary: 'Create or change a segment; the same body again changes nothing',
      description:
        'A condition on events counts all of the past. Unless other segments ask for the same events already, a backfill looks it ' +
        'up first, and the condition comes into force after that.',
      params: KEY,
      body: ref('SegmentDraft'),
      answers: { 200: { description: 'The segment as it is now.', schema: ref('Segment') } },
      problems: {
        invalid_condition:
          'The condition breaks a rule of the segment language, or Hilo does not evaluate it yet; "detail" names up to 20 places.',
        version_conflict: 'The segment has another version by now.',
        limit_reached: 'There are 1,000 segments, or all together would ask for too many kinds of events.',
      },
    },
    ...backfillRoutes(KEY, NO_SEGMENT),
    deleteSegment: {
      method: 'DELETE',
      path: '/v1/segments/{key}',
      summary: 'Delete a segment: everybody leaves it',
      params: KEY,
      answers: { 204: { description: 'It is deleted.' } },
      problems: { ...NO_SEGMENT, segment_in_use: 'The conditions of other segments name it.' },
    },
    previewSegment: {
      method: 'POST',
      path: '/v1/segments/preview',
      summary: 'How many profiles a condition would hold for, and some of them, without saving it',
      description:
        'Asks ClickHouse about everything that is loaded there, usually all but the last second. One person has two previews ' +
        'running; a preview takes at most 10 s and 384 MiB, and ends when the caller disconnects.',
      readOnly: true,
      body: ref('PreviewDraft'),
      answers: { 200: { description: 'The preview.', schema: ref('Preview') } },
      problems: {
        invalid_condition:
          'The condition breaks a rule of the segment language, or Hilo does not evaluate it yet; "detail" names up to 20 places.',
        too_slow: 'The preview took longer than it may.',
        too_much_memory: 'The preview needs more memory than it may have.',
        too_many_queries: 'Too many previews of yours, or of everybody, run and wait.',
        unavailable: 'ClickHouse does not answer for now.',
      },
    },
    rfmThresholds: {
      method: 'POST',
      path: '/v1/segments/rfm-thresholds',
      summary: 'What divides customers into fifths by recency, frequency and amount',
      description:
        'Asks ClickHouse, with the limits of a preview. Whoever equals a threshold has the higher score. The thresholds are ' +
        'constants for a condition: ask again, and save another version, to refresh them.',
      readOnly: true,
      body: ref('RfmDraft'),
      answers: { 200: { description: 'The thresholds.', schema: ref('RfmThresholds') } },
      problems: {
        invalid_condition: 'It is no sum within a window, or breaks a rule of the segment language.',
        too_slow: 'The statement took longer than it may.',
        too_much_memory: 'The statement needs more memory than it may have.',
        too_many_queries: 'Too many previews of yours, or of everybody, run and wait.',
        unavailable: 'ClickHouse does not answer for now.',
      },
    },
    listMembers: {
      method: 'GET',
      path: '/v1/segments/{key}/members',
      summary: 'The profiles in a segment, by id',
      params: KEY,
      query: PAGING,
      answers: { 200: { description: 'A page of members.', schema: pageOf(ref('Member')) } },
      problems: NO_SEGMENT,
    },
    ...membershipRoutes(KEY),
    ...verificationRoutes(KEY),
    getWaitingExits: {
      method: 'GET',
      path: '/v1/time',
      summary: 'Whom and what exits by time wait for',
      answers: { 200: { description: 'As of now.', schema: ref('WaitingExits') } },
    },
    releaseOrigin: {
      method: 'POST',
      path: '/v1/time/origins/{stage}/{partition}/release',
      summary: 'Leave an origin that stands still out of the time, until it moves',
      description:
        'Exits that wait for it are decided, and are marked "unproven": what the origin still brings might have prevented them.',
      params: {
        stage: { ...TEXT, description: `One of ${STAGES_BEFORE.join(', ')}.`, checkedIn: 'time-controller.ts' },
        partition: { ...COUNT, checkedIn: 'time-controller.ts' },
      },
      answers: { 200: { description: 'The origin, which is left out from now on.', schema: ref('Origin') } },
      problems: {
        not_found: 'Exits wait for no such stage, or it has no such partition.',
        not_behind: 'Nobody waits for the origin.',
        moving: 'The origin works through its backlog.',
        unavailable: 'Kafka or the database does not answer for now.',
      },
    },
  },
} as const satisfies Contract;

/** The contract, for types: `AnswerOf<Api, 'getSegment'>`. */
export type Api = typeof contract;
