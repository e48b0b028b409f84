import { BatchRunner } from '../fold/batch-runner.ts';
import { type CacheLimits, KeyedRunner } from '../fold/keyed-runner.ts';
import type { TopicTypes } from '../language/input.ts';
import type { Effector, BatchLogic, KeyedLogic } from '../language/logic.ts';
import { type Topology, topicsRead } from '../language/topology.ts';
import type { Clock } from '../ports/clock.ts';
import type { RecordCodec } from '../ports/codec.ts';
import type { LogConsumer, LogProducer } from '../ports/log.ts';
import type { Logger } from '../ports/logger.ts';
import type { StageStore } from '../ports/store.ts';
import type { Tracer } from '../read/tracer.ts';
import { DEFAULT_LIMITS, type StageLimits } from '../stage/stage-limits.ts';
import { StageRuntime } from '../stage/stage-runtime.ts';
import { JsonCodec } from './json-codec.ts';
import { MemoryConsumer, type MemoryLog, MemoryProducer } from './memory-log.ts';
import { MemoryProgressLog } from './memory-progress-log.ts';
import { type MemoryDatabase, MemoryStageStore, type MemoryTables } from './memory-stage-store.ts';
import { NO_METRICS } from './no-metrics.ts';

/** A logger that logs nothing. */
export const SILENT: Logger = { info: () => undefined, warn: () => undefined, error: () => undefined };

const SMALL_CACHE: CacheLimits = { maxRows: 50, maxBytes: 50_000 };

/** What an instance of a test runs, and on what. */
export interface InstanceOptions<View, M extends TopicTypes, S, Shared> {
  readonly topology: Topology;
  readonly logic: BatchLogic<View, M> | KeyedLogic<S, M, Shared>;
  readonly log: MemoryLog;
  readonly database: MemoryDatabase;
  readonly clock: Clock;
  readonly owner: string;
  readonly codec?: RecordCodec;
  readonly tables?: MemoryTables | undefined;
  readonly effector?: Effector | undefined;
  readonly tracer?: Tracer | undefined;
  readonly limits?: Partial<StageLimits> | undefined;
  /** Small where nothing is said, so that tests also read states from the store. */
  readonly cache?: CacheLimits;
  readonly logger?: Logger;
  /** Puts something between the runtime and its ports, such as faults. */
  readonly around?: {
    readonly store?: (store: StageStore) => StageStore;
    readonly producer?: (producer: LogProducer) => LogProducer;
    readonly consumer?: (consumer: LogConsumer) => LogConsumer;
  };
}

/** An instance of a stage in memory. `consumer.assign` assigns partitions. */
export interface Instance {
  readonly runtime: StageRuntime;
  readonly consumer: MemoryConsumer;
}

/** Builds an instance of a stage on a memory log and a memory database that other instances may share. */
export function instanceOf<View, M extends TopicTypes, S, Shared>(
  options: InstanceOptions<View, M, S, Shared>,
): Instance {
  const { topology, logic, log, database, clock, owner, tables, around } = options;
  const consumer = new MemoryConsumer(log, topicsRead(topology), clock, topology.stage);
  const store = new MemoryStageStore({ database, clock, owner, tables });
  const producer = new MemoryProducer(log);
  const runtime = new StageRuntime({
    topology,
    runner: logic.kind === 'batch' ? new BatchRunner(logic) : new KeyedRunner(logic, options.cache ?? SMALL_CACHE),
    handoverTopic: logic.kind === 'keyed' ? (logic.merge?.topic ?? null) : null,
    consumer: around?.consumer?.(consumer) ?? consumer,
    producer: around?.producer?.(producer) ?? producer,
    store: around?.store?.(store) ?? store,
    codec: options.codec ?? new JsonCodec(),
    clock,
    metrics: NO_METRICS,
    logger: options.logger ?? SILENT,
    progress: new MemoryProgressLog(log),
    limits: { ...DEFAULT_LIMITS, publishMs: 0, skewMs: 0, ...options.limits },
    partitions: log.partitions,
    build: 'test',
    effector: options.effector ?? null,
    tracer: options.tracer ?? null,
  });
  return { runtime, consumer };
}
