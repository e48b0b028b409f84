/** Topic name → type of its decoded records. */
export type TopicTypes = object;

/** A record read from a topic, decoded. */
export interface RecordInput<Topic extends string, Value> {
  readonly kind: 'record';
  readonly topic: Topic;
  readonly partition: number;
  readonly offset: number;
  readonly key: string | null;
  readonly value: Value;
  /** The broker's time of the record. */
  readonly timestamp_ms: number;
  /** The record's position, also if a handover or a replayed dead letter brought it here; absent: not known. */
  readonly logPosition?: LogPosition | undefined;
  /** For a record that came by a handover: what `MergeLogic.mark` said about it in the partition that read it first. Absent: it came directly. */
  readonly mark?: number | undefined;
  /** True if it is a replayed dead letter: it was read late. Absent: no. */
  readonly isReplay?: boolean;
}

/** A record's position in Kafka, for good: no other record has the same. */
export interface LogPosition {
  /** Kafka's own id of the topic (22 characters), which a topic re-created under its name does not have. */
  readonly topic_id: string;
  readonly partition: number;
  readonly offset: number;
}

/** A key that is due to wake up. */
export interface WakeInput {
  readonly kind: 'wake';
  readonly partition: number;
  readonly key: string;
  readonly due_ms: number;
  /** Ids of the key's effects in flight; absent: none. Other effects that it requested died with an earlier process. */
  readonly underWay?: ReadonlySet<string>;
}

/** A key visited because the partition's shared state changed. */
export interface SweepInput {
  readonly kind: 'sweep';
  readonly partition: number;
  readonly key: string;
}

/** The result of an effect (an external call) that the key requested. */
export interface EffectInput {
  readonly kind: 'effect';
  readonly partition: number;
  readonly key: string;
  /** As in the request of the effect. */
  readonly id: string;
  readonly result: unknown;
}

/** The state of an absorbed key has arrived and is already merged into this key's state. */
export interface HandoverInput {
  readonly kind: 'handover';
  readonly partition: number;
  readonly key: string;
  readonly from_key: string;
  readonly merge_id: string;
}

/** Union of the record inputs of all topics in `M`, discriminated by `topic`. */
export type RecordOf<M extends TopicTypes> = {
  [T in keyof M & string]: RecordInput<T, M[T]>;
}[keyof M & string];

/** The moment of a decision. */
export interface At {
  /** The wall clock, milliseconds since the epoch. */
  readonly nowMs: number;
}

/** The moment of a decision about a key. */
export interface KeyedAt extends At {
  /**
   * The moment for which to decide, milliseconds since the epoch: everything received before it is folded, so time may
   * change answers only up to it. A folded event may have happened after it. It never goes back for a key (ADR 28).
   */
  readonly momentMs: number;
  /** True if that leaves out what a released origin may still bring (ADR 37). Absent: false. */
  readonly isUnproven?: boolean;
}
