import type { Topology } from '../language/topology.ts';
import type { Checkpoint } from '../ports/checkpoint.ts';
import type { LogConsumer } from '../ports/log.ts';
import { originOf } from '../ports/sequence.ts';
import type { Acquired } from '../ports/store.ts';
import { knownBeyond, type ReportedCheckpoint } from '../ports/reported-checkpoint.ts';

/** How much earlier than what the last report covers, by the broker's clock, to scan outputs that may be lost. */
const CLOCKS_APART_MS = 10_000;

type Known = Pick<Acquired, 'partition' | 'checkpoint'>;

/**
 * What the log knows about partitions just taken over that their store does not, in words. Their previous owners are
 * fenced and their leases are over, so everything that those committed is in the checkpoints, unless the store lost it,
 * or there is another owner since. Throws `TransientFaultError` while the log is unavailable.
 */
export async function findLostCommits(
  consumer: Pick<LogConsumer, 'reports' | 'lastSequences'>,
  topology: Topology,
  acquired: readonly Known[],
): Promise<ReadonlyMap<number, string>> {
  const origin = (partition: number, { incarnation }: Checkpoint) => originOf(topology.stage, partition, incarnation);
  const reports = await consumer.reports(acquired.map(({ partition }) => partition));
  const origins = new Set(acquired.map(({ partition, checkpoint }) => origin(partition, checkpoint)));
  const sent = await consumer.lastSequences(origins, sinksOf(topology), sinceMs(acquired, reports));
  const lost = new Map<number, string>();
  for (const { partition, checkpoint } of acquired) {
    const known = knownBeyond(checkpoint, reports.get(partition), sent.get(origin(partition, checkpoint)) ?? {});
    if (known !== null) lost.set(partition, known);
  }
  return lost;
}

function sinksOf({ sinks, deadLetter }: Topology): readonly string[] {
  return [...new Set([...sinks, deadLetter])];
}

/** A report covers what was sent before its instance last knew that no later checkpoint exists. */
function sinceMs(known: readonly Known[], reports: ReadonlyMap<number, ReportedCheckpoint>): number {
  const knownMs = known.map(({ partition }) => reports.get(partition)?.knownMs ?? -Infinity);
  return Math.min(...knownMs) - CLOCKS_APART_MS;
}
