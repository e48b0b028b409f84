import { STAGES } from '@hilo/schemas/stages';
import type { InstanceState, Reading } from './overview.ts';
import type { Sample } from './parse-metrics.ts';
import { growthOf, quantileOf, type Rounds, samplesOf, sumBy, valueOf } from './readings.ts';

/** One process, as it reports itself. Null: not reported, or not yet. */
export interface InstanceOperations {
  readonly service: string;
  readonly instance: string;
  readonly state: InstanceState;
  /** The running build. */
  readonly version: string | null;
  readonly node: string | null;
  readonly uptime_s: number | null;
  readonly memory_bytes: number | null;
  /** Processor time per second, over the last minute. */
  readonly cpu: number | null;
  /** Partitions it owns. */
  readonly partitions: number | null;
}

/** A stage for operators, all of its instances together. Null: not reported, or not yet. */
export interface StageOperations {
  readonly stage: string;
  /** How long ago the newest event of the last batch happened, for the instance that is furthest behind. */
  readonly event_lag_s: number | null;
  /** How long the oldest due timer has waited, and the oldest whose inputs are read. */
  readonly timer_due_s: number | null;
  readonly timer_overdue_s: number | null;
  /** Keys woken in the last minute, and the 99th percentile of how late. */
  readonly timers_fired: number | null;
  readonly timer_late_p99_s: number | null;
  /** Merged keys that wait for a handover, and how long the oldest has. */
  readonly waiting_keys: number | null;
  readonly waiting_s: number | null;
  /** Partitions held because a record is missing. */
  readonly gaps: readonly string[];
  /** Time of a commit in the last minute. */
  readonly commit_p50_s: number | null;
  readonly commit_p99_s: number | null;
}

/** Records of a topic that a stage has not read, by partition. */
export interface TopicLag {
  readonly stage: string;
  readonly topic: string;
  readonly records: number;
  readonly partitions: readonly { readonly partition: number; readonly records: number }[];
}

/** How often something happened at a stage, by reason. */
export interface ReasonCount {
  readonly stage: string;
  readonly reason: string;
  /** Since the processes started. */
  readonly count: number;
  /** In the last minute; null until known. */
  readonly lately: number | null;
}

/** A connection pool to PostgreSQL. */
export interface PoolOperations {
  readonly service: string;
  readonly instance: string;
  readonly pool: string;
  readonly busy: number;
  readonly idle: number;
  readonly most: number | null;
  readonly waiting: number;
}

/** Requests to ClickHouse, of all instances. */
export interface ClickHouseOperations {
  readonly operation: string;
  readonly in_flight: number;
  /** In the last minute; null until known. */
  readonly requests: number | null;
  readonly failed: number | null;
  readonly p50_s: number | null;
  readonly p99_s: number | null;
}

/** The size of a table. */
export interface TableSize {
  readonly table: string;
  readonly bytes: number;
}

/** A service's schema in PostgreSQL, and its largest tables, largest first. */
export interface SchemaSize {
  readonly schema: string;
  readonly bytes: number;
  readonly tables: readonly TableSize[];
}

/** PostgreSQL as the services report it. Null: not reported, or not yet. */
export interface DatabaseSize {
  readonly bytes: number | null;
  /** Connections at the server, everybody's, and their limit. */
  readonly connections: number | null;
  readonly most_connections: number | null;
  /** The largest first. */
  readonly schemas: readonly SchemaSize[];
}

/** A table of ClickHouse. */
export interface HistoryTable extends TableSize {
  readonly rows: number;
  readonly parts: number;
}

/** The sizes of the stores: each service reports its own tables, once in 30 s. */
export interface StoreSizes {
  readonly postgres: DatabaseSize;
  /** The largest first. */
  readonly clickhouse: readonly HistoryTable[];
}

/** The state of the whole installation, for operators. */
export interface Operations {
  /** ISO time. */
  readonly at: string;
  /** The seconds that "the last minute" covers: less than 60 in the first minute somebody looks. */
  readonly over_s: number;
  readonly instances: readonly InstanceOperations[];
  readonly stages: readonly StageOperations[];
  readonly lags: readonly TopicLag[];
  readonly dead_letters: readonly ReasonCount[];
  readonly retries: readonly ReasonCount[];
  readonly postgres: readonly PoolOperations[];
  readonly clickhouse: readonly ClickHouseOperations[];
  readonly sizes: StoreSizes;
  /** Destinations that get at most single requests, because they fail. */
  readonly open_circuits: readonly string[];
  readonly waiting_deliveries: number | null;
  readonly oldest_delivery_s: number | null;
}

const CLICKHOUSE_SECONDS = 'hilo_clickhouse_request_duration_seconds';

/** Prefixes of all metrics that the console reads; docs/metrics.md lists them all. */
export const OPERATIONS_METRICS: readonly string[] = [
  'hilo_build_info',
  'process_start_time_seconds',
  'process_resident_memory_bytes',
  'process_cpu_seconds_total',
  'hilo_stage_partitions',
  'hilo_stage_event_lag_seconds',
  'hilo_stage_wake_',
  'hilo_stage_timer_lag_seconds_',
  'hilo_stage_waiting_',
  'hilo_stage_gap',
  'hilo_stage_batch_seconds_bucket',
  'hilo_postgres_',
  'hilo_clickhouse_request',
  'hilo_clickhouse_table_',
  'hilo_activation_circuit_open',
  'hilo_activation_waiting_deliveries',
  'hilo_activation_oldest_delivery_seconds',
];

/** Computes the operations view from the readings of about a minute. */
export function operationsOf(rounds: Rounds, nowMs: number): Operations {
  const now = rounds.at(-1) ?? [];
  const circuits = samplesOf('hilo_activation_circuit_open', now).filter(({ value }) => value > 0);
  return {
    at: new Date(nowMs).toISOString(),
    over_s: secondsOf(rounds),
    instances: now.map((reading) => instanceOf(reading, rounds, nowMs)),
    stages: STAGES.map((stage) => stageOf(stage, rounds)),
    lags: lagsOf(now),
    dead_letters: reasonsOf('hilo_stage_dead_letters_total', rounds),
    retries: reasonsOf('hilo_stage_retries_total', rounds),
    postgres: now.flatMap(poolsOf),
    clickhouse: clickHouseOf(rounds),
    sizes: { postgres: databaseOf(now), clickhouse: historyTablesOf(now) },
    open_circuits: [...new Set(circuits.map(({ labels }) => labels.destination ?? ''))].sort(),
    waiting_deliveries: most('hilo_activation_waiting_deliveries', now),
    oldest_delivery_s: most('hilo_activation_oldest_delivery_seconds', now),
  };
}

function secondsOf(rounds: Rounds): number {
  const first = rounds[0]?.[0]?.at_ms ?? 0;
  return Math.max(0, Math.round(((rounds.at(-1)?.[0]?.at_ms ?? first) - first) / 1000));
}

function instanceOf(reading: Reading, rounds: Rounds, nowMs: number): InstanceOperations {
  const { service, instance, state, samples } = reading;
  const build = samples.find(({ name, labels }) => name === 'hilo_build_info' && labels.service === service)?.labels;
  const startedS = valueOf('process_start_time_seconds', [reading]);
  return {
    service,
    instance,
    state,
    version: build?.version ?? null,
    node: build?.node ?? null,
    uptime_s: startedS === null ? null : Math.max(0, Math.round(nowMs / 1000 - startedS)),
    memory_bytes: valueOf('process_resident_memory_bytes', [reading]),
    cpu: cpuOf(reading, rounds),
    partitions: valueOf('hilo_stage_partitions', [reading]),
  };
}

function cpuOf(reading: Reading, rounds: Rounds): number | null {
  const own = rounds.map((round) =>
    round.filter(
      ({ service, instance, samples }) =>
        service === reading.service && instance === reading.instance && samples.length > 0,
    ),
  );
  const answered = own.filter((round) => round.length > 0);
  const first = answered[0]?.[0]?.at_ms ?? reading.at_ms;
  const [grown] = growthOf('process_cpu_seconds_total', answered);
  return grown === undefined || reading.at_ms <= first ? null : (grown.value * 1000) / (reading.at_ms - first);
}

function stageOf(stage: string, rounds: Rounds): StageOperations {
  const own = rounds.map((round) => round.filter(({ service }) => service === stage));
  const now = own.at(-1) ?? [];
  const commits = growthOf('hilo_stage_batch_seconds_bucket', own).filter(({ labels }) => labels.step === 'commit');
  const timers = growthOf('hilo_stage_timer_lag_seconds_bucket', own);
  const fired = growthOf('hilo_stage_timer_lag_seconds_count', own);
  const gaps = samplesOf('hilo_stage_gap', now).filter(({ value }) => value > 0);
  return {
    stage,
    event_lag_s: most('hilo_stage_event_lag_seconds', now),
    timer_due_s: most('hilo_stage_wake_due_seconds', now),
    timer_overdue_s: most('hilo_stage_wake_overdue_seconds', now),
    timers_fired: fired.length === 0 ? null : total(fired),
    timer_late_p99_s: quantileOf(0.99, timers),
    waiting_keys: sumOrNull('hilo_stage_waiting_keys', now),
    waiting_s: most('hilo_stage_waiting_seconds', now),
    gaps: gaps.map(({ labels }) => labels.partition ?? ''),
    commit_p50_s: quantileOf(0.5, commits),
    commit_p99_s: quantileOf(0.99, commits),
  };
}

/** While partitions change owners, two instances may report one: the larger number is safer. */
function lagsOf(now: readonly Reading[]): readonly TopicLag[] {
  const topics = new Map<
    string,
    { readonly stage: string; readonly topic: string; readonly of: Map<number, number> }
  >();
  for (const { labels, value } of samplesOf('hilo_stage_lag_records', now)) {
    const { stage = '', topic = '', partition = '' } = labels;
    const lag = topics.get(`${stage} ${topic}`) ?? { stage, topic, of: new Map<number, number>() };
    topics.set(`${stage} ${topic}`, lag);
    lag.of.set(Number(partition), Math.max(value, lag.of.get(Number(partition)) ?? 0));
  }
  return [...topics.values()]
    .map(({ stage, topic, of }) => ({
      stage,
      topic,
      records: [...of.values()].reduce((sum, records) => sum + records, 0),
      partitions: [...of].sort(([a], [b]) => a - b).map(([partition, records]) => ({ partition, records })),
    }))
    .sort((a, b) => placeOf(a.stage) - placeOf(b.stage) || (a.topic < b.topic ? -1 : 1));
}

function reasonsOf(name: string, rounds: Rounds): readonly ReasonCount[] {
  const now = rounds.at(-1) ?? [];
  const grown = sumBy(growthOf(name, rounds), 'stage', 'reason');
  const isKnown = rounds.length > 1;
  return sumBy(samplesOf(name, now), 'stage', 'reason')
    .map(({ stage, reason, value }) => ({
      stage,
      reason,
      count: value,
      lately: isKnown ? (grown.find((one) => one.stage === stage && one.reason === reason)?.value ?? 0) : null,
    }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => placeOf(a.stage) - placeOf(b.stage) || b.count - a.count);
}

function poolsOf(reading: Reading): readonly PoolOperations[] {
  const { service, instance } = reading;
  const of = (name: string, pool: string, state?: string) =>
    samplesOf(name, [reading]).find(
      ({ labels }) => labels.pool === pool && (state === undefined || labels.state === state),
    )?.value ?? null;
  const open = 'hilo_postgres_pool_connections';
  return [...new Set(samplesOf(open, [reading]).map(({ labels }) => labels.pool ?? ''))].map((pool) => ({
    service,
    instance,
    pool,
    busy: of(open, pool, 'busy') ?? 0,
    idle: of(open, pool, 'idle') ?? 0,
    most: of('hilo_postgres_pool_max_connections', pool),
    waiting: of('hilo_postgres_pool_waiting', pool) ?? 0,
  }));
}

function clickHouseOf(rounds: Rounds): readonly ClickHouseOperations[] {
  const now = rounds.at(-1) ?? [];
  const ended = growthOf(`${CLICKHOUSE_SECONDS}_count`, rounds);
  const buckets = growthOf(`${CLICKHOUSE_SECONDS}_bucket`, rounds);
  return sumBy(samplesOf('hilo_clickhouse_requests_in_flight', now), 'operation').map(({ operation, value }) => {
    const own = ended.filter(({ labels }) => labels.operation === operation);
    const times = buckets.filter(({ labels }) => labels.operation === operation);
    const isKnown = rounds.length > 1;
    return {
      operation,
      in_flight: value,
      requests: isKnown ? total(own) : null,
      failed: isKnown ? total(own.filter(({ labels }) => labels.outcome !== 'ok')) : null,
      p50_s: quantileOf(0.5, times),
      p99_s: quantileOf(0.99, times),
    };
  });
}

/**
 * Every instance of a service reports the same about its schema, and every service about the server: take the largest.
 */
function databaseOf(now: readonly Reading[]): DatabaseSize {
  const tables = mostBy(samplesOf('hilo_postgres_table_bytes', now), 'schema', 'table');
  return {
    bytes: most('hilo_postgres_database_bytes', now),
    connections: most('hilo_postgres_server_connections', now),
    most_connections: most('hilo_postgres_server_max_connections', now),
    schemas: mostBy(samplesOf('hilo_postgres_schema_bytes', now), 'schema')
      .map(({ labels: [schema = ''], value }) => ({
        schema,
        bytes: value,
        tables: tables
          .filter(({ labels }) => labels[0] === schema)
          .map(({ labels, value: bytes }) => ({ table: labels[1] ?? '', bytes }))
          .sort(largerFirst),
      }))
      .sort(largerFirst),
  };
}

function historyTablesOf(now: readonly Reading[]): readonly HistoryTable[] {
  const of = (what: 'rows' | 'parts') =>
    new Map(
      mostBy(samplesOf(`hilo_clickhouse_table_${what}`, now), 'table').map(({ labels, value }) => [labels[0], value]),
    );
  const [rows, parts] = [of('rows'), of('parts')];
  return mostBy(samplesOf('hilo_clickhouse_table_bytes', now), 'table')
    .map(({ labels: [table = ''], value }) => ({
      table,
      rows: rows.get(table) ?? 0,
      bytes: value,
      parts: parts.get(table) ?? 0,
    }))
    .sort(largerFirst);
}

/** The highest value for each combination of labels. */
function mostBy(
  samples: readonly Sample[],
  ...names: readonly string[]
): readonly { readonly labels: readonly string[]; readonly value: number }[] {
  const found = new Map<string, { readonly labels: readonly string[]; readonly value: number }>();
  for (const sample of samples) {
    const labels = names.map((name) => sample.labels[name] ?? '');
    const key = JSON.stringify(labels);
    found.set(key, { labels, value: Math.max(sample.value, found.get(key)?.value ?? 0) });
  }
  return [...found.values()];
}

function largerFirst(a: { readonly bytes: number }, b: { readonly bytes: number }): number {
  return b.bytes - a.bytes;
}

function most(name: string, readings: readonly Reading[]): number | null {
  const values = samplesOf(name, readings).map(({ value }) => value);
  return values.length === 0 ? null : Math.max(...values);
}

function sumOrNull(name: string, readings: readonly Reading[]): number | null {
  const samples = samplesOf(name, readings);
  return samples.length === 0 ? null : total(samples);
}

function total(samples: readonly { readonly value: number }[]): number {
  return samples.reduce((sum, { value }) => sum + value, 0);
}

function placeOf(stage: string): number {
  return STAGES.findIndex((one) => one === stage);
}
