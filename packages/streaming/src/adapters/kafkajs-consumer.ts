import type { Admin, Consumer, ConsumerGroupJoinEvent, EachBatchPayload, Kafka } from 'kafkajs';
import { type Logger, type LogConsumer, type Polled, type RawRecord, TransientFault } from '../ports.ts';
import { coPartitionAssigner } from './co-partition-assigner.ts';
import { isPassing } from './kafkajs-client.ts';
import { ReadPositions } from './read-positions.ts';
import { RecordBuffer } from './record-buffer.ts';

/** Records read ahead before fetching pauses. */
const READ_AHEAD = 4_000;
const FETCH_BYTES = 8 * 1024 * 1024;
const COMMIT_EVERY_MS = 1_000;
const SESSION_MS = 10_000;
const HEARTBEAT_MS = 1_000;

/** Reads the co-partitioned topics of a stage through a kafkajs consumer group; a pull interface over its push. */
export class KafkajsConsumer implements LogConsumer {
  readonly #consumer: Consumer;
  readonly #admin: Admin;
  readonly #topics: readonly string[];
  readonly #logger: Logger;
  readonly #crashed: (error: Error) => void;
  readonly #positions = new ReadPositions();
  readonly #buffer = new RecordBuffer();
  readonly #toCommit = new Map<number, Readonly<Record<string, number>>>();
  #assignment: readonly number[] | undefined;
  #woken = false;
  #wake: (() => void) | undefined;
  #drained: (() => void) | undefined;
  #fetchedBytes = 0;
  #committing: NodeJS.Timeout | undefined;

  constructor(options: {
    kafka: Kafka;
    group: string;
    topics: readonly string[];
    partitions: number;
    logger: Logger;
    /** Called when the consumer ended for good. */
    crashed: (error: Error) => void;
  }) {
    this.#topics = options.topics;
    this.#logger = options.logger;
    this.#crashed = options.crashed;
    this.#admin = options.kafka.admin();
    this.#consumer = options.kafka.consumer({
      groupId: options.group,
      partitionAssigners: [coPartitionAssigner(options.partitions)],
      sessionTimeout: SESSION_MS,
      heartbeatInterval: HEARTBEAT_MS,
      rebalanceTimeout: 15_000,
      maxWaitTimeInMs: 200,
      maxBytesPerPartition: 1024 * 1024,
      maxBytes: FETCH_BYTES,
      allowAutoTopicCreation: false,
    });
  }

  async start(): Promise<void> {
    const { events } = this.#consumer;
    this.#consumer.on(events.GROUP_JOIN, (event) => this.#joined(event));
    this.#consumer.on(events.FETCH_START, ({ payload }) => {
      if (this.#fetchedBytes > FETCH_BYTES / 8) this.#positions.fetchWasFull();
      this.#fetchedBytes = 0;
      this.#positions.fetchStarted(payload.nodeId, Date.now());
    });
    this.#consumer.on(events.CRASH, ({ payload }) => {
      if (!payload.restart) this.#crashed(payload.error);
    });
    await this.#admin.connect();
    await this.#consumer.connect();
    await this.#consumer.subscribe({ topics: [...this.#topics], fromBeginning: true });
    await this.#consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 64,
      eachBatch: (payload) => this.#take(payload),
    });
    this.#committing = setInterval(() => void this.#commitOffsets(), COMMIT_EVERY_MS);
  }

  async poll(max_records: number, wait_ms: number): Promise<Polled> {
    const idle = () => this.#assignment === undefined && !this.#woken && (this.#buffer.size === 0 || max_records === 0);
    if (wait_ms > 0 && idle()) await this.#wait(wait_ms);
    this.#woken = false;
    const assignment = this.#assignment;
    if (assignment !== undefined) {
      this.#assignment = undefined;
      return { assignment, records: [] };
    }
    const records = max_records > 0 ? this.#buffer.take(max_records) : [];
    if (this.#buffer.size <= READ_AHEAD / 2) this.#drained?.();
    return { records };
  }

  async open(partition: number, offsets: Readonly<Record<string, number>>): Promise<void> {
    const from = new Map<string, number>();
    for (const topic of this.#topics) {
      const low = await this.#logStart(topic, partition);
      const next = offsets[topic] ?? low;
      if (next < low) {
        throw new Error(
          `${topic} partition ${partition} starts at offset ${low}, after the checkpoint at ${next}: records were deleted ` +
            'before they were read. Repair it with docs/operating.md#log-truncated-below-a-checkpoint.',
        );
      }
      from.set(topic, next);
    }
    this.#positions.open(partition, from, Date.now());
    for (const [topic, next] of from) this.#consumer.seek({ topic, partition, offset: String(next) });
    this.#consumer.resume(this.#topics.map((topic) => ({ topic, partitions: [partition] })));
  }

  shut(partition: number): void {
    this.#positions.shut(partition);
    this.#buffer.drop(partition);
    this.#toCommit.delete(partition);
    this.#consumer.pause(this.#topics.map((topic) => ({ topic, partitions: [partition] })));
    this.#drained?.();
  }

  caughtUpTo(partition: number): number {
    return this.#buffer.countOf(partition) > 0 ? -Infinity : this.#positions.caughtUpTo(partition);
  }

  lag(): readonly { readonly topic: string; readonly partition: number; readonly records: number }[] {
    const lag: { topic: string; partition: number; records: number }[] = [];
    for (const partition of this.#positions.partitions()) {
      let first = this.#buffer.countOf(partition);
      for (const [topic, { next, end }] of this.#positions.of(partition) ?? []) {
        // What was read ahead is counted with the first topic: the buffer doesn't tell topics apart.
        lag.push({ topic, partition, records: Math.max(0, end - next) + first });
        first = 0;
      }
    }
    return lag;
  }

  commit(partition: number, offsets: Readonly<Record<string, number>>): void {
    this.#toCommit.set(partition, offsets);
  }

  wakeUp(): void {
    this.#woken = true;
    this.#wake?.();
  }

  async close(): Promise<void> {
    clearInterval(this.#committing);
    await this.#commitOffsets();
    for (const partition of this.#positions.partitions()) this.shut(partition);
    await this.#consumer.disconnect();
    await this.#admin.disconnect();
  }

  /** Runs inside kafkajs between joining and the first fetch, so nothing is fetched from a position it chose. */
  #joined({ payload }: ConsumerGroupJoinEvent): void {
    const assigned = payload.memberAssignment[this.#topics[0] ?? ''] ?? [];
    this.#positions.forgetFetches();
    for (const partition of assigned) {
      const open = this.#positions.of(partition);
      if (open === undefined) {
        this.#consumer.pause(this.#topics.map((topic) => ({ topic, partitions: [partition] })));
      } else {
        for (const [topic, { next }] of open) this.#consumer.seek({ topic, partition, offset: String(next) });
      }
    }
    this.#assignment = [...assigned];
    this.#wake?.();
  }

  async #take({ batch, resolveOffset, heartbeat, isRunning, isStale }: EachBatchPayload): Promise<void> {
    const { topic, partition } = batch;
    const position = this.#positions.of(partition)?.get(topic);
    if (position === undefined || isStale()) return;
    for (const message of batch.messages) {
      const offset = Number(message.offset);
      if (offset < position.next) continue;
      this.#fetchedBytes += message.value?.length ?? 0;
      this.#buffer.push({
        topic,
        partition,
        offset,
        key: message.key,
        value: message.value,
        headers: (message.headers ?? {}) as RawRecord['headers'],
        timestamp_ms: Number(message.timestamp),
      });
    }
    const last = batch.lastOffset();
    position.next = Math.max(position.next, Number(last) + 1);
    position.end = Number(batch.highWatermark);
    resolveOffset(last);
    this.#wake?.();
    while (this.#buffer.size > READ_AHEAD && isRunning() && this.#positions.of(partition) !== undefined) {
      await this.#waitUntilDrained(HEARTBEAT_MS);
      await heartbeat();
    }
  }

  async #wait(wait_ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(done, wait_ms);
      const self = this;
      function done() {
        clearTimeout(timer);
        self.#wake = undefined;
        resolve();
      }
      this.#wake = done;
    });
  }

  async #waitUntilDrained(wait_ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const before = this.#drained;
      const timer = setTimeout(done, wait_ms);
      const self = this;
      function done() {
        clearTimeout(timer);
        if (self.#drained === done) self.#drained = undefined;
        before?.();
        resolve();
      }
      this.#drained = done;
    });
  }

  async #logStart(topic: string, partition: number): Promise<number> {
    try {
      const offsets = await this.#admin.fetchTopicOffsets(topic);
      return Number(offsets.find((found) => found.partition === partition)?.low ?? 0);
    } catch (error) {
      if (isPassing(error)) throw new TransientFault('Kafka is away for now', { cause: error });
      throw error;
    }
  }

  async #commitOffsets(): Promise<void> {
    if (this.#toCommit.size === 0) return;
    const offsets = [...this.#toCommit].flatMap(([partition, topics]) =>
      Object.entries(topics).map(([topic, offset]) => ({ topic, partition, offset: String(offset) })),
    );
    this.#toCommit.clear();
    try {
      await this.#consumer.commitOffsets(offsets);
    } catch (error) {
      // For lag tools only: the next commit brings it up to date.
      this.#logger.info({ reason: error instanceof Error ? error.name : 'unknown' }, 'offsets not committed to Kafka');
    }
  }
}
