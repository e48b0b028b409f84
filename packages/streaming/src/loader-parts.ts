import type { RecordOf, TopicTypes } from './input.ts';
import type { LoaderLimits } from './loader-limits.ts';
import type { StageMetrics } from './metrics.ts';
import type { Clock, Logger, LogConsumer, LogProducer, RecordCodec, StageStore } from './ports.ts';
import type { LoadSink, TableRow } from './table-loads.ts';
import type { Topology } from './topology.ts';
import type { Tracer } from './tracer.ts';

/** Turns records into rows. Pure: the same record always makes the same rows. */
export interface LoaderLogic<M extends TopicTypes> {
  readonly kind: 'loader';
  rows(input: RecordOf<M>): readonly TableRow[];
}

/** Everything a loader runs on. */
export interface LoaderParts<M extends TopicTypes> {
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
