import type { Effect, Statement } from '../language/logic.ts';
import type { Forward, Outcome } from '../language/outcome.ts';
import type { StageStore } from '../ports/store.ts';
import type { BatchInput } from '../read/batch-input.ts';
import type { FormerPartition, Moment } from './moment.ts';
import type { Waiting } from './unsettled-keys.ts';

/** The result for one input, in the order of the inputs. */
export interface Decided {
  readonly partition: number;
  readonly outcomes: readonly Outcome[];
}

/** The records that a batch writes. */
export function forwardsOf(decided: readonly Decided[]): readonly Forward[] {
  return decided.flatMap(({ outcomes }) => outcomes.filter((outcome) => outcome.kind === 'forward'));
}

/** The outcomes of an input that changed something: its dead letter is only partial. */
export function settingAsidePart(outcomes: readonly Outcome[]): readonly Outcome[] {
  return outcomes.map((outcome) => (outcome.kind === 'dead-letter' ? { ...outcome, inPart: true } : outcome));
}

/** An effect that a key requested. */
export interface KeyEffect {
  readonly partition: number;
  readonly key: string;
  readonly effect: Effect;
  /** The input that made the key request it. */
  readonly cause: BatchInput | null;
}

/** When to look at a key with effects in flight; null: not before one returns. */
export interface WakeUnderWay {
  readonly partition: number;
  readonly key: string;
  readonly wakeMs: number | null;
  /** When it is due for a process that does not know its effects. */
  readonly due_ms: number;
}

/** A key that is due, but not before other partitions are settled. */
export interface PostponedWake {
  readonly partition: number;
  readonly key: string;
  readonly due_ms: number;
  readonly came_from: readonly FormerPartition[];
}

/** A folded batch, not yet durable. */
export interface Folded {
  readonly decided: readonly Decided[];
  readonly writes: readonly Statement[];
  readonly effects: readonly KeyEffect[];
  /** Partitions whose shared state changed: all their keys must be visited. */
  readonly sweeps: readonly number[];
  /** Earliest wake-up time that the batch wrote, by partition, without keys that have effects in flight. */
  readonly due_ms: ReadonlyMap<number, number>;
  /** When to look at keys with effects in flight anyway. */
  readonly wakesUnderWay: readonly WakeUnderWay[];
  /** Woken keys that must wait for what may follow from partitions of keys that they absorbed. */
  readonly postponed: readonly PostponedWake[];
  /** Call it once the batch is committed. Without it, the whole fold is forgotten. */
  committed(): void;
}

/** The result of a batch of one input that only has outcomes. */
export function onlySaid({ partition }: BatchInput, outcomes: readonly Outcome[]): Folded {
  return {
    decided: [{ partition, outcomes }],
    ...{ writes: [], effects: [], sweeps: [], wakesUnderWay: [], postponed: [], due_ms: new Map() },
    committed: () => undefined,
  };
}

/** Runs a stage's logic over batches: one for each kind of logic. */
export interface Runner {
  fold(inputs: readonly BatchInput[], moment: Moment, store: StageStore): Promise<Folded>;
  /**
   * What happens to an input that cannot be folded because of a bug: its record becomes a dead letter, and its key is
   * held.
   */
  setAside(input: BatchInput, bug: unknown, moment: Moment, store: StageStore): Promise<Folded>;
  /** These partitions were taken over: finds out which of their keys wait, and which are held. */
  open(partitions: readonly number[], nowMs: number, store: StageStore): Promise<void>;
  /** Keys that wait for an announced handover. */
  waiting(nowMs: number): Waiting;
  /** How many keys are held because of a bug. */
  held(): number;
  /** Drops a partition's cached rows. */
  forget(partition: number): void;
}
