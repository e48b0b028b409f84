import type { Folded } from '../fold/runner.ts';
import type { Outcome } from '../language/outcome.ts';
import type { Topology } from '../language/topology.ts';
import type { Checkpoint } from '../ports/checkpoint.ts';
import type { RecordCodec } from '../ports/codec.ts';
import type { RawRecord } from '../ports/log.ts';
import type { Slot } from '../read/intake.ts';
import type { BatchTrace } from '../read/tracer.ts';
import { OutputDraft } from './outputs.ts';

/** What making a batch's outputs needs. */
export interface DraftDependencies {
  readonly topology: Topology;
  readonly partitions: number;
  readonly codec: RecordCodec;
  readonly build: string;
}

/**
 * The outputs of a folded batch, in the order of its inputs: forwards to their topics, poison and refused records to
 * the dead-letter topic. Throws for an output that the topology does not allow: that is a bug of the stage.
 */
export function draftBatch(
  slots: readonly Slot[],
  folded: Folded,
  before: ReadonlyMap<number, Checkpoint>,
  nowMs: number,
  dependencies: DraftDependencies,
  trace: BatchTrace | null,
): OutputDraft {
  const { topology, partitions, codec, build } = dependencies;
  const draft = new OutputDraft({ stage: topology.stage, partitions, codec, build });
  let next = 0;
  for (const { raw, input } of slots) {
    const checkpoint = before.get(input.partition);
    if (checkpoint === undefined) throw new Error('an input of a partition that is not owned');
    if (input.kind === 'poison') {
      if (raw !== null) draft.deadLetter(checkpoint, raw, input, topology.deadLetter, nowMs);
      continue;
    }
    const traceparent = trace?.of(input);
    for (const outcome of folded.decided[next]?.outcomes ?? []) {
      add(draft, checkpoint, { raw, partition: input.partition, traceparent }, outcome, nowMs, topology);
    }
    next += 1;
  }
  return draft;
}

/** The cause of an output. */
interface Origin {
  readonly raw: RawRecord | null;
  readonly partition: number;
  readonly traceparent: string | undefined;
}

function add(
  draft: OutputDraft,
  checkpoint: Checkpoint,
  { raw, partition, traceparent }: Origin,
  outcome: Outcome,
  nowMs: number,
  topology: Topology,
): void {
  if (outcome.kind === 'forward') {
    if (!topology.sinks.includes(outcome.topic)) throw new Error(`${outcome.topic} is not a sink of the stage`);
    draft.forward(checkpoint, partition, outcome, traceparent);
  } else if (outcome.kind === 'dead-letter') {
    if (raw === null) throw new Error(`only a record can go to the dead letter: ${outcome.reason}`);
    draft.deadLetter(checkpoint, raw, outcome, topology.deadLetter, nowMs);
  }
}
