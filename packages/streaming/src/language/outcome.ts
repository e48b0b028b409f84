/** What a stage decides about an input. Reasons are closed unions of the stage, and labels of its metrics. */
export type Outcome<Output extends Forward = Forward> = Output | Drop | DeadLetter;

/** A record for a topic. */
export interface Forward<Topic extends string = string, Value extends object | null = object | null> {
  readonly kind: 'forward';
  readonly topic: Topic;
  readonly key: string;
  /** Encoded with the topic's schema when it is sent; null: a compacted topic forgets the key. */
  readonly value: Value;
  /** Explicit partition; by default the key decides (murmur2, as in Kafka's own clients). */
  readonly partition?: number;
}

/** Nothing to do, for a known reason. */
export interface Drop {
  readonly kind: 'drop';
  readonly reason: string;
}

/** The input can never be processed: its original bytes go to the stage's dead-letter topic. */
export interface DeadLetter {
  readonly kind: 'dead-letter';
  readonly reason: string;
  /** What is wrong, and what would be right; no personal data. */
  readonly message: string;
  /** Other parts of the input were processed; the library sets this. Such a dead letter is never replayed. */
  readonly inPart?: boolean;
}

/** A record for a topic; without `partition` the key decides. */
export function forward<Topic extends string, Value extends object | null>(
  topic: Topic,
  key: string,
  value: Value,
  partition?: number,
): Forward<Topic, Value> {
  return partition === undefined
    ? { kind: 'forward', topic, key, value }
    : { kind: 'forward', topic, key, value, partition };
}

/** Nothing to do, for a known reason. */
export function drop(reason: string): Drop {
  return { kind: 'drop', reason };
}

/** Writes the input, with its bytes, to the stage's dead-letter topic. */
export function deadLetter(reason: string, message: string): DeadLetter {
  return { kind: 'dead-letter', reason, message };
}
