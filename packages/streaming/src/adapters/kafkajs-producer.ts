import kafkajs, { type IHeaders, type Kafka, type Message, type Producer, type TopicMessages } from 'kafkajs';
import type { LogProducer, OutRecord } from '../ports/log.ts';
import { COMPRESSION, faultOf } from './kafkajs-client.ts';
import './patched-kafkajs.ts';

/** Largest request in bytes, well below the brokers' limit. */
const REQUEST_BYTES = 4 * 1024 * 1024;
/** Most bytes for one partition in a request: they become one batch, and brokers accept none above 1 MiB. */
const BATCH_BYTES = 900 * 1024;
const RECORD_OVERHEAD_BYTES = 40;
const HEADER_OVERHEAD_BYTES = 10;

/**
 * Appends to Kafka, acknowledged by all in-sync replicas. A stage has one send in flight at a time, so the order of
 * each partition holds. If a send with an unknown outcome leaves repeats on the wire, readers drop them by their
 * sequences.
 */
export class KafkajsProducer implements LogProducer {
  readonly #kafka: Kafka;
  #producer: Promise<Producer> | null = null;

  constructor(kafka: Kafka) {
    this.#kafka = kafka;
  }

  async start(): Promise<void> {
    try {
      await this.#connected();
    } catch (error) {
      throw faultOf(error);
    }
  }

  async send(records: readonly OutRecord[]): Promise<void> {
    try {
      const producer = await this.#connected();
      for (const chunk of chunks(records)) {
        await producer.sendBatch({ topicMessages: byTopic(chunk), acks: -1, compression: COMPRESSION });
      }
    } catch (error) {
      throw faultOf(error);
    }
  }

  async reset(): Promise<void> {
    const producer = this.#producer;
    this.#producer = null;
    await producer?.then((connected) => connected.disconnect()).catch(() => undefined);
  }

  async close(): Promise<void> {
    await this.reset();
  }

  /** Callers during the connection attempt wait for the same connection. */
  #connected(): Promise<Producer> {
    if (this.#producer !== null) return this.#producer;
    const connecting = this.#connect();
    this.#producer = connecting;
    connecting.catch(() => {
      if (this.#producer === connecting) this.#producer = null;
    });
    return connecting;
  }

  async #connect(): Promise<Producer> {
    const producer = this.#kafka.producer({
      allowAutoTopicCreation: false,
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
      retry: { initialRetryTime: 50, maxRetryTime: 500, retries: 2 },
    });
    await producer.connect();
    return producer;
  }
}

/** Splits what is to be sent into pieces, in order, none of which a broker refuses for its size. */
export function* chunks(records: readonly OutRecord[]): Generator<readonly OutRecord[]> {
  const batches = new Map<string, number>();
  let from = 0;
  let bytes = 0;
  for (const [index, record] of records.entries()) {
    const size = sizeOf(record);
    const batch = `${record.topic}/${record.partition}`;
    const batchBytes = batches.get(batch) ?? 0;
    const isFull = bytes + size > REQUEST_BYTES || (batchBytes > 0 && batchBytes + size > BATCH_BYTES);
    if (isFull && index > from) {
      yield records.slice(from, index);
      batches.clear();
      from = index;
      bytes = 0;
    }
    bytes += size;
    batches.set(batch, (batches.get(batch) ?? 0) + size);
  }
  if (from < records.length) yield records.slice(from);
}

function sizeOf({ key, value, headers }: OutRecord): number {
  let bytes = RECORD_OVERHEAD_BYTES + (key?.length ?? 0) + (value?.length ?? 0);
  for (const [name, header] of Object.entries(headers)) {
    bytes += name.length;
    for (const one of Array.isArray(header) ? (header as unknown[]) : [header]) {
      bytes += HEADER_OVERHEAD_BYTES + (typeof one === 'string' || Buffer.isBuffer(one) ? one.length : 0);
    }
  }
  return bytes;
}

function byTopic(records: readonly OutRecord[]): TopicMessages[] {
  const topics = new Map<string, Message[]>();
  for (const { topic, partition, key, value, headers } of records) {
    let messages = topics.get(topic);
    if (messages === undefined) topics.set(topic, (messages = []));
    messages.push({ key, value, partition, headers: writable(headers) });
  }
  return [...topics].map(([topic, messages]) => ({ topic, messages }));
}

/** kafkajs reads headers without a value but cannot write them: they become empty. */
function writable(headers: OutRecord['headers']): IHeaders {
  const filled = (value: string | Buffer | null) => value ?? Buffer.alloc(0);
  const entries = Object.entries(headers).map(([name, value]): [string, IHeaders[string]] => {
    if (Array.isArray(value)) return [name, (value as readonly (string | Buffer | null)[]).map(filled)];
    return [name, filled((value ?? null) as string | Buffer | null)];
  });
  return Object.fromEntries(entries);
}
