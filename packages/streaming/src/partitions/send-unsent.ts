import type { LogProducer } from '../ports/log.ts';
import type { Leases } from './leases.ts';
import type { OwnedPartition } from './owned-partition.ts';

/**
 * Sends the unacknowledged outputs of these partitions, in order. Returns the partitions that have a new owner, who sends their
 * outputs instead.
 */
export async function sendUnsent(
  owned: readonly OwnedPartition[],
  leases: Leases,
  producer: LogProducer,
): Promise<readonly number[]> {
  const waiting = owned.filter(({ unsent }) => unsent.length > 0);
  if (waiting.length === 0) return [];
  const lost = await leases.renew(waiting, 0);
  const records = waiting
    .filter(({ partition }) => !lost.includes(partition))
    .flatMap(({ unsent }) => unsent.flatMap((row) => row.records));
  if (records.length > 0) {
    try {
      await producer.send(records);
    } catch (error) {
      await producer.reset();
      throw error;
    }
  }
  for (const partition of waiting) {
    for (const row of partition.unsent) partition.acknowledged.push(...row.ids);
    partition.unsent = [];
  }
  return lost;
}
