import { COMPRESSION, type kafkaClient, partitionOf } from '@hilo/streaming';
import { refusalOf } from './refusals.ts';

type Kafka = ReturnType<typeof kafkaClient>;
type Producer = ReturnType<Kafka['producer']>;

/** A record as kafkajs takes it. */
export interface Message {
  readonly key: string;
  readonly value: string;
  readonly headers: Record<string, string>;
}

interface Waiting {
  readonly message: Message;
  readonly signal: AbortSignal;
  readonly done: PromiseWithResolvers<void>;
}

/** Well under what brokers take as one batch: 1 MiB, unless a topic says otherwise. */
const BATCH_CHARACTERS = 250_000;
const BATCH_RECORDS = 100;

/**
 * Appends to one topic, idempotently and with acks=all; what waits meanwhile goes together. There is one request under way at
 * a time, because kafkajs takes the sequence numbers of a failed request back: a record sent beside it would get the same
 * ones, and the broker would drop it as a repeat. For the same reason a failure ends the producer, and with it its id.
 */
export class TopicAppender {
  readonly #kafka: Kafka;
  readonly #topic: string;
  readonly #waiting: Waiting[] = [];
  #producer: Promise<Producer> | null = null;
  #running: Promise<void> | null = null;

  constructor(kafka: Kafka, topic: string) {
    this.#kafka = kafka;
    this.#topic = topic;
  }

  /** Resolves when all in-sync replicas have the record. One whose signal aborts before its turn is not sent. */
  append(message: Message, signal: AbortSignal): Promise<void> {
    const done = Promise.withResolvers<void>();
    this.#waiting.push({ message, signal, done });
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
    });
    return done.promise;
  }

  /** Sends what waits, then disconnects. */
  async close(): Promise<void> {
    await this.#running;
    await this.#disconnect();
  }

  async #run(): Promise<void> {
    // What is appended in the same turn of the event loop goes with the first.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, batchLength(this.#waiting)).filter(({ signal }) => !signal.aborted);
      if (batch.length > 0) await this.#send(batch);
    }
  }

  async #send(batch: readonly Waiting[]): Promise<void> {
    try {
      const producer = await this.#connected();
      const messages = batch.map(({ message }) => message);
      await producer.send({ topic: this.#topic, messages, acks: -1, compression: COMPRESSION });
      for (const { done } of batch) done.resolve();
    } catch (error) {
      void this.#disconnect();
      // One record that the topic refuses must not take the others with it. Those of other partitions may be there already: they
      // lie there twice then, under the same idempotency key.
      if (batch.length > 1 && refusalOf(error)?.reason === 'refused') for (const one of batch) await this.#send([one]);
      else for (const { done } of batch) done.reject(error);
    }
  }

  #connected(): Promise<Producer> {
    this.#producer ??= this.#connect();
    return this.#producer;
  }

  async #connect(): Promise<Producer> {
    const producer = this.#kafka.producer({
      idempotent: true,
      allowAutoTopicCreation: false,
      createPartitioner:
        () =>
        ({ message, partitionMetadata }) =>
          partitionOf(String(message.key), partitionMetadata.length),
      retry: { initialRetryTime: 50, maxRetryTime: 500, retries: 2 },
    });
    await producer.connect();
    return producer;
  }

  async #disconnect(): Promise<void> {
    const producer = this.#producer;
    this.#producer = null;
    await producer?.then((connected) => connected.disconnect()).catch(() => undefined);
  }
}

/** How many of those that wait go together: one at least. */
function batchLength(waiting: readonly Waiting[]): number {
  let characters = 0;
  const beyond = waiting.findIndex(({ message }) => (characters += message.value.length) > BATCH_CHARACTERS);
  return Math.max(1, Math.min(beyond === -1 ? waiting.length : beyond, BATCH_RECORDS));
}
