import type { ReleasedOrigin, StageProgress } from '@hilo/schemas';
import type { Checkpoint } from './checkpoint.ts';
import type { Told } from './witness.ts';

/** Headers by name. A name that came several times has a list; a header may have no value. */
export type Headers<Value> = Readonly<Record<string, Value | null | readonly (Value | null)[] | undefined>>;

/** A record as it lies in the log. */
export interface RawRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Headers<Buffer>;
  /** The broker's time of the record. */
  readonly timestamp_ms: number;
  /** Kafka's own id of the topic, which a topic made anew under its name doesn't have; absent: not known. */
  readonly topic_id?: string | undefined;
  /** The dead letter's name where the record was set aside before and is processed again; its place is that of then. */
  readonly replay_of?: string;
}

/** A record to be appended to the log. */
export interface OutRecord {
  readonly topic: string;
  readonly partition: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Headers<string | Buffer>;
}

/** What one poll hands over. */
export interface Polled {
  /** Set when the partitions assigned to this instance changed: all that are assigned now. */
  readonly assignment?: readonly number[];
  readonly records: readonly RawRecord[];
  /** Partitions that were shut because their logs don't have any more what was to be read next. */
  readonly truncated?: readonly LogTruncated[];
}

/** A log does not have any more what a partition was to read next. Somebody must decide what becomes of it. */
export class LogTruncated extends Error {
  readonly partition: number;

  constructor(partition: number, message: string) {
    super(message);
    this.partition = partition;
  }
}

/**
 * Why a partition is not read though it is assigned: its store knows less than the log (`store_went_back`), or the log does
 * not have what comes next (`log_truncated`). Both end with a repair (docs/operating.md#a-partition-is-not-started).
 */
export type NotStarted = 'store_went_back' | 'log_truncated';

/** How far a topic's partition was handed over, and how far it reaches. */
export interface TopicProgress {
  /** Offset up to which everything was handed over. */
  readonly position: number;
  /**
   * What the broker that leads the partition last said of it, and of no other: the end of what readers may see, as offset of
   * the next record, and when the fetch began that it answered, by this process' clock. Null: nothing that can be relied on.
   */
  readonly told: { readonly high_watermark: number; readonly started_ms: number } | null;
}

/** The reading side of the log, for the co-partitioned topics of one stage. */
export interface LogConsumer {
  start(): Promise<void>;
  /** Waits up to `wait_ms` for records, a new assignment or a `wakeUp`. Hands over records of opened partitions only. */
  poll(max_records: number, wait_ms: number): Promise<Polled>;
  /**
   * Starts to read a partition of all topics at these offsets (a topic without one: at its beginning). Hands back where each
   * topic is read from. Throws `LogTruncated` where a log does not reach there.
   */
  open(partition: number, offsets: Readonly<Record<string, number>>): Promise<Readonly<Record<string, number>>>;
  /** Stops reading a partition and forgets what was read ahead of it. */
  shut(partition: number): void;
  /** The time up to which everything in these topics of the partition was handed over (-Infinity: not known). */
  caughtUpTo(partition: number, topics: readonly string[]): number;
  /** How far one topic of a partition was handed over and reaches; null while the partition is not open. */
  progress(topic: string, partition: number): TopicProgress | null;
  /** Records not yet handed over, as far as known, by topic and partition. */
  lag(): readonly { readonly topic: string; readonly partition: number; readonly records: number }[];
  /**
   * Tells the broker, by and by, how far the stage is: for lag tools, and as a witness against a store that goes back in
   * time. The checkpoint is the truth, and is told only once it is committed.
   */
  commit(partition: number, checkpoint: Checkpoint): void;
  /** What was told last of these partitions, by whichever instance. Throws `TransientFault` while the broker is away. */
  told(partitions: readonly number[]): Promise<ReadonlyMap<number, Told>>;
  /**
   * The last sequence of each of these origins in each `topic/partition` of these topics, of what was appended since
   * `since_ms` (and of the latest records alone where that is more than can be looked through).
   */
  lastSequences(
    origins: ReadonlySet<string>,
    topics: readonly string[],
    since_ms: number,
  ): Promise<ReadonlyMap<string, Readonly<Record<string, number>>>>;
  /** Ends a `poll` that is waiting. */
  wakeUp(): void;
  close(): Promise<void>;
}

/** The writing side of the log. */
export interface LogProducer {
  start(): Promise<void>;
  /** Appends in order, acknowledged by all in-sync replicas. When it throws, the outcome is unknown. */
  send(records: readonly OutRecord[]): Promise<void>;
  /** Gives up the connection, so that nothing sent before can be retried underneath. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** The topic on which stages tell each other how far they are, read from its beginning by everyone. */
export interface ProgressLog {
  /** Connects; the log is read from then on. */
  start(): Promise<void>;
  /**
   * What was read since the last call, in the order of the log. Nothing before all is read that was there at the start: an
   * origin that was released may have moved since.
   */
  take(): readonly StageProgress[];
  /** True while what was published last is not acknowledged. */
  readonly isBusy: boolean;
  /** Sends in the background. What can't be sent is left: the next one says more. */
  publish(records: readonly StageProgress[]): void;
  /** Has every instance of every stage leave an origin out until it moves. Throws `TransientFault` where the log is away. */
  release(origin: ReleasedOrigin): Promise<void>;
  close(): Promise<void>;
}
