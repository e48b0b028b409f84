import { setTimeout as sleep } from 'node:timers/promises';
import type { Batch, Consumer, ConsumerGroupJoinEvent, EachBatchPayload, Kafka } from 'kafkajs';
import type { Checkpoint } from '../ports/checkpoint.ts';
import type { Logger } from '../ports/logger.ts';
import type { LogConsumer, LogTruncated, Polled, RawRecord, TopicProgress } from '../ports/log.ts';
import type { Told } from '../ports/witness.ts';
import { coPartitionAssigner } from './co-partition-assigner.ts';
import { AT_ONCE, type FetchPatience } from './fetch-patience.ts';
import { type AskedPartition, type TakeAnswer, watchFetches } from './fetch-watch.ts';
import { faultOf, isPassing } from './kafkajs-client.ts';
import { keepMembership } from './group-membership.ts';
import { KafkajsLookup, type LogBounds } from './kafkajs-lookup.ts';
import { KafkajsWitness } from './kafkajs-witness.ts';
import { LogEnds } from './log-ends.ts';
import { ReadPositions, type TopicPosition } from './read-positions.ts';
import { SYSTEM_CLOCK } from '../ports/clock.ts';
import { RecordBuffer } from './record-buffer.ts';
import { deletedUnread, endsTooEarly } from './truncated-log.ts';
import { WakeCall } from './wake-call.ts';

/** Records, and bytes of them, read ahead before fetching pauses. */
const READ_AHEAD = 4_000;
const READ_AHEAD_BYTES = 16 * 1024 * 1024;
/** Bytes of records handed over at once. */
const POLL_BYTES = 2 * 1024 * 1024;
const FETCH_BYTES = 8 * 1024 * 1024;
const COMMIT_EVERY_MS = 1_000;
const SESSION_MS = 10_000;
const HEARTBEAT_MS = 1_000;
/** Pause before a group is joined again that could not be joined. */
const JOIN_AGAIN_MS = 500;

/**
 * Pause between what a fetch brought and the next fetch, in milliseconds: the longer the more the last one brought. The
 * first record after a rest is handed over at once; in a stream, more travel together through fetch, commit and send,
 * which cost the same for one.
 */
const PACE_MS = 12;
const PACE_MS_A_RECORD = 0.5;
const PACE_AT_MOST_MS = 150;

/** Reads the co-partitioned topics of a stage through a kafkajs consumer group; a pull interface over its push. */
export class KafkajsConsumer implements LogConsumer {
  readonly #consumer: Consumer;
  readonly #sinks: readonly string[];
  readonly #partitions: number;
  readonly #lookup: KafkajsLookup;
  /** Ids of the topics, learnt when the first partition is opened: who makes a topic anew must stop its readers before. */
  #topicIds: ReadonlyMap<string, string> = new Map();
  readonly #topics: readonly string[];
  readonly #logger: Logger;
  readonly #crashed: (error: Error) => void;
  readonly #positions = new ReadPositions();
  readonly #buffer = new RecordBuffer();
  readonly #ends: LogEnds;
  readonly #witness: KafkajsWitness;
  readonly #truncated: LogTruncated[] = [];
  #assignment: readonly number[] | undefined;
  /** Positions that kafkajs left behind, while it is found out why. */
  readonly #left = new Set<TopicPosition>();
  #woken = false;
  readonly #wake = new WakeCall();
  readonly #drained = new WakeCall();
  #fetchedRecords = 0;
  #pace_ms = PACE_MS;
  readonly #rest_ms: number;
  /** True while the stage works on what the last poll handed over. */
  #busy = false;
  #pace: Promise<void> | undefined;
  #committing: NodeJS.Timeout | undefined;
  #joining: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: {
    kafka: Kafka;
    group: string;
    topics: readonly string[];
    partitions: number;
    /** Topics that are written, by partition of a key: they must have as many partitions. */
    sinks?: readonly string[];
    logger: Logger;
    fetch?: Partial<FetchPatience> | undefined;
    /** Called when the consumer ended for good. */
    crashed: (error: Error) => void;
  }) {
    const { min_bytes, wait_ms, rest_ms } = { ...AT_ONCE, ...options.fetch };
    this.#rest_ms = rest_ms;
    this.#topics = options.topics;
    this.#logger = options.logger;
    this.#crashed = options.crashed;
    this.#sinks = options.sinks ?? [];
    this.#partitions = options.partitions;
    this.#lookup = new KafkajsLookup(options.kafka);
    this.#witness = new KafkajsWitness({ ...options, lookup: this.#lookup });
    this.#ends = new LogEnds(this.#lookup, this.#topics, this.#positions, this.#logger);
    this.#consumer = options.kafka.consumer({
      groupId: options.group,
      partitionAssigners: [
        (config) => {
          keepMembership(config.cluster);
          watchFetches(config.cluster, (node_id, asked) => this.#fetching(node_id, asked));
          return coPartitionAssigner(options.partitions)(config);
        },
      ],
      sessionTimeout: SESSION_MS,
      heartbeatInterval: HEARTBEAT_MS,
      rebalanceTimeout: 15_000,
      minBytes: min_bytes,
      maxWaitTimeInMs: wait_ms,
      maxBytesPerPartition: 1024 * 1024,
      maxBytes: FETCH_BYTES,
      allowAutoTopicCreation: false,
    });
    this.#listen();
  }

  async start(): Promise<void> {
    try {
      await this.#lookup.refuseOtherCounts([...this.#topics, ...this.#sinks], this.#partitions);
      await this.#consumer.connect();
      await this.#consumer.subscribe({ topics: [...this.#topics], fromBeginning: true });
    } catch (error) {
      throw faultOf(error);
    }
    await this.#run();
    this.#committing = setInterval(() => {
      void this.#witness.tell(this.#consumer);
      this.#ends.look();
    }, COMMIT_EVERY_MS);
  }

  async poll(max_records: number, wait_ms: number): Promise<Polled> {
    this.#busy = false;
    if (max_records > 0) this.#ends.asked();
    this.#drained.call();
    const idle = () =>
      this.#assignment === undefined &&
      !this.#woken &&
      this.#truncated.length === 0 &&
      (this.#buffer.size === 0 || max_records === 0);
    if (wait_ms > 0 && idle()) await this.#wake.wait(wait_ms);
    // Lets every partition of a fetch hand in what it brought, and everything else have its turn.
    await new Promise((resolve) => setImmediate(resolve));
    this.#woken = false;
    const assignment = this.#assignment;
    if (assignment !== undefined) {
      this.#assignment = undefined;
      return { assignment, records: [] };
    }
    const records = max_records > 0 ? this.#buffer.take(max_records, POLL_BYTES) : [];
    for (const record of records) this.#positions.handedOver(record);
    this.#busy = records.length > 0;
    if (this.#buffer.size <= READ_AHEAD / 2 && this.#buffer.bytes <= READ_AHEAD_BYTES / 2) this.#drained.call();
    return { records, truncated: this.#truncated.splice(0) };
  }

  async open(partition: number, offsets: Readonly<Record<string, number>>): Promise<Readonly<Record<string, number>>> {
    if (this.#positions.partitions().length === 0) this.#topicIds = await this.#lookup.topicIds(this.#topics);
    const from = new Map<string, { next: number; end: number }>();
    for (const topic of this.#topics) {
      const { low, high } = await this.#bounds(topic, partition);
      const next = offsets[topic] ?? low;
      if (next < low) throw deletedUnread(topic, partition, low, next);
      if (next > high) throw endsTooEarly(topic, partition, high, next);
      from.set(topic, { next, end: high });
    }
    this.#positions.open(partition, from);
    this.#steer(() => {
      for (const [topic, { next }] of from) this.#consumer.seek({ topic, partition, offset: String(next) });
      this.#consumer.resume(this.#topics.map((topic) => ({ topic, partitions: [partition] })));
    });
    return Object.fromEntries([...from].map(([topic, { next }]) => [topic, next]));
  }

  shut(partition: number): void {
    this.#positions.shut(partition);
    this.#buffer.drop(partition);
    this.#witness.forget(partition);
    this.#steer(() => this.#consumer.pause(this.#topics.map((topic) => ({ topic, partitions: [partition] }))));
    this.#drained.call();
  }

  caughtUpTo(partition: number, topics: readonly string[]): number {
    return this.#positions.caughtUpTo(partition, topics);
  }

  progress(topic: string, partition: number): TopicProgress | null {
    return this.#positions.progress(topic, partition);
  }

  lag(): readonly { readonly topic: string; readonly partition: number; readonly records: number }[] {
    const lag: { topic: string; partition: number; records: number }[] = [];
    for (const partition of this.#positions.partitions()) {
      for (const [topic, records] of this.#positions.lagOf(partition)) lag.push({ topic, partition, records });
    }
    return lag;
  }

  commit(partition: number, checkpoint: Checkpoint): void {
    this.#witness.note(partition, checkpoint);
  }

  async told(partitions: readonly number[]): Promise<ReadonlyMap<number, Told>> {
    return this.#witness.told(partitions);
  }

  lastSequences(...asked: Parameters<LogConsumer['lastSequences']>): ReturnType<LogConsumer['lastSequences']> {
    return this.#witness.lastSequences(...asked);
  }

  wakeUp(): void {
    this.#woken = true;
    this.#wake.call();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#joining);
    clearInterval(this.#committing);
    await this.#witness.tell(this.#consumer);
    for (const partition of this.#positions.partitions()) this.shut(partition);
    await this.#consumer.disconnect();
    await this.#ends.close();
    await this.#lookup.close();
  }

  #listen(): void {
    const { events } = this.#consumer;
    this.#consumer.on(events.GROUP_JOIN, (event) => this.#joined(event));
    this.#consumer.on(events.FETCH_START, () => {
      const pace_ms = Math.min(Math.max(PACE_MS, this.#fetchedRecords * PACE_MS_A_RECORD), PACE_AT_MOST_MS);
      this.#pace_ms = pace_ms + this.#rest_ms;
      this.#fetchedRecords = 0;
    });
    this.#consumer.on(events.CRASH, ({ payload }) => {
      if (payload.restart) return;
      // kafkajs begins again by itself only after what it calls retriable; a coordinator not found is not among that.
      if (isPassing(payload.error)) this.#runAgain(payload.error);
      else this.#crashed(payload.error);
    });
  }

  /** Joins the group and reads; what goes wrong in it is told by the event of a crash. */
  async #run(): Promise<void> {
    await this.#consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 64,
      eachBatch: (payload) => this.#take(payload),
    });
  }

  /** Joins again after a pause, as often as it takes: what is open stays open, and is read on from where it was. */
  #runAgain(error: Error): void {
    if (this.#closed) return;
    this.#logger.warn(
      { reason: error.name, cause: error.message },
      'The group can not be joined for now, trying again',
    );
    clearTimeout(this.#joining);
    this.#joining = setTimeout(() => void this.#run().catch(this.#crashed), JOIN_AGAIN_MS);
  }

  /** While kafkajs restarts its consumer there is nothing to steer: what is open is steered when it has joined again. */
  #steer(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof Error && error.message.includes('was not initialized'))) throw error;
    }
  }

  /** Runs inside kafkajs between joining and the first fetch, so nothing is fetched from a position it chose. */
  #joined({ payload }: ConsumerGroupJoinEvent): void {
    const assigned = payload.memberAssignment[this.#topics[0] ?? ''] ?? [];
    for (const partition of assigned) {
      const open = this.#positions.of(partition);
      if (open === undefined) {
        this.#consumer.pause(this.#topics.map((topic) => ({ topic, partitions: [partition] })));
      } else {
        for (const [topic, { next }] of open) this.#consumer.seek({ topic, partition, offset: String(next) });
      }
    }
    this.#assignment = [...assigned];
    this.#wake.call();
  }

  /** A fetch begins: what its answer says is of the positions as they are now, not of those opened meanwhile. */
  #fetching(node_id: number, asked: readonly AskedPartition[]): TakeAnswer {
    const started_ms = SYSTEM_CLOCK.now_ms();
    const fetched = asked.flatMap(({ topic, partition, offset }) => {
      const position = this.#positions.of(partition)?.get(topic);
      return position === undefined ? [] : [{ topic, partition, offset, position }];
    });
    return (highWatermark) => {
      for (const { topic, partition, offset, position } of fetched) {
        const high_watermark = highWatermark(topic, partition);
        if (high_watermark === undefined || this.#positions.of(partition)?.get(topic) !== position) continue;
        if (offset > position.next) void this.#passOver(topic, partition, position, offset);
        this.#positions.answered(position, { node_id, high_watermark, started_ms });
      }
      this.#ends.look();
    };
  }

  /** kafkajs went on by itself: past ends of transactions, or because the log doesn't have any more what it was to read. */
  async #passOver(topic: string, partition: number, position: TopicPosition, to: number): Promise<void> {
    if (this.#left.has(position)) return;
    this.#left.add(position);
    try {
      const { low } = await this.#bounds(topic, partition);
      if (this.#positions.of(partition)?.get(topic) !== position) return;
      if (low > position.next) this.#broken(deletedUnread(topic, partition, low, position.next));
      else position.next = Math.max(position.next, to);
    } catch (error) {
      // The next answer brings it up again.
      this.#logger.info({ topic, reason: error instanceof Error ? error.name : 'unknown' }, 'start of a log not known');
    } finally {
      this.#left.delete(position);
    }
  }

  async #take({ batch, resolveOffset, heartbeat, isRunning, isStale }: EachBatchPayload): Promise<void> {
    const { topic, partition } = batch;
    const position = this.#positions.of(partition)?.get(topic);
    if (position === undefined || isStale()) return;
    if (!(await this.#isUnbroken(batch, position.next))) return;
    if (this.#positions.of(partition)?.get(topic) !== position) return;
    const topic_id = this.#topicIds.get(topic);
    for (const message of batch.messages) {
      const offset = Number(message.offset);
      if (offset < position.next) continue;
      this.#buffer.push({
        topic,
        partition,
        offset,
        key: message.key,
        value: message.value,
        headers: (message.headers ?? {}) as RawRecord['headers'],
        timestamp_ms: Number(message.timestamp),
        topic_id,
      });
      position.waiting += 1;
      this.#fetchedRecords += 1;
    }
    const last = batch.lastOffset();
    position.next = Math.max(position.next, Number(last) + 1);
    resolveOffset(last);
    this.#wake.call();
    this.#pace ??= sleep(this.#pace_ms).then(() => {
      this.#pace = undefined;
    });
    await this.#pace;
    while (this.#isFull() && isRunning() && this.#positions.of(partition) !== undefined) {
      await this.#drained.wait(HEARTBEAT_MS);
      await heartbeat();
    }
  }

  // While the stage is busy one fetch is read ahead and no more: the broker gathers what comes meanwhile, and one large fetch
  // costs it less than many small ones.
  #isFull(): boolean {
    const { size, bytes } = this.#buffer;
    return size > READ_AHEAD || bytes > READ_AHEAD_BYTES || (this.#busy && size > 0);
  }

  /** kafkajs answers a position that the log doesn't have any more with another one, in silence; here it ends all. */
  async #isUnbroken(batch: Batch & { readonly fetchedOffset?: string }, next: number): Promise<boolean> {
    const { topic, partition, fetchedOffset } = batch;
    const high = Number(batch.highWatermark);
    if (high < next) return this.#broken(endsTooEarly(topic, partition, high, next));
    if (fetchedOffset === undefined || Number(fetchedOffset) <= next) return true;
    // Ends of transactions are passed over without a batch: only what the log still has can tell.
    const { low } = await this.#bounds(topic, partition);
    return low <= next || this.#broken(deletedUnread(topic, partition, low, next));
  }

  /** Reads no more of the partition, and hands that over: whoever owns it decides. */
  #broken(error: LogTruncated): false {
    if (this.#positions.of(error.partition) === undefined) return false;
    this.shut(error.partition);
    this.#truncated.push(error);
    this.#wake.call();
    return false;
  }

  async #bounds(topic: string, partition: number): Promise<LogBounds> {
    return (await this.#lookup.bounds(topic)).get(partition) ?? { low: 0, high: 0 };
  }
}
