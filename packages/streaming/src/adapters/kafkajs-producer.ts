import kafkajs, { type IHeaders, type Kafka, type Message, type Producer, type TopicMessages } from 'kafkajs';
import { type LogProducer, type OutRecord, TransientFault } from '../ports.ts';
import { COMPRESSION, isPassing } from './kafkajs-client.ts';

/** Largest request in bytes, well under the brokers' limit. */
const REQUEST_BYTES = 4 * 1024 * 1024;

/**
 * Appends to Kafka, acknowledged by all in-sync replicas, one send under way at a time. Order per partition holds; what a
 * send of unknown outcome leaves twice on the wire, sequences drop on the other side.
 */
export class KafkajsProducer implements LogProducer {
  readonly #kafka: Kafka;
  #producer: Producer | null = null;

  constructor(kafka: Kafka) {
    this.#kafka = kafka;
  }

  async start(): Promise<void> {
    await this.#connected();
  }

  async send(records: readonly OutRecord[]): Promise<void> {
    try {
      const producer = await this.#connected();
      for (const chunk of chunks(records)) {
        await producer.sendBatch({ topicMessages: byTopic(chunk), acks: -1, compression: COMPRESSION });
      }
    } catch (error) {
      if (isPassing(error)) throw new TransientFault('Kafka is away for now', { cause: error });
      throw error;
    }
  }

  async reset(): Promise<void> {
    const producer = this.#producer;
    this.#producer = null;
    await producer?.disconnect().catch(() => undefined);
  }

  async close(): Promise<void> {
    await this.reset();
  }

  async #connected(): Promise<Producer> {
    if (this.#producer !== null) return this.#producer;
    const producer = this.#kafka.producer({
      allowAutoTopicCreation: false,
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
      retry: { initialRetryTime: 50, maxRetryTime: 500, retries: 2 },
    });
    await producer.connect();
    this.#producer = producer;
    return producer;
  }
}

function* chunks(records: readonly OutRecord[]): Generator<readonly OutRecord[]> {
  let from = 0;
  let bytes = 0;
  for (const [index, record] of records.entries()) {
    const size = (record.value?.length ?? 0) + 200;
    if (bytes > 0 && bytes + size > REQUEST_BYTES) {
      yield records.slice(from, index);
      from = index;
      bytes = 0;
    }
    bytes += size;
  }
  yield from === 0 ? records : records.slice(from);
}

function byTopic(records: readonly OutRecord[]): TopicMessages[] {
  const topics = new Map<string, Message[]>();
  for (const { topic, partition, key, value, headers } of records) {
    let messages = topics.get(topic);
    if (messages === undefined) topics.set(topic, (messages = []));
    // Headers without a value are known to kafkajs, only not to its types.
    messages.push({ key, value, partition, headers: { ...headers } as IHeaders });
  }
  return [...topics].map(([topic, messages]) => ({ topic, messages }));
}
