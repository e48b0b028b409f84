import type { StageProgress } from '@hilo/schemas';
import type { HandoverHold } from '../ports/checkpoint.ts';
import { originOf } from '../ports/sequence.ts';
import { sequencesOf } from './given-notices.ts';
import type { HandoverDependencies, StandingPartition } from './handover-holds.ts';
import type { ReleasedOrigins } from './released-origins.ts';

/** How far a partition is. */
interface Reached {
  /** Up to when everything is folded, except for released origins. */
  readonly read_to: number;
  /** The same with every origin counted. */
  readonly provenMs: number;
  /** Handovers that no partition is known to have taken. */
  readonly holds: readonly HandoverHold[];
}

/** The progress record of a partition, without the notices of its stage. */
export function progressRecord(
  { partition, epoch, checkpoint }: StandingPartition & { readonly epoch: number },
  { read_to, provenMs, holds }: Reached,
  {
    topology,
    partitions,
    handoverTopic,
  }: HandoverDependencies & { readonly topology: { readonly sinks: readonly string[] } },
  released: ReleasedOrigins,
): Omit<StageProgress, 'notices'> {
  const { stage, sinks } = topology;
  const { incarnation, revision, sent } = checkpoint;
  const settled_to = settledTo(
    read_to,
    // A released partition is left out with the handovers that it has not taken.
    holds.filter(({ to }) => !released.has(stage, to)),
  );
  const proven = { read_to: Math.max(0, provenMs), settled_to: settledTo(Math.max(0, provenMs), holds) };
  const isAll = proven.read_to === read_to && proven.settled_to === settled_to;
  return {
    ...{ stage, partition, incarnation, epoch, revision, read_to, settled_to },
    ...{ proven: isAll ? null : proven, released: null },
    sent: sinks
      .filter((topic) => topic !== handoverTopic)
      .map((topic) => ({ topic, sequences: sequencesOf(sent, topic, partitions) })),
    taken: handoverTopic === null ? [] : takenOf(checkpoint.received[handoverTopic] ?? {}, stage),
  };
}

/** Up to when everything is settled: before any handover that is still in flight. */
function settledTo(read_to: number, holds: readonly HandoverHold[]): number {
  return Math.floor(holds.reduce((least, { from_ms }) => Math.min(least, from_ms), read_to));
}

/** The last sequence that a partition has taken from each partition of its stage. */
function takenOf(origins: Readonly<Record<string, number>>, stage: string): StageProgress['taken'] {
  return Object.entries(origins).flatMap(([origin, sequence]) => {
    const [of = '', partition = '', incarnation = ''] = origin.split('/');
    if (of !== stage || origin !== originOf(of, Number(partition), incarnation)) return [];
    return [{ partition: Number(partition), incarnation, sequence }];
  });
}
