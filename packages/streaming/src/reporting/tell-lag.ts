import type { PartitionProgress, ProgressWatch } from '../partitions/progress-watch.ts';
import type { LogConsumer } from '../ports/log.ts';
import type { StageMetrics } from '../ports/metrics.ts';

/** What of a stage tells how far it is. */
export interface Standing {
  /** Partitions that are owned now. */
  readonly owned: ReadonlySet<number>;
  /** Where the partitions stand that are assigned now. */
  progress(): readonly PartitionProgress[];
}

/**
 * Tells how many partitions are owned, how many records wait in them, and which of them stand still before their input. The
 * clock asks for it, not the stage between two batches: one that holds, or hangs, is behind all the same.
 * What is no longer owned is another instance's to tell.
 */
export function tellLag(
  metrics: Pick<StageMetrics, 'owned' | 'lag' | 'stalled'>,
  consumer: Pick<LogConsumer, 'lag'>,
  standing: Standing,
  watch: ProgressWatch,
  now_ms: number,
): void {
  const { owned } = standing;
  metrics.owned(owned.size);
  const waiting = new Map<number, number>();
  for (const { topic, partition, records } of consumer.lag()) {
    if (!owned.has(partition)) continue;
    metrics.lag(topic, partition, records);
    waiting.set(partition, records + (waiting.get(partition) ?? 0));
  }
  for (const [partition, stalled_ms] of watch.look(standing.progress(), waiting, now_ms))
    metrics.stalled(partition, stalled_ms / 1_000);
}
