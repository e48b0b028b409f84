import type { Consumer, ConsumerGroupJoinEvent, EachBatchPayload, Kafka } from 'kafkajs';
import type { Checkpoint } from '../ports/checkpoint.ts';
import { SYSTEM_CLOCK } from '../ports/clock.ts';
import type { LogConsumer, LogTruncatedError, Polled, RawRecord, TopicProgress } from '../ports/log.ts';
import type { Logger } from '../ports/logger.ts';
import type { ReportedCheckpoint } from '../ports/reported-checkpoint.ts';
import { coPartitionAssigner } from './co-partition-assigner.ts';
import { FetchPace } from './fetch-pace.ts';
import { AT_ONCE, type FetchPatience } from './fetch-patience.ts';
import { type AskedPartition, type TakeAnswer, watchFetches } from './fetch-watch.ts';
import { keepMembership } from './group-membership.ts';
import { GroupRun } from './group-run.ts';
import { faultOf } from './kafkajs-client.ts';
import { KafkajsLookup } from './kafkajs-lookup.ts';
import { KafkajsReports } from './kafkajs-reports.ts';
import { LogEnds } from './log-ends.ts';
import { ReadAhead } from './read-ahead.ts';
import { ReadPositions } from './read-positions.ts';
import { deletedUnread, endsTooEarly } from './truncated-log.ts';
import { UnbrokenLogs } from './unbroken-logs.ts';
import { WakeCall } from './wake-call.ts';

const FETCH_BYTES = 8 * 1024 * 1024;
const COMMIT_EVERY_MS = 1_000;
const SESSION_MS = 10_000;
const HEARTBEAT_MS = 1_000;

/** Reads the co-partitioned topics of a stage through a kafkajs consumer group: a pull interface over its push. */
export class KafkajsConsumer implements LogConsumer {
  readonly #consumer: Consumer;
  readonly #group: GroupRun;
  readonly #sinks: readonly string[];
  readonly #partitions: number;
  readonly #lookup: KafkajsLookup;
  /** Ids of the topics, looked up when the first partition opens: stop a topic's readers before you re-create it. */
  #topicIds: ReadonlyMap<string, string> = new Map();
  readonly #topics: readonly string[];
  readonly #logger: Logger;
  readonly #positions = new ReadPositions();
  readonly #ahead = new ReadAhead();
  readonly #ends: LogEnds;
  readonly #reports: KafkajsReports;
  readonly #logs: UnbrokenLogs;
  readonly #truncated: LogTruncatedError[] = [];
  #assignment: readonly number[] | undefined;
  #woken = false;
  readonly #wake = new WakeCall();
  #committing: NodeJS.Timeout | undefined;
  readonly #pace: FetchPace;

  constructor(options: {
    kafka: Kafka;
    group: string;
    topics: readonly string[];
    partitions: number;
    /** Topics that the stage writes to, by partition of a key: they must have as many partitions. */
    sinks?: readonly string[];
    logger: Logger;
    fetch?: Partial<FetchPatience> | undefined;
    /** Called when the consumer has ended for good. */
    crashed: (error: Error) => void;
  }) {
    const { minBytes, waitMs, restMs } = { ...AT_ONCE, ...options.fetch };
    this.#pace = new FetchPace(restMs);
    this.#topics = options.topics;
    this.#logger = options.logger;
    this.#sinks = options.sinks ?? [];
    this.#partitions = options.partitions;
    this.#lookup = new KafkajsLookup(options.kafka);
    this.#reports = new KafkajsReports({ ...options, lookup: this.#lookup });
    this.#logs = new UnbrokenLogs({
      lookup: this.#lookup,
      positions: this.#positions,
      logger: this.#logger,
      broken: (error) => this.#broken(error),
    });
    this.#ends = new LogEnds(this.#lookup, this.#topics, this.#positions, this.#logger);
    this.#consumer = options.kafka.consumer({
      groupId: options.group,
      partitionAssigners: [
        (config) => {
          keepMembership(config.cluster);
          watchFetches(config.cluster, (nodeId, asked) => this.#fetching(nodeId, asked));
          return coPartitionAssigner(options.partitions)(config);
        },
      ],
      sessionTimeout: SESSION_MS,
      heartbeatInterval: HEARTBEAT_MS,
      rebalanceTimeout: 15_000,
      minBytes: minBytes,
      maxWaitTimeInMs: waitMs,
      maxBytesPerPartition: 1024 * 1024,
      maxBytes: FETCH_BYTES,
      allowAutoTopicCreation: false,
    });
    this.#consumer.on(this.#consumer.events.GROUP_JOIN, (event) => this.#joined(event));
    this.#consumer.on(this.#consumer.events.FETCH_START, () => this.#pace.begin());
    const { logger, crashed } = options;
    this.#group = new GroupRun(this.#consumer, { take: (payload) => this.#take(payload), logger, crashed });
  }

  async start(): Promise<void> {
    try {
      await this.#lookup.refuseOtherCounts([...this.#topics, ...this.#sinks], this.#partitions);
      await this.#consumer.connect();
      await this.#consumer.subscribe({ topics: [...this.#topics], fromBeginning: true });
    } catch (error) {
      throw faultOf(error);
    }
    await this.#group.run();
    this.#committing = setInterval(() => {
      void this.#reports.publish(this.#consumer);
      this.#ends.look();
    }, COMMIT_EVERY_MS);
  }

  async poll(maxRecords: number, waitMs: number): Promise<Polled> {
    if (maxRecords > 0) this.#ends.asked();
    this.#ahead.asked();
    const idle = () =>
      this.#assignment === undefined &&
      !this.#woken &&
      this.#truncated.length === 0 &&
      (this.#ahead.isEmpty || maxRecords === 0);
    if (waitMs > 0 && idle()) await this.#wake.wait(waitMs);
    // Yields, so that every partition of a fetch can add its records, and everything else can run.
    await new Promise((resolve) => setImmediate(resolve));
    this.#woken = false;
    const assignment = this.#assignment;
    if (assignment !== undefined) {
      this.#assignment = undefined;
      return { assignment, records: [] };
    }
    const records = this.#ahead.take(maxRecords);
    for (const record of records) this.#positions.handedOver(record);
    return { records, truncated: this.#truncated.splice(0) };
  }

  async open(partition: number, offsets: Readonly<Record<string, number>>): Promise<Readonly<Record<string, number>>> {
    if (this.#positions.partitions().length === 0) this.#topicIds = await this.#lookup.topicIds(this.#topics);
    const from = new Map<string, { next: number; end: number }>();
    for (const topic of this.#topics) {
      const { low, high } = await this.#logs.bounds(topic, partition);
      const next = offsets[topic] ?? low;
      if (next < low) throw deletedUnread(topic, partition, low, next);
      if (next > high) throw endsTooEarly(topic, partition, high, next);
      from.set(topic, { next, end: high });
    }
    this.#positions.open(partition, from);
    this.#group.steer((consumer) => {
      for (const [topic, { next }] of from) consumer.seek({ topic, partition, offset: String(next) });
      consumer.resume(this.#topics.map((topic) => ({ topic, partitions: [partition] })));
    });
    return Object.fromEntries([...from].map(([topic, { next }]) => [topic, next]));
  }

  shut(partition: number): void {
    this.#positions.shut(partition);
    this.#ahead.drop(partition);
    this.#reports.forget(partition);
    this.#group.steer((consumer) => consumer.pause(this.#topics.map((topic) => ({ topic, partitions: [partition] }))));
  }

  caughtUpTo(partition: number, topics: readonly string[]): number {
    return this.#positions.caughtUpTo(partition, topics);
  }

  progress(topic: string, partition: number): TopicProgress | null {
    return this.#positions.progress(topic, partition);
  }

  lag(): readonly { readonly topic: string; readonly partition: number; readonly records: number }[] {
    return this.#positions
      .partitions()
      .flatMap((partition) =>
        this.#positions.lagOf(partition).map(([topic, records]) => ({ topic, partition, records })),
      );
  }

  commit(partition: number, checkpoint: Checkpoint, knownMs: number): void {
    this.#reports.note(partition, checkpoint, knownMs);
  }

  async reports(partitions: readonly number[]): Promise<ReadonlyMap<number, ReportedCheckpoint>> {
    return this.#reports.reports(partitions);
  }

  lastSequences(...asked: Parameters<LogConsumer['lastSequences']>): ReturnType<LogConsumer['lastSequences']> {
    return this.#reports.lastSequences(...asked);
  }

  wakeUp(): void {
    this.#woken = true;
    this.#wake.call();
  }

  async close(): Promise<void> {
    this.#group.close();
    clearInterval(this.#committing);
    await this.#reports.publish(this.#consumer);
    for (const partition of this.#positions.partitions()) this.shut(partition);
    await this.#consumer.disconnect();
    await this.#ends.close();
    await this.#lookup.close();
  }

  /** Runs inside kafkajs between joining and the first fetch, so it never fetches from a position that it chose. */
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

  /** A fetch begins: its answer concerns the positions as they are now, not those opened meanwhile. */
  #fetching(nodeId: number, asked: readonly AskedPartition[]): TakeAnswer {
    const startedMs = SYSTEM_CLOCK.nowMs();
    const fetched = asked.flatMap(({ topic, partition, offset }) => {
      const position = this.#positions.of(partition)?.get(topic);
      return position === undefined ? [] : [{ topic, partition, offset, position }];
    });
    return (highWatermark) => {
      for (const { topic, partition, offset, position } of fetched) {
        const watermark = highWatermark(topic, partition);
        if (watermark === undefined || this.#positions.of(partition)?.get(topic) !== position) continue;
        if (offset > position.next) void this.#logs.passOver(topic, partition, position, offset);
        this.#positions.answered(position, { nodeId, highWatermark: watermark, startedMs });
      }
      this.#ends.look();
    };
  }

  async #take({ batch, resolveOffset, heartbeat, isRunning, isStale }: EachBatchPayload): Promise<void> {
    const { topic, partition } = batch;
    const position = this.#positions.of(partition)?.get(topic);
    if (position === undefined || isStale()) return;
    if (!(await this.#logs.isUnbroken(batch, position.next))) return;
    if (this.#positions.of(partition)?.get(topic) !== position) return;
    const topic_id = this.#topicIds.get(topic);
    let brought = 0;
    for (const message of batch.messages) {
      const offset = Number(message.offset);
      if (offset < position.next) continue;
      this.#ahead.push({
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
      brought += 1;
    }
    this.#pace.brought(brought);
    const last = batch.lastOffset();
    position.next = Math.max(position.next, Number(last) + 1);
    resolveOffset(last);
    this.#wake.call();
    await this.#pace.rest();
    while (this.#ahead.isFull && isRunning() && this.#positions.of(partition) !== undefined) {
      await this.#ahead.room(HEARTBEAT_MS);
      await heartbeat();
    }
  }

  /** Stops reading the partition and reports it: its owner decides. */
  #broken(error: LogTruncatedError): void {
    if (this.#positions.of(error.partition) === undefined) return;
    this.shut(error.partition);
    this.#truncated.push(error);
    this.#wake.call();
  }
}
