import { EVENT_TIME, listOf, nullable, object, ref, TIME, TIME_OR_NULL } from '@hilo/service/contract';

const text = { type: 'string' } as const;
const count = { type: 'integer', minimum: 0 } as const;
const FILTER = { type: 'string', maxLength: 500 } as const;
const optional = { type: ['string', 'null'] } as const;
const fields = { type: ['object', 'null'] } as const;
const scalar = { type: ['string', 'number', 'boolean'], exact: true } as const;
/** Where a record lies in a topic. */
const position = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER } as const;
const encoding = { enum: ['utf8', 'base64', ''] } as const;
const membership = { enum: ['entered', 'exited'] } as const;

/** Timelines of profiles. */
const timeline = {
  Timeline: object({
    profile_id: { ...text, description: 'The surviving profile.' },
    items: listOf(ref('Event')),
    next: { ...optional, description: 'Cursor of the next page; null at the end.' },
  }),
  Event: object({
    message_id: text,
    type: text,
    event: optional,
    name: optional,
    source: text,
    user_id: optional,
    anonymous_id: optional,
    timestamp: EVENT_TIME,
    received_at: TIME_OR_NULL,
    properties: fields,
    traits: fields,
    context: fields,
    recorded_profile_id: { ...text, description: 'The profile that the event was recorded for.' },
  }),
} as const;

/** The way of one event, and events as they arrive. */
const messages = {
  Identifier: object({ type: text, value: text }),
  MessageEvent: object({
    source: text,
    type: text,
    event: optional,
    name: optional,
    user_id: optional,
    anonymous_id: optional,
    via: text,
    timestamp: EVENT_TIME,
    received_at: TIME_OR_NULL,
    recorded_profile_id: text,
    linked: { ...listOf(ref('Identifier')), description: 'Identifiers that this event linked to the profile.' },
    set_aside: {
      ...listOf(ref('Identifier')),
      description: 'Identifiers that were not used, since they would break a limit.',
    },
    properties: fields,
    traits: fields,
    context: fields,
  }),
  MessageStage: object({
    stage: { enum: ['ingestion', 'identity', 'profile', 'segmentation', 'activation'] },
    state: {
      enum: [
        ...['not_seen', 'accepted', 'rejected', 'duplicate', 'identified', 'changed', 'ended'],
        ...['none_so_far', 'not_reached'],
      ] as const,
      description:
        'none_so_far: the stage has recorded nothing, maybe because there is nothing to record; not_reached: the event ' +
        'was not accepted, and never gets there.',
    },
    count,
    at: TIME_OR_NULL,
  }),
  MessageRejection: object({
    rejection_id: text,
    state: text,
    source: text,
    reason: text,
    field: text,
    message: text,
    type: optional,
    via: text,
    received_at: TIME_OR_NULL,
    original: { ...optional, description: 'What came in, cut after 16,384 characters.' },
    original_encoding: encoding,
  }),
  MessageMerge: object({ source: text, absorbed: text, survivor: text, rule: text, decided_at: TIME_OR_NULL }),
  MessageTraitChange: object({
    source: text,
    profile_id: text,
    trait: text,
    value: { description: 'The new value; null: removed.' },
    previous: { description: 'The value before; null: there was none.' },
    decided_at: TIME_OR_NULL,
  }),
  MessageMembershipChange: object({
    profile_id: text,
    segment: text,
    status: membership,
    reason: text,
    version: count,
    unproven: { type: 'boolean', description: 'Decided while an origin that stood still was left out.' },
    decided_at: TIME_OR_NULL,
  }),
  MessageDelivery: object({
    profile_id: text,
    delivery_id: text,
    destination: text,
    segment: text,
    membership_status: membership,
    status: { enum: ['delivered', 'filtered', 'failed'] },
    reason: text,
    attempts: count,
    response_status: { type: ['integer', 'null'] },
    created_at: TIME_OR_NULL,
    ended_at: TIME_OR_NULL,
  }),
  MessageWay: object({
    message_id: text,
    source: { ...optional, description: 'Source of the event; null if nothing has this messageId.' },
    sources: { ...listOf(text), description: 'Every source that has an event with this messageId.' },
    state: { enum: ['not_seen', 'accepted', 'rejected', 'duplicate'] },
    profile_id: { ...optional, description: 'The surviving profile.' },
    stages: listOf(ref('MessageStage')),
    event: nullable(ref('MessageEvent')),
    accepted: { ...count, description: 'How often it was accepted: once within 7 days.' },
    rejections: listOf(ref('MessageRejection')),
    merges: listOf(ref('MessageMerge')),
    trait_changes: listOf(ref('MessageTraitChange')),
    membership_changes: listOf(ref('MessageMembershipChange')),
    deliveries: listOf(ref('MessageDelivery')),
    is_cut: { type: 'boolean', description: 'True if a list has more items than the answer shows.' },
  }),
  LiveFilter: object(
    {
      source: { ...FILTER, description: 'Key of a source.' },
      event: { ...FILTER, description: 'Part of an event’s name or type.' },
      profile: { ...FILTER, description: 'Any identifier of the person.' },
    },
    ['source', 'event', 'profile'],
  ),
  LiveEvent: object({
    id: { ...text, description: 'Unique.' },
    kind: { enum: ['accepted', 'rejected', 'duplicate'] },
    source: text,
    message_id: optional,
    type: optional,
    event: optional,
    profile_id: optional,
    user_id: optional,
    reason: optional,
    timestamp: EVENT_TIME,
    received_at: TIME_OR_NULL,
  }),
  LiveUpdate: object({
    items: listOf(ref('LiveEvent')),
    passed: { ...count, description: 'Events that went by since the last message.' },
    left_out: { ...count, description: 'Of these, events that fit the filter and were too many to show.' },
    unread: { ...count, description: 'Of these, events that came too fast to be compared with the filter.' },
  }),
} as const;

/** Records that stages set aside. */
const deadLetters = {
  DeadLetterCounts: object({ items: listOf(object({ stage: text, topic: text, count })) }),
  DeadLetter: object({
    partition: position,
    offset: position,
    source_topic: optional,
    source_partition: optional,
    source_offset: optional,
    reason: text,
    message: text,
    failed_at: TIME_OR_NULL,
    build: optional,
    key: optional,
    value: { ...optional, description: 'The first 4,096 bytes of the record.' },
    value_encoding: encoding,
    value_bytes: count,
    replay: {
      enum: ['possible', 'waiting', 'processed', 'set_aside_again', 'processed_in_part', 'not_replayable'],
      description:
        'possible: nobody has asked for a replay. waiting: the stage has not read it yet. set_aside_again: it became a new ' +
        'dead letter. processed_in_part: the rest of the record was processed, and would count twice. not_replayable: the ' +
        'dead letter does not say what it was.',
    },
    replayed_at: TIME_OR_NULL,
  }),
  DeadLetters: object({ items: listOf(ref('DeadLetter')) }),
  Replay: object({
    dead_letters: {
      ...listOf(object({ partition: position, offset: position })),
      minItems: 1,
      maxItems: 200,
      uniqueItems: true,
      wanted: 'a list of 1 to 200 places {partition, offset}, each once',
      description: 'Where the dead letters lie in the dead-letter topic, each once.',
    },
  }),
  ReplayOutcome: object({
    partition: position,
    offset: position,
    state: {
      enum: ['sent', 'replayed_before', 'not_found', 'left_out', 'processed_in_part', 'not_replayable'],
      description:
        'sent: Kafka has it for good; list the dead letters to see how the replay ends. replayed_before: nothing was sent. ' +
        'not_found: no longer there, or never was. left_out: more than one request can carry; ask for it again. ' +
        'processed_in_part, not_replayable: as in the list.',
    },
  }),
  ReplayOutcomes: object({ items: listOf(ref('ReplayOutcome')) }),
} as const;

/** Counts, figures of today, and sizes of segments. */
const figures = {
  Counts: object({
    events: listOf(object({ source: text, type: text, count })),
    rejected: listOf(object({ source: text, state: text, reason: text, count })),
    memberships: listOf(object({ segment: text, status: text, count })),
    deliveries: listOf(object({ destination: text, status: text, reason: text, count })),
    profiles: count,
    merges: count,
    states: {
      ...object({ accepted: count, duplicate: count, rejected: count, ended: count }),
      description: 'Terminal states of events received; ended is their sum.',
    },
  }),
  Today: object({
    since: TIME,
    events: { ...count, description: 'Events received and accepted.' },
    profiles: { ...count, description: 'Surviving profiles with events.' },
    rejected: count,
    duplicate: count,
    entered: { ...count, description: 'Times that a profile entered a segment.' },
    left: { ...count, description: 'Times that a profile left one.' },
    segments: { ...count, description: 'Segments that somebody entered or left.' },
    delivered: count,
    failed: count,
    filtered: count,
    merges: count,
  }),
  SizePoint: object({
    at: TIME,
    members: { type: 'integer', description: 'Profiles in it at that time.' },
    entered: { ...count, description: 'Since the point before; 0 at the first.' },
    left: { ...count, description: 'Since the point before; 0 at the first.' },
  }),
  SegmentSizes: object({
    segment: text,
    from: TIME,
    to: TIME,
    step_s: { ...count, description: 'Seconds between points.' },
    points: listOf(ref('SizePoint')),
  }),
  SizesOfSegments: object({
    from: TIME,
    to: TIME,
    step_s: { ...count, description: 'Seconds between sizes.' },
    segments: listOf(
      object({
        segment: text,
        sizes: {
          ...listOf({ type: 'integer' }),
          description: 'Profiles in it at "from", and at the end of each step after it.',
        },
      }),
    ),
  }),
} as const;

const sampled = { ...count, description: 'How many events or profiles were looked at.' } as const;

/** What was seen in events and traits. */
const seen = {
  SeenEvents: object({ items: listOf(object({ event: text, count })) }),
  SeenPath: object({
    path: { ...text, description: 'As the segment language writes it.' },
    count: { ...count, description: 'In how many of the sample.' },
    kinds: {
      ...listOf({ enum: ['text', 'number', 'boolean'] }),
      description: 'Kinds of its values, the most frequent first.',
    },
  }),
  SeenPaths: object({ sampled, items: listOf(ref('SeenPath')) }),
  SeenValues: object({ sampled, items: listOf(object({ value: scalar, count })) }),
} as const;

const column = { name: text, type: { ...text, description: "ClickHouse's type." } } as const;

/** People's statements. */
const statements = {
  Statement: object(
    {
      id: {
        type: 'string',
        pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$',
        wanted: 'a UUID in small letters',
        description: 'Chosen by the caller, to cancel the statement by.',
      },
      sql: { type: 'string', maxLength: 20_000, description: 'One statement that reads, without FORMAT.' },
      parameters: {
        type: 'object',
        maxProperties: 10,
        additionalProperties: { type: 'string', maxLength: 1000 },
        default: {},
        description: 'Values for {name:Type} in the statement.',
        checkedIn: 'http/statements-controller.ts',
      },
      limit: {
        type: 'integer',
        minimum: 1,
        maximum: 10_000,
        default: 1000,
        description: 'Rows at most; for JSON only.',
      },
      format: {
        enum: ['json', 'csv', 'jsonl'],
        default: 'json',
        description:
          'csv is for spreadsheets: a text that a spreadsheet would run as a formula gets an apostrophe in front. jsonl has ' +
          'every value as it is: a line with the names of the columns, then a line for each row, all of them JSON lists.',
      },
    },
    ['parameters', 'limit', 'format'],
  ),
  Answer: object({
    id: text,
    columns: listOf(object(column)),
    rows: {
      ...listOf({ type: 'array', items: {} }),
      description: 'Integers of 64 bits and more, decimals, NaN and infinity are texts, so that no digit is lost.',
    },
    truncated: {
      enum: ['rows', 'bytes', null],
      description: 'What cut the answer short (4 MiB at most); null: nothing.',
    },
    elapsed_ms: { ...count, description: 'Waiting for its turn included.' },
    rows_read: { ...count, description: 'Rows of tables that were read, as far as ClickHouse reported.' },
    bytes_read: count,
  }),
  Catalogue: object({
    tables: listOf(
      object({
        name: text,
        parameters: listOf(text),
        comment: text,
        columns: listOf(object({ ...column, comment: text })),
      }),
    ),
  }),
} as const;

/** Everything that the API of history answers with or takes. */
export const schemas = { ...timeline, ...messages, ...deadLetters, ...figures, ...seen, ...statements } as const;
