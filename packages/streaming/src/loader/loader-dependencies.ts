import type { TopicTypes } from '../language/input.ts';
import type { LoaderLogic, LoadSink } from '../language/loader-logic.ts';
import type { Topology } from '../language/topology.ts';
import type { Clock } from '../ports/clock.ts';
import type { RecordCodec } from '../ports/codec.ts';
import type { LogConsumer, LogProducer } from '../ports/log.ts';
import type { Logger } from '../ports/logger.ts';
import type { StageMetrics } from '../ports/metrics.ts';
import type { StageStore } from '../ports/store.ts';
import type { Tracer } from '../read/tracer.ts';
import type { LoaderLimits } from './loader-limits.ts';

/** A loader's dependencies. */
export interface LoaderDependencies<M extends TopicTypes> {
  readonly topology: Topology;
  readonly logic: LoaderLogic<M>;
  readonly sink: LoadSink;
  readonly consumer: LogConsumer;
  readonly producer: LogProducer;
  readonly store: StageStore;
  readonly codec: RecordCodec;
  readonly clock: Clock;
  readonly metrics: StageMetrics;
  readonly logger: Logger;
  readonly limits: LoaderLimits;
  readonly partitions: number;
  readonly build: string;
  readonly tracer: Tracer | null;
}
