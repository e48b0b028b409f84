import type { Effect, Statement } from '../language/logic.ts';
import type { Forward, Outcome } from '../language/outcome.ts';
import type { StageStore } from '../ports/store.ts';
import type { BatchInput } from '../read/batch-input.ts';
import type { FormerPartition, Moment } from './moment.ts';
import type { Waiting } from './unsettled-keys.ts';

/** What became of one input, in the order of the inputs. */
export interface Decided {
  readonly partition: number;
  readonly outcomes: readonly Outcome[];
}

/** The records that a batch writes. */
export function forwardsOf(decided: readonly Decided[]): readonly Forward[] {
  return decided.flatMap(({ outcomes }) => outcomes.filter((outcome) => outcome.kind === 'forward'));
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
  /** Earliest wake-up time that the batch wrote, by partition, without keys that have effects under way. */
  readonly due_ms: ReadonlyMap<number, number>;
  /** When keys with effects under way must be looked at all the same. */
  readonly wakes_under_way: readonly WakeUnderWay[];
  /** Keys that were woken and must wait for what may follow from partitions in which those they absorbed lived. */
  readonly postponed: readonly PostponedWake[];
  /** To be called once the batch is committed. Without it, all of the fold is forgotten. */
  committed(): void;
}

/** What a batch of one input is that only says something of it. */
export function onlySaid({ partition }: BatchInput, outcomes: readonly Outcome[]): Folded {
  return {
    decided: [{ partition, outcomes }],
    ...{ writes: [], effects: [], sweeps: [], wakes_under_way: [], postponed: [], due_ms: new Map() },
    committed: () => undefined,
  };
}

/** Runs a stage's logic over batches: one for each kind of logic. */
export interface Runner {
  fold(inputs: readonly BatchInput[], moment: Moment, store: StageStore): Promise<Folded>;
  /** What becomes of an input that can't be folded because of a bug: its record is set aside, and its key held. */
  setAside(input: BatchInput, bug: unknown, moment: Moment, store: StageStore): Promise<Folded>;
  /** These partitions were taken over: learns which of their keys wait, and which are held. */
  open(partitions: readonly number[], now_ms: number, store: StageStore): Promise<void>;
  /** Keys that wait for a hand-over they were told of. */
  waiting(now_ms: number): Waiting;
  /** How many keys are held because of a bug. */
  held(): number;
  /** Forgets what is cached of a partition. */
  forget(partition: number): void;
}
