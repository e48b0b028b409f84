import type { PartitionProgress, ProgressWatch } from '../partitions/progress-watch.ts';
import type { LogConsumer } from '../ports/log.ts';
import type { StageMetrics } from '../ports/metrics.ts';

/** The part of a stage that knows how far it is. */
export interface Standing {
  /** Partitions that are owned now. */
  readonly owned: ReadonlySet<number>;
  /** The state of the assigned partitions. */
  progress(): readonly PartitionProgress[];
}

/**
 * Reports how many partitions are owned, how many records wait in them, and which of them make no progress. The clock
 * calls it, not the stage between two batches: a stage that holds, or hangs, is behind all the same. Another instance
 * reports what is no longer owned.
 */
export function reportLag(
  metrics: Pick<StageMetrics, 'owned' | 'lag' | 'stalled'>,
  consumer: Pick<LogConsumer, 'lag'>,
  standing: Standing,
  watch: ProgressWatch,
  nowMs: number,
): void {
  const { owned } = standing;
  metrics.owned(owned.size);
  const waiting = new Map<number, number>();
  for (const { topic, partition, records } of consumer.lag()) {
    if (!owned.has(partition)) continue;
    metrics.lag(topic, partition, records);
    waiting.set(partition, records + (waiting.get(partition) ?? 0));
  }
  for (const [partition, stalledMs] of watch.look(standing.progress(), waiting, nowMs))
    metrics.stalled(partition, stalledMs / 1_000);
}
