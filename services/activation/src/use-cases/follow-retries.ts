import { retryId } from '../domain/delivery.ts';
import type { DeliveryReader, DeliveryRow } from '../ports.ts';

/** A retry may fail and be retried; chains are followed this far. */
const FOLLOWED = 20;

/**
 * The results of failed deliveries that were sent again, by the id of the first: the last delivery of each chain. One
 * query for each level.
 */
export async function followRetries(
  reader: Pick<DeliveryReader, 'find'>,
  rows: readonly DeliveryRow[],
): Promise<ReadonlyMap<string, DeliveryRow>> {
  const last = new Map<string, DeliveryRow>();
  let following = new Map(rows.filter(isRetried).map(({ delivery_id }) => [retryId(delivery_id), delivery_id]));
  for (let times = 0; following.size > 0 && times < FOLLOWED; times++) {
    const found = await reader.find([...following.keys()]);
    const next = new Map<string, string>();
    for (const row of found) {
      const first = following.get(row.delivery_id);
      if (first === undefined) continue;
      last.set(first, row);
      if (isRetried(row)) next.set(retryId(row.delivery_id), first);
    }
    following = next;
  }
  return last;
}

function isRetried({ retry }: DeliveryRow): boolean {
  return retry === 'retried';
}
