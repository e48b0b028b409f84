import type { Runner } from '../fold/runner.ts';
import type { Effector } from '../language/logic.ts';
import type { Topology } from '../language/topology.ts';
import type { Clock } from '../ports/clock.ts';
import type { RecordCodec } from '../ports/codec.ts';
import type { LogConsumer, LogProducer, ProgressLog } from '../ports/log.ts';
import type { Logger } from '../ports/logger.ts';
import type { StageMetrics } from '../ports/metrics.ts';
import type { StageStore } from '../ports/store.ts';
import type { Tracer } from '../read/tracer.ts';
import type { StageLimits } from './stage-limits.ts';

/** A stage's dependencies. */
export interface StageDependencies {
  readonly topology: Topology;
  readonly runner: Runner;
  /** Topic of handovers, for a stage that merges keys. */
  readonly handoverTopic: string | null;
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
