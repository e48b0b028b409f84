import type { StageMetrics } from './metrics.ts';
import type { LogConsumer } from './ports.ts';

/**
 * Tells how many partitions are owned, and how many records wait in them. The clock asks for it, not the stage between two
 * batches: one that holds, or hangs, is behind all the same. What is no longer owned is another instance's to tell.
 */
export function tellLag(
  metrics: Pick<StageMetrics, 'owned' | 'lag'>,
  consumer: Pick<LogConsumer, 'lag'>,
  owned: ReadonlySet<number>,
): void {
  metrics.owned(owned.size);
  for (const { topic, partition, records } of consumer.lag())
    if (owned.has(partition)) metrics.lag(topic, partition, records);
}
