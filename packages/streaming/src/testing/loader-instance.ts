import type { LogPosition } from '../language/input.ts';
import type { LoaderLogic, LoadSink } from '../language/loader-logic.ts';
import { type Topology, topicsRead } from '../language/topology.ts';
import { DEFAULT_LOADER_LIMITS, type LoaderLimits } from '../loader/loader-limits.ts';
import { LoaderRuntime } from '../loader/loader-runtime.ts';
import type { Clock } from '../ports/clock.ts';
import type { RecordCodec } from '../ports/codec.ts';
import type { LogConsumer, LogProducer } from '../ports/log.ts';
import type { StageStore } from '../ports/store.ts';
import type { Tracer } from '../read/tracer.ts';
import { SILENT } from './instance.ts';
import { JsonCodec } from './json-codec.ts';
import { MemoryConsumer, type MemoryLog, MemoryProducer } from './memory-log.ts';
import { type MemoryDatabase, MemoryStageStore } from './memory-stage-store.ts';
import { NO_METRICS } from './no-metrics.ts';

/** A sink that remembers tokens, as ClickHouse does. */
export class MemorySink implements LoadSink {
  readonly tables = new Map<string, object[]>();
  readonly #tokens = new Map<string, string>();

  async insert(table: string, rows: readonly object[], token: string): Promise<void> {
    const content = rows
      .map((row) => JSON.stringify(row))
      .sort()
      .join('\n');
    const before = this.#tokens.get(token);
    if (before === undefined) {
      this.#tokens.set(token, content);
      this.tables.set(table, [...(this.tables.get(table) ?? []), ...rows]);
    } else if (before !== content) {
      throw new Error(`token ${token} came again with other rows`);
    }
  }

  /** As if many other inserts had come since. */
  forgetTokens(): void {
    this.#tokens.clear();
  }

  async holds(table: string, position: LogPosition): Promise<boolean> {
    return this.rows(table).some(
      (row) => 'position' in row && JSON.stringify(row.position) === JSON.stringify(position),
    );
  }

  rows(table: string): object[] {
    return this.tables.get(table) ?? [];
  }
}

/** What a test's loader runs on. */
export interface LoaderInstanceOptions<M extends object> {
  readonly topology: Topology;
  readonly logic: LoaderLogic<M>;
  readonly log: MemoryLog;
  readonly database: MemoryDatabase;
  readonly clock: Clock;
  readonly owner: string;
  readonly sink: LoadSink;
  readonly codec?: RecordCodec;
  readonly tracer?: Tracer;
  readonly limits?: Partial<LoaderLimits>;
  readonly around?: {
    readonly store?: (store: StageStore) => StageStore;
    readonly producer?: (producer: LogProducer) => LogProducer;
    readonly consumer?: (consumer: LogConsumer) => LogConsumer;
  };
}

/** Builds a loader on a memory log and a memory database. `consumer.assign` assigns partitions. */
export function loaderOf<M extends object>(
  options: LoaderInstanceOptions<M>,
): { runtime: LoaderRuntime<M>; consumer: MemoryConsumer } {
  const { topology, logic, log, database, clock, owner, sink, around } = options;
  const consumer = new MemoryConsumer(log, topicsRead(topology), clock, topology.stage);
  const store = new MemoryStageStore({ database, clock, owner });
  const producer = new MemoryProducer(log);
  const runtime = new LoaderRuntime<M>({
    topology,
    logic,
    sink,
    consumer: around?.consumer?.(consumer) ?? consumer,
    producer: around?.producer?.(producer) ?? producer,
    store: around?.store?.(store) ?? store,
    codec: options.codec ?? new JsonCodec(),
    clock,
    metrics: NO_METRICS,
    logger: SILENT,
    limits: { ...DEFAULT_LOADER_LIMITS, ...options.limits },
    partitions: log.partitions,
    tracer: options.tracer ?? null,
    build: 'test',
  });
  return { runtime, consumer };
}
