import { randomUUID } from 'node:crypto';
import type { ReleasedOrigin, StageProgress } from '@hilo/schemas';
import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import type { RecordCodec } from '../ports/codec.ts';
import type { OutRecord, ProgressLog } from '../ports/log.ts';
import type { Logger } from '../ports/logger.ts';
import { progressKey, recordOfRelease, stageOfKey } from '../time/progress-board.ts';
import { faultOf } from './kafkajs-client.ts';
import { KafkajsProducer } from './kafkajs-producer.ts';

const TOPIC = 'stages.progress';

/**
 * How long a fetch waits at the broker even if there is something, in milliseconds, and for how many bytes: many
 * instances publish, and one fetch for all of them costs as much as one for each. At a start, with much to read, no
 * fetch waits.
 */
const FETCH_MS = 200;
const FETCH_BYTES = 64 * 1024;
/** Pause before reading the log again after a failure. */
const AGAIN_MS = 500;

/**
 * Reads and writes `stages.progress`. Reads from the beginning, in a group of its own that commits nothing: every
 * instance needs everything that the stages before it report. A stage without upstream does not read it at all.
 */
export class KafkajsProgressLog implements ProgressLog {
  readonly #kafka: Kafka;
  readonly #codec: RecordCodec;
  readonly #logger: Logger;
  readonly #arrived: () => void;
  readonly #crashed: (error: Error) => void;
  readonly #producer: KafkajsProducer;
  readonly #group: string;
  readonly #followed: ReadonlySet<string>;
  #consumer: Consumer | null = null;
  #read: StageProgress[] = [];
  /** Offset to read up to before anything is passed on; null: not known yet. */
  #beginsAt: number | null = null;
  #hasBegun = false;
  #sending: Promise<void> | null = null;
  #again: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: {
    kafka: Kafka;
    codec: RecordCodec;
    stage: string;
    /** Names of the stages whose progress to read. */
    followed: ReadonlySet<string>;
    logger: Logger;
    /** Called when there is something to take. */
    arrived: () => void;
    /** Called when the log can no longer be read. */
    crashed: (error: Error) => void;
  }) {
    this.#kafka = options.kafka;
    this.#codec = options.codec;
    this.#followed = options.followed;
    this.#logger = options.logger;
    this.#arrived = options.arrived;
    this.#crashed = options.crashed;
    this.#producer = new KafkajsProducer(options.kafka);
    this.#group = `hilo.${options.stage}.progress.${randomUUID()}`;
  }

  async start(): Promise<void> {
    await this.#codec.prepare([TOPIC]);
    await this.#producer.start();
    if (this.#followed.size > 0) await this.#readOn();
  }

  take(): readonly StageProgress[] {
    const read = this.#read;
    if (read.length === 0 || !this.#hasBegun) return [];
    this.#read = [];
    return read;
  }

  get isBusy(): boolean {
    return this.#sending !== null;
  }

  publish(records: readonly StageProgress[]): void {
    this.#sending = this.#producer
      .send(records.map((record) => this.#encoded(record)))
      .catch(async (error: unknown) => {
        this.#logger.info({ reason: error instanceof Error ? error.name : 'unknown' }, 'progress not published');
        await this.#producer.reset();
      })
      .finally(() => {
        this.#sending = null;
      });
  }

  async release(origin: ReleasedOrigin): Promise<void> {
    await this.#producer.send([this.#encoded(recordOfRelease(origin))]);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#again);
    await this.#sending;
    await this.#producer.close();
    await this.#consumer?.disconnect().catch(() => undefined);
  }

  #encoded(record: StageProgress): OutRecord {
    const key = Buffer.from(progressKey(record));
    return { topic: TOPIC, partition: 0, headers: {}, key, value: this.#codec.encode(TOPIC, record) };
  }

  async #readOn(): Promise<void> {
    const consumer = this.#kafka.consumer({
      groupId: this.#group,
      allowAutoTopicCreation: false,
      minBytes: FETCH_BYTES,
      maxWaitTimeInMs: FETCH_MS,
    });
    this.#consumer = consumer;
    consumer.on(consumer.events.CRASH, ({ payload: { error, restart } }) => {
      if (restart || this.#closed) return;
      this.#logger.warn({ reason: error.name, cause: error.message }, 'The progress of stages cannot be read for now');
      this.#again = setTimeout(() => void this.#restart(consumer), AGAIN_MS);
    });
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: [TOPIC], fromBeginning: true });
      await consumer.run({ autoCommit: false, eachBatch: (payload) => this.#take(payload) });
    } catch (error) {
      await consumer.disconnect().catch(() => undefined);
      throw faultOf(error);
    }
  }

  async #restart(before: Consumer): Promise<void> {
    await before.disconnect().catch(() => undefined);
    if (this.#closed) return;
    try {
      await this.#readOn();
    } catch (error) {
      if ((error as { retriable?: boolean }).retriable !== true) this.#crashed(error as Error);
      else this.#again = setTimeout(() => void this.#restart(before), AGAIN_MS);
    }
  }

  async #take({ batch, heartbeat }: EachBatchPayload): Promise<void> {
    const values = batch.messages.flatMap(({ key, value }) =>
      value !== null && this.#followed.has(stageOfKey(String(key))) ? [value] : [],
    );
    await this.#codec.learn(values);
    for (const value of values) {
      const decoded = this.#codec.decode(TOPIC, value);
      // A later release may write what this one cannot read: it then waits for the next record that it can.
      if (decoded.ok) this.#read.push(decoded.value as StageProgress);
    }
    this.#beginsAt ??= Number(batch.highWatermark);
    this.#hasBegun ||= Number(batch.lastOffset()) + 1 >= this.#beginsAt;
    if (values.length > 0 && this.#hasBegun) this.#arrived();
    await heartbeat();
  }
}

/** For stages that use the wall clock and need nobody's progress. */
export const NO_PROGRESS: ProgressLog = {
  isBusy: false,
  start: async () => undefined,
  take: () => [],
  publish: () => undefined,
  release: () => Promise.reject(new Error('a stage that goes by the clock on the wall releases nobody')),
  close: async () => undefined,
};
