import type { Effector } from './effect-desk.ts';
import type { StageMetrics } from './metrics.ts';
import type { Clock, Logger, LogConsumer, LogProducer, ProgressLog, RecordCodec, StageStore } from './ports.ts';
import type { Runner } from './runner.ts';
import type { StageLimits } from './stage-limits.ts';
import type { Topology } from './topology.ts';
import type { Tracer } from './tracer.ts';

/** Everything a stage runs on. */
export interface StageParts {
  readonly topology: Topology;
  readonly runner: Runner;
  /** Topic of hand-overs, for a stage that merges keys. */
  readonly handover_topic: string | null;
  readonly consumer: LogConsumer;
  readonly producer: LogProducer;
  readonly progress: ProgressLog;
  readonly store: StageStore;
  readonly codec: RecordCodec;
  readonly clock: Clock;
  readonly metrics: StageMetrics;
  readonly logger: Logger;
  readonly limits: StageLimits;
  /** Partition count of all topics. */
  readonly partitions: number;
  /** Version of the running code, for dead letters. */
  readonly build: string;
  readonly effector: Effector | null;
  readonly tracer: Tracer | null;
}
