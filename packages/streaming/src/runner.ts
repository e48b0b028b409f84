import type { Handover } from '@hilo/schemas';
import type { At, EffectInput, RecordInput, SweepInput, WakeInput } from './input.ts';
import type { Effect, Statement } from './logic.ts';
import type { Outcome } from './outcome.ts';
import type { StageStore } from './ports.ts';
import type { Waiting } from './waiting-keys.ts';

/** A decoded record of any topic, with the bytes it came as. */
export interface AnyRecord extends RecordInput<string, unknown> {
  readonly bytes: Buffer;
  /** It was set aside before and comes late: its times say nothing about how fast the stage is. */
  readonly is_replay: boolean;
}

/** Anything a batch can hold, once decoded. */
export type BatchInput =
  | AnyRecord
  | WakeInput
  | SweepInput
  | EffectInput
  | { readonly kind: 'state'; readonly partition: number; readonly handover: Handover; readonly topic: string }
  | {
      readonly kind: 'forwarded';
      readonly partition: number;
      readonly handover: Handover;
      readonly topic: string;
      readonly record: AnyRecord;
    };

/** What became of one input, in the order of the inputs. */
export interface Decided {
  readonly partition: number;
  readonly outcomes: readonly Outcome[];
}

/** The outcomes of an input that changed something: what is set aside of it is only a part. */
export function settingAsidePart(outcomes: readonly Outcome[]): readonly Outcome[] {
  return outcomes.map((outcome) => (outcome.kind === 'dead-letter' ? { ...outcome, in_part: true } : outcome));
}

/** An effect asked for by a key. */
export interface KeyEffect {
  readonly partition: number;
  readonly key: string;
  readonly effect: Effect;
  /** The input that made the key ask. */
  readonly cause: BatchInput | null;
}

/** When a key with effects under way must be looked at; null: not before one is back. */
export interface WakeUnderWay {
  readonly partition: number;
  readonly key: string;
  readonly wake_ms: number | null;
  /** When it is due for a process that knows of no effect of it. */
  readonly due_ms: number;
}

/** A folded batch, not yet durable. */
export interface Folded {
  readonly decided: readonly Decided[];
  readonly writes: readonly Statement[];
  readonly effects: readonly KeyEffect[];
  /** Partitions whose shared state changed: all their keys must be visited. */
  readonly sweeps: readonly number[];
  /** Earliest wake-up time that the batch wrote, by partition, without keys that have effects under way. */
  readonly due_ms: ReadonlyMap<number, number>;
  /** When keys with effects under way must be looked at all the same. */
  readonly wakes_under_way: readonly WakeUnderWay[];
  /** To be called once the batch is committed. Without it, all of the fold is forgotten. */
  committed(): void;
}

/** The moment of a batch. */
export interface Moment extends At {
  /** The time up to which everything in the input's partition was folded, or is before the input in this batch. */
  consumedTo(input: BatchInput): number;
}

/** Runs a stage's logic over batches: one for each kind of logic. */
export interface Runner {
  fold(inputs: readonly BatchInput[], moment: Moment, store: StageStore): Promise<Folded>;
  /** Keys that wait for a hand-over they were told of. */
  waiting(now_ms: number): Waiting;
  /** Forgets what is cached of a partition. */
  forget(partition: number): void;
}
