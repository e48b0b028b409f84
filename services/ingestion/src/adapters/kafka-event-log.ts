import type { Logger } from '@hilo/service';
import { COMPRESSION, kafkaClient, type KafkaSecurity, refusalOf } from '@hilo/streaming';
import kafkajs, { type Kafka, type Message, type Producer } from 'kafkajs';
import { type Claim, type EventLog, LogUnavailableError, type LogRecord, RecordTooLargeError } from '../ports.ts';
import { type Send, type WaitingRequest, leftOf, messageOf, sizeOf, takeSend } from './waiting-records.ts';

/** Settings of the log. */
export interface KafkaEventLogOptions {
  readonly brokers: readonly string[];
  /** TLS and SASL; absent: neither. */
  readonly security?: KafkaSecurity | undefined;
  readonly topic: string;
  readonly client_id: string;
  readonly logger: Logger;
  /** Longest time a request waits for Kafka. */
  readonly deadlineMs: number;
  /** Partitions of the topic. */
  readonly partitions: number;
  /** Records and bytes that may wait. */
  readonly waitingRecords: number;
  readonly waitingBytes: number;
}

/** kafkajs groups records by partition in quadratic time. */
const SEND_RECORDS = 1000;
const SEND_BYTES = 4 * 1024 * 1024;
/** Well below the brokers' default limit of 1 MiB. */
const BATCH_BYTES = 900 * 1024;
/** If brokers accept less, batches get smaller, down to this. */
const SMALLEST_BATCH_BYTES = 64 * 1024;
/** Reservations beyond this leave a quarter of the room free, so that small requests get in beside large ones. */
const LARGE_CLAIM_BYTES = 256 * 1024;
const LARGE_CLAIM_RECORDS = 500;
const RECONNECT_MS = 250;
/** Pause after a send, in milliseconds: in a stream of single requests, a few share the next one. */
const PACE_MS = 4;

/**
 * Writes through a kafkajs producer, with one send in flight at a time: what arrives meanwhile, and in a short pause
 * after it, goes out with the next one. So a lone request is sent at once, and many share a send. A send stays below
 * the brokers' limit for each partition, so that no request fails because of another's size.
 * The producer is idempotent, so a retry inside it writes nothing twice. After a send with an unknown outcome it is
 * replaced, because its numbering can no longer be trusted.
 */
export class KafkaEventLog implements EventLog {
  readonly #options: KafkaEventLogOptions;
  readonly #kafka: Kafka;
  #producer: Producer | null = null;
  readonly #queue: WaitingRequest[] = [];
  #waitingRecords = 0;
  #waitingBytes = 0;
  #draining: Promise<void> = Promise.resolve();
  #isDraining = false;
  #underWay: Send | null = null;
  #batchBytes = BATCH_BYTES;
  #keyless = 0;
  #expiry: NodeJS.Timeout | undefined;

  constructor(options: KafkaEventLogOptions) {
    this.#options = options;
    const { brokers, security, client_id: clientId, logger } = options;
    this.#kafka = kafkaClient({ brokers, security, clientId, logger });
  }

  /** Waits for Kafka as long as it takes. Throws if Kafka answers and refuses the credentials. */
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

  /** Waits for sends in flight; call it after the last `append`. */
  async stop(): Promise<void> {
    await this.#draining;
    clearInterval(this.#expiry);
    await this.#producer?.disconnect();
    this.#producer = null;
  }

  full(): boolean {
    const { waitingRecords, waitingBytes } = this.#options;
    return this.#waitingRecords >= waitingRecords || this.#waitingBytes >= waitingBytes;
  }

  claim(records: number, bytes: number): Claim | null {
    const { waitingRecords, waitingBytes } = this.#options;
    const share = bytes > LARGE_CLAIM_BYTES || records > LARGE_CLAIM_RECORDS ? 0.75 : 1;
    const fits =
      this.#waitingRecords + records <= waitingRecords * share && this.#waitingBytes + bytes <= waitingBytes * share;
    // A record larger than all the room gets in alone.
    if (!fits && this.#waitingRecords > 0) return null;
    this.#count(records, bytes);
    return { records, bytes };
  }

  release({ records, bytes }: Claim): void {
    this.#count(-records, -bytes);
  }

  append(records: readonly LogRecord[], claim?: Claim): Promise<void> {
    if (claim !== undefined) this.release(claim);
    if (records.length === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const sizes = records.map(sizeOf);
      const messages = records.map((record) => messageOf(record, this.#options.partitions, this.#keyless++));
      this.#queue.push({ messages, sizes, since_ms: performance.now(), resolve, reject, next: 0 });
      this.#count(
        sizes.length,
        sizes.reduce((sum, size) => sum + size, 0),
      );
      if (!this.#isDraining) this.#draining = this.#drain();
    });
  }

  #count(records: number, bytes: number): void {
    this.#waitingRecords += records;
    this.#waitingBytes += bytes;
  }

  async #drain(): Promise<void> {
    this.#isDraining = true;
    while (this.#queue.length > 0) {
      const limits = { records: SEND_RECORDS, bytes: SEND_BYTES, batchBytes: this.#batchBytes };
      const send = takeSend(this.#queue, limits);
      this.#underWay = send;
      try {
        await this.#send(send);
        for (const { request } of send.parts) if (request.next === request.messages.length) request.resolve();
        if (this.#waitingRecords < SEND_RECORDS) await pause(PACE_MS);
      } catch (error) {
        this.#options.logger.warn({ reason: nameOf(error) }, 'Kafka did not take events');
        for (const { request } of send.parts)
          this.#fail(request, new LogUnavailableError('Kafka is unavailable', { cause: error }));
        await this.#disconnect();
        await pause(RECONNECT_MS);
      }
      this.#count(-send.messages.length, -send.bytes);
      this.#underWay = null;
    }
    // In the same tick as the check of the queue: an append in between would wait for nobody.
    this.#isDraining = false;
  }

  async #send(send: Send): Promise<void> {
    try {
      await this.#produce(send.messages);
    } catch (error) {
      if (!isTooLarge(error)) throw error;
      this.#batchBytes = Math.max(SMALLEST_BATCH_BYTES, this.#batchBytes / 2);
      await this.#sendAlone(send);
    }
  }

  /**
   * For brokers with a lower limit: sends each record alone, so that only those that are too large fail. Records that
   * the first attempt wrote to other partitions are there twice; the stage drops the copies.
   */
  async #sendAlone({ parts }: Send): Promise<void> {
    await this.#disconnect();
    for (const { request, from, to } of parts)
      for (const message of request.messages.slice(from, to))
        try {
          await this.#produce([message]);
        } catch (error) {
          if (!isTooLarge(error)) throw error;
          await this.#disconnect();
          this.#fail(
            request,
            new RecordTooLargeError('the brokers do not take a record of this size', { cause: error }),
          );
        }
  }

  async #produce(messages: readonly Message[]): Promise<void> {
    const producer = this.#producer ?? (await this.#connect());
    await producer.send({
      ...{ topic: this.#options.topic, messages: [...messages], acks: -1, compression: COMPRESSION },
    });
  }

  /** The rest of the request is not sent. */
  #fail(request: WaitingRequest, error: Error): void {
    request.reject(error);
    const place = this.#queue.indexOf(request);
    if (place === -1) return;
    this.#queue.splice(place, 1);
    const { records, bytes } = leftOf(request);
    this.#count(-records, -bytes);
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

  /**
   * Answers requests that have waited too long. What was not sent yet is dropped; what is in flight may still arrive.
   */
  #expire(): void {
    const beforeMs = performance.now() - this.#options.deadlineMs;
    const underWay = this.#underWay?.parts.map(({ request }) => request) ?? [];
    for (const request of new Set([...underWay, ...this.#queue]))
      if (request.since_ms < beforeMs) this.#fail(request, new LogUnavailableError('Kafka did not answer in time'));
  }
}

/** True if brokers refused a batch for its size. */
function isTooLarge(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if ('type' in cause && (cause.type === 'MESSAGE_TOO_LARGE' || cause.type === 'RECORD_LIST_TOO_LARGE')) return true;
  return false;
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown';
}

function pause(timeMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, timeMs));
}
