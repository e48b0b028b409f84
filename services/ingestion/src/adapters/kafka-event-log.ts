import type { Logger } from '@hilo/service';
import { COMPRESSION, kafkaClient, type KafkaSecurity, refusalOf, TRACE_HEADER } from '@hilo/streaming';
import kafkajs, { type Kafka, type Message, type Producer } from 'kafkajs';
import { type EventLog, LogAwayError, type LogRecord } from '../ports.ts';

/** How the log is written. */
export interface KafkaEventLogOptions {
  readonly brokers: readonly string[];
  /** TLS and SASL; absent: neither. */
  readonly security?: KafkaSecurity | undefined;
  readonly topic: string;
  readonly client_id: string;
  readonly logger: Logger;
  /** Longest time a request waits for Kafka. */
  readonly deadline_ms: number;
  /** Records and bytes that may wait. */
  readonly waiting_records: number;
  readonly waiting_bytes: number;
}

interface Waiting {
  readonly messages: readonly Message[];
  readonly bytes: number;
  readonly since_ms: number;
  readonly resolve: () => void;
  readonly reject: (error: LogAwayError) => void;
}

/** A send carries at most this: kafkajs groups records by partition in a time that grows with the square of their number. */
const SEND_BYTES = 4 * 1024 * 1024;
const SEND_RECORDS = 1000;
const RECONNECT_MS = 250;
/** Pause after a send, in milliseconds: in a stream of single requests a few share the next one. */
const PACE_MS = 4;

/**
 * Writes through a kafkajs producer, one send under way at a time: what comes in meanwhile, and in a short pause after it,
 * goes out with the next one. So a lone request is sent at once, and many share a send.
 *
 * The producer is idempotent, so that a retry inside it writes nothing twice; after a send of unknown outcome it is
 * replaced, since its numbering can't be trusted any more.
 */
export class KafkaEventLog implements EventLog {
  readonly #options: KafkaEventLogOptions;
  readonly #kafka: Kafka;
  #producer: Producer | null = null;
  #queue: Waiting[] = [];
  #waiting_records = 0;
  #waiting_bytes = 0;
  #draining: Promise<void> = Promise.resolve();
  #is_draining = false;
  #under_way: readonly Waiting[] = [];
  #expiry: NodeJS.Timeout | undefined;

  constructor(options: KafkaEventLogOptions) {
    this.#options = options;
    const { brokers, security, client_id: clientId, logger } = options;
    this.#kafka = kafkaClient({ brokers, security, clientId, logger });
  }

  /** Waits for Kafka as long as it takes. Throws where Kafka answers and does not let us in. */
  async start(): Promise<void> {
    this.#expiry = setInterval(() => this.#expire(), 100);
    while (this.#producer === null)
      await this.#connect().catch(async (error: unknown) => {
        const refusal = refusalOf(error);
        if (refusal !== null) throw new Error(refusal, { cause: error });
        this.#options.logger.warn({ reason: nameOf(error) }, 'Kafka does not answer yet');
        await pause(RECONNECT_MS);
      });
  }

  ready(): boolean {
    return this.#producer !== null;
  }

  /** Waits for what is under way; call it after the last `append`. */
  async stop(): Promise<void> {
    await this.#draining;
    clearInterval(this.#expiry);
    await this.#producer?.disconnect();
    this.#producer = null;
  }

  full(): boolean {
    const { waiting_records, waiting_bytes } = this.#options;
    return this.#waiting_records >= waiting_records || this.#waiting_bytes >= waiting_bytes;
  }

  append(records: readonly LogRecord[]): Promise<void> {
    if (records.length === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const bytes = records.reduce((sum, record) => sum + record.value.length, 0);
      const messages = records.map(messageOf);
      this.#queue.push({ messages, bytes, since_ms: performance.now(), resolve, reject });
      this.#waiting_records += messages.length;
      this.#waiting_bytes += bytes;
      if (!this.#is_draining) this.#draining = this.#drain();
    });
  }

  async #drain(): Promise<void> {
    this.#is_draining = true;
    while (this.#queue.length > 0) {
      this.#under_way = this.#takeSend();
      try {
        const producer = this.#producer ?? (await this.#connect());
        const messages = this.#under_way.flatMap((waiting) => waiting.messages);
        await producer.send({ topic: this.#options.topic, messages, acks: -1, compression: COMPRESSION });
        for (const waiting of this.#under_way) waiting.resolve();
        if (this.#waiting_records < SEND_RECORDS) await pause(PACE_MS);
      } catch (error) {
        this.#options.logger.warn({ reason: nameOf(error) }, 'Kafka did not take events');
        for (const waiting of this.#under_way) waiting.reject(new LogAwayError('Kafka is away', { cause: error }));
        await this.#disconnect();
        await pause(RECONNECT_MS);
      }
      for (const waiting of this.#under_way) this.#forget(waiting);
      this.#under_way = [];
    }
    // In the same breath as the look at the queue: an append in between would wait for nobody.
    this.#is_draining = false;
  }

  #takeSend(): readonly Waiting[] {
    let records = 0;
    let bytes = 0;
    let count = 0;
    for (const waiting of this.#queue) {
      records += waiting.messages.length;
      bytes += waiting.bytes;
      if (count > 0 && (records > SEND_RECORDS || bytes > SEND_BYTES)) break;
      count++;
    }
    return this.#queue.splice(0, count);
  }

  async #connect(): Promise<Producer> {
    const producer = this.#kafka.producer({
      allowAutoTopicCreation: false,
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
      idempotent: true,
      maxInFlightRequests: 1,
      retry: { initialRetryTime: 100, maxRetryTime: 1000, retries: 5 },
    });
    await producer.connect();
    this.#producer = producer;
    return producer;
  }

  async #disconnect(): Promise<void> {
    const producer = this.#producer;
    this.#producer = null;
    await producer?.disconnect().catch(() => undefined);
  }

  /** Answers requests that waited too long. Those not sent yet are dropped; those under way may still arrive. */
  #expire(): void {
    const before_ms = performance.now() - this.#options.deadline_ms;
    const expired = (waiting: Waiting): boolean => waiting.since_ms < before_ms;
    for (const waiting of [...this.#under_way, ...this.#queue])
      if (expired(waiting)) waiting.reject(new LogAwayError('Kafka did not answer in time'));
    const dropped = this.#queue.filter(expired);
    if (dropped.length === 0) return;
    this.#queue = this.#queue.filter((waiting) => !expired(waiting));
    for (const waiting of dropped) this.#forget(waiting);
  }

  #forget(waiting: Waiting): void {
    this.#waiting_records -= waiting.messages.length;
    this.#waiting_bytes -= waiting.bytes;
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown';
}

function pause(time_ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, time_ms));
}

function messageOf({ key, value, traceparent }: LogRecord): Message {
  return traceparent === undefined ? { key, value } : { key, value, headers: { [TRACE_HEADER]: traceparent } };
}
