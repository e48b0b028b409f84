import { type Contract, PAGING, ref, TIME } from '@hilo/service/contract';
import { schemas } from './contract-schemas.ts';

const text = { type: 'string', maxLength: 500 } as const;
const name = { type: 'string', minLength: 1, maxLength: 500 } as const;

const WINDOW = {
  from: { ...TIME, description: 'Time of the first point; thirty days before "to" if absent.' },
  to: { ...TIME, description: 'No point is later; now if absent.' },
  step_s: {
    type: 'integer',
    minimum: 60,
    maximum: 31_622_400,
    default: 21_600,
    description: 'Seconds between points, of which there are at most 500.',
  },
} as const;

const stage = { type: 'string', description: 'Name of the stage.' } as const;
const NO_STAGE = { not_found: 'There is no such stage.' } as const;

/** The HTTP API of history. */
export const contract = {
  title: 'Hilo history',
  description: 'What happened, from ClickHouse.',
  schemas,
  routes: {
    listProfileEvents: {
      method: 'GET',
      path: '/v1/profiles/{profile_id}/events',
      summary: 'The events of a profile, newest first, with those of all profiles it absorbed',
      params: {
        profile_id: {
          type: 'string',
          description: 'Id of the profile; the id of an absorbed one leads to its survivor.',
        },
      },
      query: PAGING,
      answers: { 200: { description: 'A page of events.', schema: ref('Timeline') } },
      problems: { not_found: 'The profile has no event.' },
    },
    followMessage: {
      method: 'GET',
      path: '/v1/messages/{message_id}',
      summary: 'The way of one event through every stage, as far as it has come',
      description:
        'Everything that carries the messageId: the event with its profile, rejections, merges, traits, segments and ' +
        'how deliveries ended. If nothing is there yet, the answer is 200 with the state not_seen.',
      params: { message_id: { type: 'string', description: 'messageId of the event.' } },
      query: {
        source: { ...text, description: 'Key of its source; if absent, the source that it was last received from.' },
      },
      answers: { 200: { description: 'The way so far.', schema: ref('MessageWay') } },
    },
    watchEvents: {
      method: 'POST',
      path: '/v1/events/live',
      summary: 'The events as they arrive, as server-sent events',
      description:
        'Each message is a LiveUpdate. At most 30 events a second are shown, and at most 100 of a topic’s partition ' +
        'looked at; the update counts the others. Nothing is read while nobody watches.',
      readOnly: true,
      body: ref('LiveFilter'),
      answers: { 200: { description: 'The stream.', media: 'text/event-stream', schema: ref('LiveUpdate') } },
      problems: { too_many_watchers: 'One person watches on as many pages as one may.' },
    },
    countDeadLetters: {
      method: 'GET',
      path: '/v1/dead-letters',
      summary: 'How many records each stage has set aside',
      answers: { 200: { description: 'The stages.', schema: ref('DeadLetterCounts') } },
    },
    listDeadLetters: {
      method: 'GET',
      path: '/v1/dead-letters/{stage}',
      summary: 'The latest records that a stage has set aside, newest first',
      description: 'At most 25 of each partition; the topic has all of them, with all of their bytes.',
      params: { stage },
      answers: { 200: { description: 'The records.', schema: ref('DeadLetters') } },
      problems: NO_STAGE,
    },
    replayDeadLetters: {
      method: 'POST',
      path: '/v1/dead-letters/{stage}/replay',
      summary: 'Have the stage process records again that it had set aside',
      description:
        'The stage processes each dead letter once, however often you replay it; a record that still cannot be processed ' +
        'becomes a new dead letter. No other reader of the topic that it came from sees it.',
      params: { stage },
      body: ref('Replay'),
      answers: { 200: { description: 'The outcome for each.', schema: ref('ReplayOutcomes') } },
      problems: NO_STAGE,
    },
    getCounts: {
      method: 'GET',
      path: '/v1/counts',
      summary: 'How many there are of everything that was loaded, and the terminal states of events',
      answers: { 200: { description: 'The counts.', schema: ref('Counts') } },
    },
    getToday: {
      method: 'GET',
      path: '/v1/today',
      summary: 'What happened since the beginning of the day; an answer may be some seconds old',
      query: {
        since: { ...TIME, description: 'When the day began, within the last two days; midnight UTC if absent.' },
      },
      answers: { 200: { description: 'The figures.', schema: ref('Today') } },
    },
    listSegmentSizes: {
      method: 'GET',
      path: '/v1/segments/sizes',
      summary: 'The sizes of up to 50 segments over time, by key; an answer may be some seconds old',
      query: {
        keys: {
          type: 'string',
          pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}(,[A-Za-z0-9][A-Za-z0-9_.-]{0,99}){0,49}$',
          wanted: 'keys of 1 to 50 segments, with commas between them',
          description: 'Keys of segments, with commas between them.',
        },
        ...WINDOW,
      },
      needs: ['keys'],
      answers: { 200: { description: 'The sizes.', schema: ref('SizesOfSegments') } },
    },
    getSegmentSizes: {
      method: 'GET',
      path: '/v1/segments/{key}/sizes',
      summary: 'The size of a segment over time; a segment that nobody ever entered has the size 0',
      params: { key: { type: 'string', description: 'Key of the segment.' } },
      query: WINDOW,
      answers: { 200: { description: 'The sizes.', schema: ref('SegmentSizes') } },
    },
    listSeenEvents: {
      method: 'GET',
      path: '/v1/seen/events',
      summary: 'Names of track events, the most frequent first, 500 at most',
      answers: { 200: { description: 'The names.', schema: ref('SeenEvents') } },
    },
    listSeenProperties: {
      method: 'GET',
      path: '/v1/seen/properties',
      summary: 'Paths of properties in a sample of the events of a name, the most frequent first, 200 at most',
      query: { event: { ...name, description: 'Name of the event.' } },
      needs: ['event'],
      answers: { 200: { description: 'The paths.', schema: ref('SeenPaths') } },
    },
    listSeenValues: {
      method: 'GET',
      path: '/v1/seen/values',
      summary: 'Values of a property in the same sample, the most frequent first, 50 at most',
      query: {
        event: { ...name, description: 'Name of the event.' },
        property: { ...name, description: 'Path of the property, as the segment language writes it.' },
      },
      needs: ['event', 'property'],
      answers: { 200: { description: 'The values.', schema: ref('SeenValues') } },
    },
    listSeenTraits: {
      method: 'GET',
      path: '/v1/seen/traits',
      summary: 'Paths of traits in a sample of the profiles, the most frequent first, 200 at most',
      answers: { 200: { description: 'The paths.', schema: ref('SeenPaths') } },
    },
    listSeenTraitValues: {
      method: 'GET',
      path: '/v1/seen/trait-values',
      summary: 'Values of a trait in the same sample, the most frequent first, 50 at most',
      query: { trait: { ...name, description: 'Path of the trait, as the segment language writes it.' } },
      needs: ['trait'],
      answers: { 200: { description: 'The values.', schema: ref('SeenValues') } },
    },
    runQuery: {
      method: 'POST',
      path: '/v1/queries',
      summary: 'Run one statement as the user that may only read database hilo, within its limits',
      description:
        'At most 60 s, 384 MiB and 2 threads. One person has two statements running and 60 waiting. The statement ends ' +
        'when the caller disconnects. A file (csv, jsonl) is a stream that breaks off beyond 1,000,000 rows or 100 MiB, so ' +
        'that half a file is not taken for a whole one. If a statement is refused, the detail begins with the place in it.',
      readOnly: true,
      body: ref('Statement'),
      answers: {
        200: {
          description: 'The answer, or its beginning.',
          schema: ref('Answer'),
          files: ['text/csv', 'application/jsonl'],
        },
      },
      problems: {
        empty: 'There is no statement.',
        several_statements: 'There is more than one statement.',
        not_a_read: 'The statement does more than read.',
        syntax: 'ClickHouse cannot read the statement.',
        unknown_name: 'There is no such table, column or function.',
        not_allowed: 'The statement is beyond what the user may read.',
        too_slow: 'The statement took longer than it may.',
        too_much_memory: 'The statement needs more memory than it may have.',
        cancelled: 'The statement was cancelled.',
        missing_parameter: 'A parameter of the statement has no value.',
        refused: 'ClickHouse refused the statement for another reason.',
        statements_off: 'Statements are switched off in this installation.',
        already_running: 'A statement with this id runs.',
        too_many_queries: 'Too many statements of yours, or of everybody, run and wait.',
      },
    },
    cancelQuery: {
      method: 'DELETE',
      path: '/v1/queries/{id}',
      summary: 'End a statement, wherever it runs',
      params: { id: schemas.Statement.properties.id },
      answers: { 204: { description: 'It is being ended, or did not run.' } },
    },
    getCatalogue: {
      method: 'GET',
      path: '/v1/catalogue',
      summary: 'Tables and columns for people, with what they mean',
      answers: { 200: { description: 'The tables.', schema: ref('Catalogue') } },
    },
  },
} as const satisfies Contract;

/** Name of the contract for types: `AnswerOf<Api, 'getToday'>`. */
export type Api = typeof contract;
