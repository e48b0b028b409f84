import type { ReleasedOrigin, StageProgress } from '@hilo/schemas';
import type { Checkpoint } from './checkpoint.ts';
import type { ReportedCheckpoint } from './reported-checkpoint.ts';

/** Headers by name. A repeated name has a list; a header may have no value. */
export type Headers<Value> = Readonly<Record<string, Value | null | readonly (Value | null)[] | undefined>>;

/** A record in the log. */
export interface RawRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Headers<Buffer>;
  /** The broker's time of the record. */
  readonly timestamp_ms: number;
  /** Kafka's own id of the topic, which a topic re-created under its name does not have; absent: not known. */
  readonly topic_id?: string | undefined;
  /** The dead letter's name if the record is a replay; its position is the original one. */
  readonly replayOf?: string;
}

/** A record to be appended to the log. */
export interface OutRecord {
  readonly topic: string;
  readonly partition: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Headers<string | Buffer>;
}

/** The result of one poll. */
export interface Polled {
  /** Set if the partitions assigned to this instance changed: all that are assigned now. */
  readonly assignment?: readonly number[];
  readonly records: readonly RawRecord[];
  /** Partitions that were closed because their logs no longer have the next record. */
  readonly truncated?: readonly LogTruncatedError[];
}

/** A log no longer has the next record of a partition. An operator must decide what to do. */
export class LogTruncatedError extends Error {
  readonly partition: number;

  constructor(partition: number, message: string) {
    super(message);
    this.partition = partition;
  }
}

/**
 * Why a partition is not read although it is assigned: its store knows less than the log (`store_went_back`), or the
 * log does not have the next record (`log_truncated`). Both need a repair
 * (docs/operating.md#a-partition-is-not-started).
 */
export type NotStarted = 'store_went_back' | 'log_truncated';

/** How far a topic's partition was passed on, and how far it reaches. */
export interface TopicProgress {
  /** Offset up to which everything was passed on. */
  readonly position: number;
  /**
   * What the partition's leading broker last reported about it: the end of what readers can see, as the offset of the
   * next record, and when the answered fetch began, by this process' clock. Null: nothing reliable.
   */
  readonly reported: { readonly highWatermark: number; readonly startedMs: number } | null;
}

/** The reading side of the log, for the co-partitioned topics of one stage. */
export interface LogConsumer {
  start(): Promise<void>;
  /** Waits up to `waitMs` for records, a new assignment or a `wakeUp`. Returns records of opened partitions only. */
  poll(maxRecords: number, waitMs: number): Promise<Polled>;
  /**
   * Starts to read a partition of all topics at these offsets (a topic without one: at its beginning). Returns where
   * each topic is read from. Throws `LogTruncatedError` if a log does not reach there.
   */
  open(partition: number, offsets: Readonly<Record<string, number>>): Promise<Readonly<Record<string, number>>>;
  /** Stops reading a partition and drops what was read ahead. */
  shut(partition: number): void;
  /** The time up to which everything in these topics of the partition was passed on (-Infinity: not known). */
  caughtUpTo(partition: number, topics: readonly string[]): number;
  /** How far one topic of a partition was passed on and reaches; null while the partition is not open. */
  progress(topic: string, partition: number): TopicProgress | null;
  /** Records not yet passed on, as far as known, by topic and partition. */
  lag(): readonly { readonly topic: string; readonly partition: number; readonly records: number }[];
  /**
   * Reports to the broker, from time to time, how far the stage is: for lag tools, and to detect a store that goes back
   * in time. The checkpoint is the truth, and is reported only once it is committed. `knownMs`: when this instance last
   * knew that it is the partition's last one, by the wall clock.
   */
  commit(partition: number, checkpoint: Checkpoint, knownMs: number): void;
  /**
   * The last report about these partitions, by any instance. Throws `TransientFaultError` while the broker is unavailable.
   */
  reports(partitions: readonly number[]): Promise<ReadonlyMap<number, ReportedCheckpoint>>;
  /**
   * The last sequence of each of these origins in each `topic/partition` of these topics, in what was appended since
   * `since_ms` (and only in the latest records if there are too many).
   */
  lastSequences(
    origins: ReadonlySet<string>,
    topics: readonly string[],
    since_ms: number,
  ): Promise<ReadonlyMap<string, Readonly<Record<string, number>>>>;
  /** Ends a waiting `poll`. */
  wakeUp(): void;
  close(): Promise<void>;
}

/** The writing side of the log. */
export interface LogProducer {
  start(): Promise<void>;
  /** Appends in order, acknowledged by all in-sync replicas. If it throws, the outcome is unknown. */
  send(records: readonly OutRecord[]): Promise<void>;
  /** Drops the connection, so that nothing sent before can be retried underneath. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** The topic on which stages report their progress to each other, read from its beginning by everyone. */
export interface ProgressLog {
  /** Connects; the log is read from then on. */
  start(): Promise<void>;
  /**
   * What was read since the last call, in the log's order. Nothing before everything is read that was there at the
   * start: a released origin may have moved since.
   */
  take(): readonly StageProgress[];
  /** True while the last publication is not acknowledged. */
  readonly isBusy: boolean;
  /** Sends in the background. Drops what cannot be sent: the next one says more. */
  publish(records: readonly StageProgress[]): void;
  /**
   * Makes every instance of every stage leave an origin out until it moves. Throws `TransientFaultError` if the log is
   * unavailable.
   */
  release(origin: ReleasedOrigin): Promise<void>;
  close(): Promise<void>;
}
