import type { InstanceState } from '../live/overview.ts';

/** One process, as it says. Null: it does not say it, or not yet. */
export interface InstanceOperations {
  readonly service: string;
  readonly instance: string;
  readonly state: InstanceState;
  readonly version: string | null;
  readonly node: string | null;
  readonly uptime_s: number | null;
  readonly memory_bytes: number | null;
  readonly cpu: number | null;
  readonly partitions: number | null;
}

/** A stage, all of its processes together. Null: nobody says it, or not yet. */
export interface StageOperations {
  readonly stage: string;
  readonly event_lag_s: number | null;
  readonly timer_due_s: number | null;
  readonly timer_overdue_s: number | null;
  readonly timers_fired: number | null;
  readonly timer_late_p99_s: number | null;
  readonly waiting_keys: number | null;
  readonly waiting_s: number | null;
  readonly gaps: readonly string[];
  readonly commit_p50_s: number | null;
  readonly commit_p99_s: number | null;
}

/** Records of a topic that a stage has not read. */
export interface TopicLag {
  readonly stage: string;
  readonly topic: string;
  readonly records: number;
  readonly partitions: readonly { readonly partition: number; readonly records: number }[];
}

/** How often something happened at a stage, for a reason; `lately`: in the last minute. */
export interface ReasonCount {
  readonly stage: string;
  readonly reason: string;
  readonly count: number;
  readonly lately: number | null;
}

/** A pool of connections to PostgreSQL. */
export interface PoolOperations {
  readonly service: string;
  readonly instance: string;
  readonly pool: string;
  readonly busy: number;
  readonly idle: number;
  readonly most: number | null;
  readonly waiting: number;
}

/** Requests to ClickHouse in the last minute. */
export interface ClickHouseOperations {
  readonly operation: string;
  readonly in_flight: number;
  readonly requests: number | null;
  readonly failed: number | null;
  readonly p50_s: number | null;
  readonly p99_s: number | null;
}

/** How large the stores are; each service tells of its own tables, once in 30 s. Null: nobody says it, or not yet. */
export interface StoreSizes {
  readonly postgres: {
    readonly bytes: number | null;
    readonly connections: number | null;
    readonly most_connections: number | null;
    readonly schemas: readonly SchemaSize[];
  };
  readonly clickhouse: readonly HistoryTable[];
}

/** What a service stores in PostgreSQL, with its largest tables. */
export interface SchemaSize {
  readonly schema: string;
  readonly bytes: number;
  readonly tables: readonly { readonly table: string; readonly bytes: number }[];
}

/** A table of ClickHouse. */
export interface HistoryTable {
  readonly table: string;
  readonly rows: number;
  readonly bytes: number;
  readonly parts: number;
}

/** How everything runs, as `/api/operations/live` sends it every second; the console's openapi.json describes each field. */
export interface Operations {
  readonly at: string;
  readonly over_s: number;
  readonly instances: readonly InstanceOperations[];
  readonly stages: readonly StageOperations[];
  readonly lags: readonly TopicLag[];
  readonly dead_letters: readonly ReasonCount[];
  readonly retries: readonly ReasonCount[];
  readonly postgres: readonly PoolOperations[];
  readonly clickhouse: readonly ClickHouseOperations[];
  readonly sizes: StoreSizes;
  readonly open_circuits: readonly string[];
  readonly waiting_deliveries: number | null;
  readonly oldest_delivery_s: number | null;
}

/** The builds that run, each once, in order. */
export function versionsOf(instances: readonly InstanceOperations[]): readonly string[] {
  return [...new Set(instances.flatMap(({ version }) => version ?? []))].sort();
}
