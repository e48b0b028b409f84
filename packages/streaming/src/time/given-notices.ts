import type { StageProgress } from '@hilo/schemas';
import type { Topology } from '../language/topology.ts';
import type { Ownership } from '../partitions/ownership.ts';
import type { Checkpoint } from '../ports/checkpoint.ts';
import type { Hold } from '../ports/retry.ts';
import type { StageStore } from '../ports/store.ts';

/** What each partition of a stage has published in these topics, if anything. */
export function givenNotices(
  topics: readonly string[],
  checkpoints: readonly { readonly partition: number; readonly checkpoint: Checkpoint }[],
  partitions: number,
): StageProgress['notices'] {
  return topics.flatMap((topic) =>
    checkpoints.flatMap(({ partition, checkpoint: { incarnation, sent } }) => {
      const sequences = sequencesOf(sent, topic, partitions);
      return sequences.some((sequence) => sequence > 0) ? [{ topic, partition, incarnation, sequences }] : [];
    }),
  );
}

/**
 * Looks up what every partition of a stage has published in the topics of its notices (`Topology.notices`). Uses the
 * checkpoints in hand as long as no other instance can have written one; otherwise asks the store.
 */
export async function lookUpNotices(
  dependencies: { readonly topology: Topology; readonly store: StageStore; readonly partitions: number },
  ownership: Ownership,
  hold: Hold,
): Promise<StageProgress['notices']> {
  const { topology, store, partitions } = dependencies;
  const { notices = [] } = topology;
  if (notices.length === 0) return [];
  const known = ownership.holdsAll(partitions)
    ? [...ownership.owned.values()]
    : await hold.until('notices', () => store.checkpoints());
  return givenNotices(notices, known, partitions);
}

/** The last sequence sent to each partition of a topic. */
export function sequencesOf(sent: Checkpoint['sent'], topic: string, partitions: number): number[] {
  return Array.from({ length: partitions }, (_, to) => sent[`${topic}/${to}`] ?? 0);
}
