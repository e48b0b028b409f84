import { listOf, object, PAGING, ref, TIME, TIME_OR_NULL } from '@hilo/service/contract';
import { AUDIT_VERBS } from '../domain/audit-verb.ts';
import { EXPLORATION_LIMITS, VIEWS } from '../domain/exploration.ts';
import { SCOPES } from '../domain/rights.ts';
import { linkSchemas } from './contract-links.ts';
import { signInSchemas } from './contract-sign-in.ts';
import { userSchemas } from './contract-users.ts';

const text = { type: 'string' } as const;
const count = { type: 'integer', minimum: 0 } as const;
const flag = { type: 'boolean' } as const;
const known = { type: ['number', 'null'], description: 'Null if no instance reports it, or not yet.' } as const;
const optional = { type: ['string', 'null'] } as const;
const rate = { type: ['number', 'null'], description: 'Per second; null until it is known.' } as const;
const seconds = { type: ['number', 'null'] } as const;
const state = { enum: ['ready', 'starting', 'down'] } as const;

const name = { type: 'string', minLength: 1, maxLength: 200 } as const;
const scopes = { type: 'array', items: { enum: SCOPES }, minItems: 1, maxItems: SCOPES.length } as const;

const token = {
  id: text,
  name,
  scopes,
  owner: { ...text, description: "The person's address; the token never does more than the person may." },
  created_at: TIME,
  expires_at: TIME,
  last_used_at: { ...TIME_OR_NULL, description: 'To the minute.' },
} as const;

/** What to have of the audit log; what is absent does not matter. */
const auditFilter = {
  who: { ...text, description: 'An address, with that person’s API tokens, or whatever else "who" has.' },
  what: { enum: AUDIT_VERBS },
  target: {
    ...text,
    description: 'A path, with everything below it.',
    examples: ['segmentation', 'users/ann@example.com'],
  },
  address: { ...text, description: 'Of the client.' },
  from: { ...TIME, description: 'Entries of that time or later.' },
  to: { ...TIME, description: 'Entries before that time.' },
  q: { ...text, minLength: 1, maxLength: 200, description: 'A text anywhere in the entry, in capitals or not.' },
} as const;
const auditFilterNames = ['who', 'what', 'target', 'address', 'from', 'to', 'q'] as const;

/** API tokens, and what people changed. */
const people = {
  ApiToken: object(token),
  CreatedApiToken: object({ ...token, token: { ...text, description: 'Shown here and never again.' } }),
  NewApiToken: object({
    name: { ...name, checkedIn: 'domain/person.ts' },
    scopes,
    expires_at: { ...TIME, description: 'At most a year ahead.' },
  }),
  AuditEntry: object({
    id: text,
    when: TIME,
    who: {
      ...text,
      description:
        'An address, an address "by token" with its id, "the admin token", "unknown caller" or "several". Of a failed ' +
        'sign-in, the account that was tried.',
    },
    what: { enum: AUDIT_VERBS },
    target: {
      ...text,
      description: 'A path below /api/, which names users by their address.',
      examples: ['segmentation/v1/segments/vip', 'users/ann@example.com', 'session'],
    },
    method: { type: ['string', 'null'], description: 'Of a refused request.' },
    address: { type: ['string', 'null'], description: 'Of the client; null: not known.' },
    reason: { type: ['string', 'null'], description: 'Why it was in vain; null: it was not.' },
    count: { type: 'integer', minimum: 1, description: 'How often it happened within a minute.' },
    before: { description: 'As JSON shows it, without secrets; null: it did not exist.' },
    after: { description: 'The same afterwards; for a call, its answer.' },
  }),
  AuditSearch: object({ ...auditFilter, ...PAGING }, [...auditFilterNames, 'limit', 'cursor']),
  AuditExport: object({ ...auditFilter, format: { enum: ['csv', 'jsonl'], default: 'csv' } }, [
    ...auditFilterNames,
    'format',
  ]),
} as const;

const { name_characters, sql_characters, tiles, refresh_s } = EXPLORATION_LIMITS;
const explorationName = {
  type: 'string',
  minLength: 1,
  maxLength: name_characters,
  pattern: '\\S',
  wanted: `a text of 1 to ${name_characters} characters`,
} as const;
const query = {
  sql: { ...text, maxLength: sql_characters, description: 'May use the parameter {segment:String}; empty: everyone.' },
  view: { enum: VIEWS },
} as const;
const draft = {
  name: explorationName,
  shared: { ...flag, description: 'Everybody who is signed in may see it.' },
  content: {
    oneOf: [ref('QueryContent'), ref('DashboardContent')],
    wanted: 'what a query or a dashboard holds (openapi.json has the form of both)',
    description: 'A query has a QueryContent, a dashboard a DashboardContent.',
  },
} as const;
const version = { type: 'integer', minimum: 1, description: 'Grows with each change.' } as const;

/** Saved queries and dashboards. */
const explorations = {
  QueryContent: object(query),
  Tile: object({ title: explorationName, ...query, width: { enum: [1, 2] } }),
  DashboardContent: object({
    tiles: { type: 'array', maxItems: tiles, items: ref('Tile') },
    segment: {
      type: ['string', 'null'],
      pattern: '^[A-Za-z0-9_.-]{1,200}$',
      wanted: 'the key of a segment, or null',
      description: 'Key of a segment; null: everyone.',
    },
    refresh_s: { type: 'integer', ...refresh_s },
  }),
  NewExploration: object(draft),
  ExplorationChange: object({ ...draft, version }),
  Exploration: object({
    id: text,
    ...draft,
    owner: { ...optional, description: "A person's address; null: the person was removed." },
    version,
    created_at: TIME,
    updated_at: TIME,
  }),
} as const;

/** How everything is, for everybody. */
const overview = {
  ServiceState: object({ service: text, instances: listOf(object({ instance: text, state })) }),
  StageState: object({
    stage: text,
    records_per_s: rate,
    outputs_per_s: rate,
    lag_records: { type: ['integer', 'null'] },
    dead_letters: count,
    latency_p50_s: { ...seconds, description: 'Receipt to commit, over the last minute; null: nothing came.' },
    latency_p99_s: seconds,
    errors: {
      type: ['array', 'null'],
      description: 'What went wrong in the last minute; null until it is known.',
      items: object({ what: { enum: ['dead_letters', 'retries', 'rejected', 'failed', 'http'] }, count }),
    },
  }),
  SegmentSize: object({ segment: text, name: text, members: count }),
  WebhookCall: object({
    segment: text,
    status: text,
    reason: text,
    profile_id: text,
    received_at: TIME,
    after_ms: count,
  }),
  Overview: object({
    at: TIME,
    services: listOf(ref('ServiceState')),
    stages: listOf(ref('StageState')),
    segments: {
      type: ['array', 'null'],
      items: ref('SegmentSize'),
      description: 'Null while segmentation does not answer.',
    },
    webhook: {
      ...object({ received: count, repeats: count, refused: count, latest: listOf(ref('WebhookCall')) }),
      description: "Calls to the console's own webhook since it started; the newest first.",
    },
  }),
  WebhookReceiver: object({ url: text, secret: text }),
} as const;

/** How everything runs, for those who run it; the metrics that it is made from are in docs/metrics.md. */
const operations = {
  InstanceOperations: object({
    service: text,
    instance: text,
    state,
    version: optional,
    node: optional,
    uptime_s: seconds,
    memory_bytes: known,
    cpu: { ...known, description: 'Seconds of processor time per second, over the last minute.' },
    partitions: { ...known, description: 'Partitions that it owns.' },
  }),
  StageOperations: object({
    stage: text,
    event_lag_s: { ...seconds, description: 'How long ago the newest event of the last batch had happened.' },
    timer_due_s: { ...seconds, description: 'How long the oldest timer that is due has waited.' },
    timer_overdue_s: { ...seconds, description: 'The same, of those whose inputs are read.' },
    timers_fired: { ...known, description: 'In the last minute.' },
    timer_late_p99_s: seconds,
    waiting_keys: { ...known, description: 'Merged keys that wait for a handover.' },
    waiting_s: seconds,
    gaps: { ...listOf(text), description: 'Partitions that are held because a record is missing.' },
    commit_p50_s: { ...seconds, description: 'Time of a commit, in the last minute.' },
    commit_p99_s: seconds,
  }),
  TopicLag: object({
    stage: text,
    topic: text,
    records: { ...count, description: 'Records not yet read.' },
    partitions: listOf(object({ partition: count, records: count })),
  }),
  ReasonCount: object({
    stage: text,
    reason: text,
    count: { ...count, description: 'Since the processes were started.' },
    lately: { ...known, description: 'In the last minute; null until it is known.' },
  }),
  PoolOperations: object({
    service: text,
    instance: text,
    pool: text,
    busy: count,
    idle: count,
    most: known,
    waiting: count,
  }),
  ClickHouseOperations: object({
    operation: text,
    in_flight: count,
    requests: { ...known, description: 'Ended in the last minute.' },
    failed: known,
    p50_s: seconds,
    p99_s: seconds,
  }),
  SchemaSize: object({
    schema: text,
    bytes: count,
    tables: {
      ...listOf(object({ table: text, bytes: count })),
      description: 'The ten largest, with their indexes.',
    },
  }),
  HistoryTable: object({ table: text, rows: count, bytes: count, parts: count }),
  StoreSizes: object({
    postgres: object({
      bytes: { ...known, description: 'Of the whole database, on disk.' },
      connections: { ...known, description: 'Open at the server, of everybody.' },
      most_connections: { ...known, description: 'That the server takes.' },
      schemas: {
        ...listOf(ref('SchemaSize')),
        description: 'What each service stores, the largest first, as it reports once in 30 s.',
      },
    }),
    clickhouse: {
      ...listOf(ref('HistoryTable')),
      description: 'Tables of the history, the largest first; compressed bytes on disk.',
    },
  }),
  Operations: object({
    at: TIME,
    over_s: {
      ...count,
      description: 'Seconds that "the last minute" spans: fewer while nobody has looked for a minute.',
    },
    instances: listOf(ref('InstanceOperations')),
    stages: listOf(ref('StageOperations')),
    lags: listOf(ref('TopicLag')),
    dead_letters: listOf(ref('ReasonCount')),
    retries: listOf(ref('ReasonCount')),
    postgres: listOf(ref('PoolOperations')),
    clickhouse: listOf(ref('ClickHouseOperations')),
    sizes: ref('StoreSizes'),
    open_circuits: {
      ...listOf(text),
      description: 'Destinations that get single requests at most, because they fail.',
    },
    waiting_deliveries: known,
    oldest_delivery_s: seconds,
  }),
} as const;

/** Everything that the API of the console answers with or takes. */
export const schemas = {
  ...signInSchemas,
  ...linkSchemas,
  ...userSchemas,
  ...people,
  ...explorations,
  ...overview,
  ...operations,
} as const;
