import type { Api as ConsoleApi } from '@hilo/console/contract';
import type { SchemaOf } from '@hilo/service/contract';

/** How everything runs, as `/api/operations/live` sends it every second. Null: nobody says it, or not yet. */
export type Operations = SchemaOf<ConsoleApi, 'Operations'>;

/** One process. */
export type InstanceOperations = SchemaOf<ConsoleApi, 'InstanceOperations'>;

/** A stage, all of its processes together. */
export type StageOperations = SchemaOf<ConsoleApi, 'StageOperations'>;

/** Records of a topic that a stage has not read. */
export type TopicLag = SchemaOf<ConsoleApi, 'TopicLag'>;

/** How often something happened at a stage, for a reason; `lately`: in the last minute. */
export type ReasonCount = SchemaOf<ConsoleApi, 'ReasonCount'>;

/** A pool of connections to PostgreSQL. */
export type PoolOperations = SchemaOf<ConsoleApi, 'PoolOperations'>;

/** Requests to ClickHouse in the last minute. */
export type ClickHouseOperations = SchemaOf<ConsoleApi, 'ClickHouseOperations'>;

/** How large the stores are; each service reports its own tables, once in 30 s. */
export type StoreSizes = SchemaOf<ConsoleApi, 'StoreSizes'>;

/** What a service stores in PostgreSQL, with its largest tables. */
export type SchemaSize = SchemaOf<ConsoleApi, 'SchemaSize'>;

/** A table of ClickHouse. */
export type HistoryTable = SchemaOf<ConsoleApi, 'HistoryTable'>;

/** The builds that run, each once, in order. */
export function versionsOf(instances: readonly InstanceOperations[]): readonly string[] {
  return [...new Set(instances.flatMap(({ version }) => version ?? []))].sort();
}
