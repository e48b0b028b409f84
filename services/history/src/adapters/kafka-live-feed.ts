import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EventIdentified, type EventRejected, RegistryUnavailableError, RegistryCodec } from '@hilo/schemas';
import type { Logger } from '@hilo/service';
import { type Connections, kafkaClient } from '@hilo/streaming';
import type { Consumer, EachBatchPayload } from 'kafkajs';
import { type Passing, passingEvent, passingRejection } from '../domain/live-event.ts';
import type { FeedTaker, LiveFeed, OpenFeed } from '../ports.ts';

const TOPICS = ['events.identified', 'events.rejected'] as const;

/** Records of a partition to decode per round; the newest ones. */
const LOOKED_AT = 25;
/** Pause between two rounds: fetching one record costs the same as fetching many. */
const ROUND_MS = 250;
const PARTITION_BYTES = 32 * 1024;
const ROUND_BYTES = 256 * 1024;

/** Where the feed reads. */
export interface LiveFeedOptions
  extends Pick<Connections, 'kafkaBrokers' | 'kafkaSecurity' | 'registryUrl' | 'registryAuth'> {
  readonly logger: Logger;
}

/**
 * Reads the end of `events.identified` and `events.rejected`, in a consumer group of its own that commits nothing, so
 * that it takes no record from anyone and begins at the end each time. Skips and counts what comes faster than it may
 * decode: its cost is bounded whatever the rate.
 */
export function kafkaLiveFeed(options: LiveFeedOptions): LiveFeed {
  const { kafkaBrokers: brokers, kafkaSecurity: security, logger } = options;
  const kafka = kafkaClient({ brokers, security, clientId: 'hilo-history-live', logger });
  const codec = new RegistryCodec(options);
  return (taker) => {
    const consumer = kafka.consumer({
      groupId: `hilo.history.live.${randomUUID()}`,
      allowAutoTopicCreation: false,
      minBytes: 1,
      maxWaitTimeInMs: ROUND_MS,
      maxBytesPerPartition: PARTITION_BYTES,
      maxBytes: ROUND_BYTES,
    });
    return new KafkaLiveFeed({ consumer, codec, logger, taker });
  };
}

class KafkaLiveFeed implements OpenFeed {
  readonly #consumer: Consumer;
  readonly #codec: RegistryCodec;
  readonly #logger: Logger;
  readonly #taker: FeedTaker;
  readonly #opened: Promise<void>;
  #round: Promise<void> | undefined;
  #live = false;
  #closed = false;

  constructor(parts: {
    readonly consumer: Consumer;
    readonly codec: RegistryCodec;
    readonly logger: Logger;
    readonly taker: FeedTaker;
  }) {
    this.#consumer = parts.consumer;
    this.#codec = parts.codec;
    this.#logger = parts.logger;
    this.#taker = parts.taker;
    this.#opened = this.#start().catch((error: unknown) => this.#fail(error));
  }

  isLive(): boolean {
    return this.#live;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#live = false;
    await this.#opened;
    await this.#consumer.disconnect().catch(() => undefined);
  }

  async #start(): Promise<void> {
    const { FETCH, CRASH } = this.#consumer.events;
    // Only the first fetch reveals where the end is; what arrives afterwards is read.
    this.#consumer.on(FETCH, () => {
      if (this.#live || this.#closed) return;
      this.#live = true;
      this.#taker.live();
    });
    this.#consumer.on(CRASH, ({ payload: { error, restart } }) => {
      if (!restart) this.#fail(error);
    });
    await this.#consumer.connect();
    await this.#consumer.subscribe({ topics: [...TOPICS], fromBeginning: false });
    await this.#consumer.run({ autoCommit: false, eachBatch: (payload) => this.#take(payload) });
  }

  #fail(error: unknown): void {
    this.#live = false;
    if (this.#closed) return;
    this.#logger.warn({ reason: error instanceof Error ? error.name : 'unknown' }, 'The live events cannot be read');
    this.#taker.failed();
  }

  async #take({ batch, heartbeat }: EachBatchPayload): Promise<void> {
    if (this.#closed) return;
    const { topic, partition, messages } = batch;
    const lookedAt = messages.slice(-LOOKED_AT);
    const events = await this.#read(topic, partition, lookedAt);
    // What waits behind this batch: a round's worth is read next, the rest is skipped.
    const end = Number(batch.highWatermark);
    const next = Number(batch.lastOffset()) + 1;
    const passedOver = end - next > LOOKED_AT ? end - next : 0;
    if (passedOver > 0) this.#consumer.seek({ topic, partition, offset: String(end) });
    this.#taker.take(events, messages.length - events.length + passedOver);
    this.#round ??= sleep(ROUND_MS).then(() => {
      this.#round = undefined;
    });
    await this.#round;
    await heartbeat();
  }

  async #read(topic: string, partition: number, messages: EachBatchPayload['batch']['messages']): Promise<Passing[]> {
    const values = messages.flatMap(({ value, offset }) => (value === null ? [] : [{ value, offset }]));
    try {
      await this.#codec.learn(values.map(({ value }) => value));
    } catch (error) {
      if (error instanceof RegistryUnavailableError) return [];
      throw error;
    }
    return values.flatMap(({ value, offset }) => {
      const decoded = this.#codec.decode(topic, value);
      if (!decoded.ok) return [];
      const id = `${topic}-${partition}-${offset}`;
      return topic === 'events.identified'
        ? [passingEvent(decoded.value as EventIdentified, id)]
        : [passingRejection(decoded.value as EventRejected, id)];
    });
  }
}
