import type { At, EffectInput, HandoverInput, KeyedAt, RecordOf, SweepInput, TopicTypes, WakeInput } from './input.ts';
import type { Forward, Outcome } from './outcome.ts';

/**
 * SQL with `$1 … $n` for `values`. `name` identifies the text (statements are prepared once per connection). In a
 * commit, the statement must be a data-modifying one that ends in `RETURNING`; it becomes one part of the single
 * statement that commits the batch.
 */
export interface Statement {
  readonly name: string;
  readonly sql: string;
  readonly values: readonly unknown[];
  /** What each of the values is, by name, for fakes of the tables; PostgreSQL does not get it. */
  readonly columns?: readonly string[];
  /**
   * Rows that the statement must return. Any other number means that another instance was faster: the batch is rolled
   * back, loaded again and folded again.
   */
  readonly expectRows?: number;
}

/** Reads from the stage's own PostgreSQL schema. */
export interface Query {
  rows<Row>(statement: Statement): Promise<Row[]>;
}

/**
 * The logic of a stage whose state cannot be partitioned by key (de-duplication, the identity graph): each batch loads
 * a view, folds the inputs over it, and returns the writes. The view lives for one batch.
 */
export interface BatchLogic<View, M extends TopicTypes, Output extends Forward = Forward> {
  readonly kind: 'batch';
  /** One query for the whole batch if possible. May be called again if the commit met a conflict. */
  load(inputs: readonly RecordOf<M>[], query: Query): Promise<View>;
  /**
   * Folds one input over the view (mutating it) and returns its outcomes. No I/O, no clock. If a dead letter is the
   * only outcome, the view must hold nothing of the input, so that it can be processed again.
   */
  apply(view: View, input: RecordOf<M>, at: At): readonly Outcome<Output>[];
  /** The writes that make the folded view durable, committed together with checkpoint and outbox. */
  writes(view: View): readonly Statement[];
  /** Called once the folded view is durable: for counts that must add up. */
  committed?(view: View): void;
}

/** Encodes and decodes a key's state. `decode` reads every version that was ever written. */
export interface StateCodec<S> {
  encode(state: S): Buffer;
  decode(bytes: Buffer): S;
}

/** The result of `apply`: the new state, and drops or dead letters of the input (never `forward`). */
export interface Applied<S> {
  readonly state: S;
  readonly outcomes?: readonly Outcome[];
}

/** An external call that a key requests. It is performed after the commit; its result returns as an `EffectInput`. */
export interface Effect {
  readonly id: string;
  readonly payload: unknown;
}

/** Performs external calls. Must not reject: a failure is a result. */
export interface Effector {
  /** `traceparent`: the trace of the event that caused it; undefined for most. */
  perform(effect: Effect, traceparent?: string): Promise<unknown>;
}

/** The result of `publish`. */
export interface Published<S, Output extends Forward = Forward> {
  /** The state, with what was published recorded in it. */
  readonly state: S;
  readonly outcomes: readonly Outcome<Output>[];
  /**
   * When to look at this key again if nothing arrives (milliseconds, by the stage's time); null: never. A key may wake
   * up earlier than it asked: waking early must be harmless. While an effect of the key is in flight, it does not wake
   * up at this time, so a key with an effect in flight asks for `nowMs`: after a crash it wakes up at once and
   * requests the effect again.
   */
  readonly wakeAtMs: number | null;
  /**
   * For a key with an effect in flight: when to look at it anyway, because of what does not wait for that effect; null:
   * not before the effect returns. The wake-up lists the effects in flight.
   */
  readonly wakeUnderWayMs?: number | null;
  readonly effects?: readonly Effect[];
}

/** Any input that can reach a key's state. */
export type KeyedInput<M extends TopicTypes> = RecordOf<M> | WakeInput | SweepInput | EffectInput | HandoverInput;

/**
 * The logic of a stage with keyed state. Everything is pure: values in, values out, states are never mutated.
 * For each input the library calls `apply`, then `publish`. If the key waits for a handover, it folds silently, and the
 * library calls `publish` with the handover as its cause once all handovers are in.
 */
export interface KeyedLogic<S, M extends TopicTypes, Shared = undefined, Output extends Forward = Forward> {
  readonly kind: 'keyed';
  readonly codec: StateCodec<S>;
  /** The key whose state a record belongs to; null: the partition's shared state. */
  keyOf(input: RecordOf<M>): string | null;
  /** State of an unknown key. */
  initial(key: string): S;
  /**
   * The state at the start of a batch, before the first input of the key: what `project` and `committed` have seen may
   * be dropped here, and only here.
   */
  begin?(state: S, at: KeyedAt): S;
  /** Folds one input into the state. */
  apply(state: S, input: KeyedInput<M>, at: KeyedAt, shared: Shared): Applied<S>;
  /** Returns what changed since it was last published. Called with the input that caused it. */
  publish(key: string, state: S, cause: KeyedInput<M>, at: KeyedAt, shared: Shared): Published<S, Output>;
  /** State shared by all keys of a partition (such as definitions). When it changes, every key gets a `SweepInput`. */
  readonly shared?: SharedLogic<Shared, M>;
  /** How keys merge; without it, the stage has no handover. */
  readonly merge?: MergeLogic<S, M, Shared, Output>;
  /** Rows of the stage's own tables that copy the changed states (for lookups and lists); committed with them. */
  project?(changes: readonly StateChange<S>[]): readonly Statement[];
  /** A statement that notes where partitions stood when they folded records that changed the shared state; committed with them. */
  note?(folded: readonly FoldedShared<M>[]): Statement | null;
  /** Called once the changes and the outputs are durable, each once: for counts that must add up. */
  committed?(changes: readonly StateChange<S>[], outputs: readonly Output[]): void;
}

/** A key's state before and after a batch. `after` null: another key absorbed it. */
export interface StateChange<S> {
  readonly key: string;
  readonly partition: number;
  readonly before: S | null;
  readonly after: S | null;
}

/** State shared by all keys of one partition. */
export interface SharedLogic<Shared, M extends TopicTypes> {
  readonly codec: StateCodec<Shared>;
  initial(): Shared;
  /** `positions`: as in `FoldedShared`. */
  apply(shared: Shared, input: RecordOf<M>, positions: () => FoldedShared<M>['positions']): Shared;
  /** Whether a change concerns the keys, so that each gets a `SweepInput`. Absent: every change does. */
  concernsKeys?(before: Shared, after: Shared): boolean;
}

/** A record that changed the shared state of its partition, and the partition's position then. */
export interface FoldedShared<M extends TopicTypes> {
  readonly input: RecordOf<M>;
  /**
   * By topic, the offset below which everything of the partition was folded by then, the record itself included, and
   * from which on nothing was. Omits a topic of which nothing was folded.
   */
  readonly positions: Readonly<Record<string, number>>;
}

/**
 * Merging of keys (design §5). A notice reaches the absorbed key's partition, which hands its state to the survivor's
 * and forwards whatever arrives late. The record that caused the merge names it at the survivor.
 */
export interface MergeLogic<S, M extends TopicTypes, Shared, Output extends Forward = Forward> {
  /** Topic of `Handover` records; a source and a sink of the stage. */
  readonly topic: string;
  /** If the record is the notice that its key was absorbed: the survivor. */
  notice(input: RecordOf<M>): { readonly merge_id: string; readonly survivor: string } | null;
  /** Ids of the merges that the record names: the key publishes nothing until their handovers are in. */
  awaits(input: RecordOf<M>): readonly string[];
  /** Commutative and associative. `survivor` supplies what belongs to the key itself (such as what was published). */
  combine(survivor: S, absorbed: S): S;
  /**
   * A number that goes with a late record to the survivor: what the partition that read it knew then. Absent: 0. The
   * survivor finds it in `RecordInput.mark`, however often the record was forwarded.
   */
  mark?(input: RecordOf<M>, shared: Shared): number;
  /** What the absorbed key still publishes when it goes (such as that it left its segments). */
  farewell(key: string, state: S, notice: RecordOf<M>, at: KeyedAt): readonly Outcome<Output>[];
}
