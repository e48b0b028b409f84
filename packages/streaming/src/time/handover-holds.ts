import type { Handover } from '@hilo/schemas';
import type { Decided } from '../fold/runner.ts';
import { type Checkpoint, type HandoverHold, withHold } from '../ports/checkpoint.ts';
import type { ProgressBoard } from './progress-board.ts';

/** A partition with its checkpoint. */
export interface StandingPartition {
  readonly partition: number;
  readonly checkpoint: Checkpoint;
}

/** What says how a stage hands keys over between its partitions. */
export interface HandoverDependencies {
  readonly topology: { readonly stage: string };
  readonly partitions: number;
  readonly handoverTopic: string | null;
}

/** The handovers that a partition has sent and that no partition is known to have taken. */
export function standingHolds(
  { partition, checkpoint: { holds, incarnation } }: StandingPartition,
  stage: string,
  board: ProgressBoard,
): readonly HandoverHold[] {
  if (holds.length === 0) return holds;
  return holds.filter(({ to, sequence, incarnation: of = incarnation }) => {
    const taken = board.of(stage, to)?.taken.find((one) => one.partition === partition && one.incarnation === of);
    return taken === undefined || taken.sequence < sequence;
  });
}

/** The handovers in flight after a batch; `checkpoint` is the one after the batch, `before` the one before it. */
export function holdsAfter(
  { partition, checkpoint }: StandingPartition,
  before: Checkpoint,
  decided: readonly Decided[],
  { topology, partitions, handoverTopic }: HandoverDependencies,
  board: ProgressBoard,
): readonly HandoverHold[] {
  let holds = standingHolds({ partition, checkpoint }, topology.stage, board);
  const from_ms = handedOverFrom(decided, partition, handoverTopic);
  for (let to = 0; from_ms !== null && to < partitions; to += 1) {
    const counter = `${handoverTopic}/${to}`;
    const sequence = checkpoint.sent[counter] ?? 0;
    if (sequence > (before.sent[counter] ?? 0)) holds = withHold(holds, { to, sequence, from_ms });
  }
  return holds;
}

/** The earliest receipt time of what a partition's batch hands over; null if it hands nothing over. */
function handedOverFrom(decided: readonly Decided[], partition: number, topic: string | null): number | null {
  if (topic === null) return null;
  let from_ms: number | null = null;
  for (const { partition: of, outcomes } of decided) {
    if (of !== partition) continue;
    for (const outcome of outcomes) {
      if (outcome.kind !== 'forward' || outcome.topic !== topic) continue;
      from_ms = Math.min(from_ms ?? Infinity, (outcome.value as Handover).held_from);
    }
  }
  return from_ms;
}
