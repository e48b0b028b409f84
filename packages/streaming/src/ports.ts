import type { ReleasedOrigin, StageProgress } from '@hilo/schemas';
import type { Statement } from './logic.ts';
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

/** Decoding and encoding of records by topic. */
export interface RecordCodec {
  /** Learns the schemas of the topics to be written. */
  prepare(topics: readonly string[]): Promise<void>;
  /** Learns the schemas of these values. Throws a `retriable` error when the registry can't be reached. */
  learn(values: Iterable<Buffer>): Promise<void>;
  decode(topic: string, bytes: Buffer): DecodeResult;
  encode(topic: string, value: object): Buffer;
}

/** A decoded value, or why the bytes can't be one. */
export type DecodeResult =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly reason: string; readonly message: string };

/** A partition as it was found when it was acquired. */
export interface Acquired {
  readonly partition: number;
  readonly epoch: number;
  readonly checkpoint: Checkpoint;
  /** Outputs committed but perhaps never sent, in order. */
  readonly outbox: readonly OutboxRow[];
  /** How long the owner before may still produce. */
  readonly lease_left_ms: number;
}

/** What an owner knows of how its partition lies in the store. */
export interface Standing {
  readonly partition: number;
  readonly epoch: number;
  readonly checkpoint: Pick<Checkpoint, 'revision'>;
}

/** One row of the outbox: outputs packed by `packOutputs`. */
export interface OutboxRow {
  readonly id: number;
  readonly body: Buffer;
}

/** One partition's share of a commit. */
export interface PartitionCommit {
  readonly partition: number;
  readonly epoch: number;
  readonly checkpoint: Checkpoint;
  readonly outbox: readonly OutboxRow[];
  /** Ids of outbox rows that the log has acknowledged. */
  readonly acknowledged: readonly number[];
}

/**
 * `conflict`: another instance changed what was read. `fenced`: some partitions have a new owner (`lost`), or moved on by a
 * commit of this instance whose outcome it did not learn (`outdated`): those are to be acquired again at once.
 */
export type CommitResult =
  | { readonly kind: 'committed' }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'fenced'; readonly lost: readonly number[]; readonly outdated: readonly number[] };

/** A key's row in the state table. */
export interface StateRow {
  readonly partition: number;
  readonly key: string;
  readonly body: Buffer | null;
  readonly due_ms: number | null;
  /** Hand-over state of the key as JSON text; null for most keys. */
  readonly protocol: string | null;
}

/** Which due times of a partition are asked for. */
export interface DueWindow {
  /** No key of the partition is due before this time: what was woken before then need not be passed over again. */
  readonly from_ms: number;
  /** Itself included. */
  readonly until_ms: number;
}

/** A key whose wake-up time has come. */
export interface DueKey {
  readonly partition: number;
  readonly key: string;
  readonly due_ms: number;
}

/** The durable side of a stage: its own PostgreSQL schema. All methods throw `TransientFault` when it can't be reached. */
export interface StageStore {
  start(): Promise<void>;
  /**
   * Takes partitions over: raises their epochs, so that the owner before can't commit any more. By the clock where that is more
   * than one beyond, so that no epoch is given twice, though the store forgot that it was given.
   */
  acquire(partitions: readonly number[]): Promise<readonly Acquired[]>;
  /** The checkpoints of all partitions of the stage, whoever owns them. */
  checkpoints(): Promise<readonly { readonly partition: number; readonly checkpoint: Checkpoint }[]>;
  /** Time the owners of these partitions may still produce, in milliseconds; those that have none, or let go, are left out. */
  leasesLeft(partitions: readonly number[]): Promise<ReadonlyMap<number, number>>;
  /** Lets go of the leases of partitions this instance no longer owns. */
  release(partitions: readonly number[]): Promise<void>;
  /** Makes the leases valid again of those that are as their owner left them; hands back the others. */
  renew(owned: readonly Standing[]): Promise<readonly number[]>;
  /** Those that are not as their owner left them: they have a new owner, or other commits. */
  changed(owned: readonly Standing[]): Promise<readonly number[]>;
  /** One transaction. Repeating it after an unknown outcome is safe. */
  commit(partitions: readonly PartitionCommit[], writes: readonly Statement[]): Promise<CommitResult>;
  rows<Row>(statement: Statement): Promise<Row[]>;
  /** Throws `BatchTooLarge` where the states of several keys hold more than `STATE_BYTES` together. */
  states(keys: readonly { readonly partition: number; readonly key: string }[]): Promise<readonly StateRow[]>;
  /** The statement that writes these rows, for `commit`. */
  writeStates(rows: readonly StateRow[]): Statement;
  /** Keys due within the window of their partition, earliest first; `limit`: of each partition. */
  due(windows: ReadonlyMap<number, DueWindow>, limit: number): Promise<readonly DueKey[]>;
  /** Earliest due time of each partition that has one, after the time given for it. */
  nextDue(after_ms: ReadonlyMap<number, number>): Promise<ReadonlyMap<number, number>>;
  /** Rows of keys that wait for a hand-over, or are held because of a bug; ten thousand at most. */
  unsettled(partitions: readonly number[]): Promise<readonly Pick<StateRow, 'partition' | 'key' | 'protocol'>[]>;
  /** Keys of a partition in order, from `after` on, without the empty one. */
  keysAfter(partition: number, after: string, limit: number): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Something outside is away for now; try again and hold. */
export class TransientFault extends Error {
  readonly retriable = true;
}

/** The part of a structured logger that the library uses (pino's shape). */
export interface Logger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Clocks and waiting; tests turn their own. */
export interface Clock {
  /** The wall clock: for what is told or stored. It may step back. */
  now_ms(): number;
  /** Milliseconds since some moment, never less than before: for how long something takes or lasts. */
  monotonic_ms(): number;
  sleep(ms: number): Promise<void>;
}
