import { TRACE_HEADER, partitionOf } from '@hilo/streaming';
import type { Message } from 'kafkajs';
import type { LogRecord } from '../ports.ts';

/** A request's records on their way to Kafka. */
export interface WaitingRequest {
  readonly messages: readonly Message[];
  readonly sizes: readonly number[];
  readonly since_ms: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
  /** Index of the first record that was not sent yet. */
  next: number;
}

/** What one send carries. */
export interface Send {
  readonly messages: readonly Message[];
  readonly bytes: number;
  /** The requests that the messages belong to, in order. */
  readonly parts: readonly { readonly request: WaitingRequest; readonly from: number; readonly to: number }[];
}

/** Limits of a send. */
export interface SendLimits {
  readonly records: number;
  readonly bytes: number;
  /** Per partition: the records become one batch, and brokers accept none beyond `max.message.bytes`. */
  readonly batchBytes: number;
}

/** A record's overhead in a batch besides key and value: lengths, offset, time. */
const RECORD_BYTES = 40;
const TRACE_BYTES = 80;

/** Bytes of a record in its batch, uncompressed. */
export function sizeOf({ key, value, traceparent }: LogRecord): number {
  // A UTF-16 unit takes at most three bytes.
  const keyBytes = key === null ? 0 : key.length * 3;
  return RECORD_BYTES + keyBytes + value.length + (traceparent === undefined ? 0 : TRACE_BYTES);
}

/** A record in kafkajs' form. Records without a key go to `keyless`. */
export function messageOf({ key, value, traceparent }: LogRecord, partitions: number, keyless: number): Message {
  const partition = key === null ? keyless % partitions : partitionOf(key, partitions);
  return traceparent === undefined
    ? { key, value, partition }
    : { key, value, partition, headers: { [TRACE_HEADER]: traceparent } };
}

/**
 * Takes the next send from the front of the queue, at least one record. A request may take several sends, and a send
 * may carry many requests, in the order of the queue. Removes requests that were taken whole.
 */
export function takeSend(queue: WaitingRequest[], limits: SendLimits): Send {
  const messages: Message[] = [];
  const parts: { request: WaitingRequest; from: number; to: number }[] = [];
  const batches = new Map<number, number>();
  let bytes = 0;
  let whole = 0;
  for (const request of queue) {
    const from = request.next;
    for (; request.next < request.messages.length; request.next++) {
      const message = request.messages[request.next] as Message;
      const size = request.sizes[request.next] as number;
      const partition = message.partition ?? 0;
      const batchBytes = (batches.get(partition) ?? 0) + size;
      const isFull = messages.length >= limits.records || bytes + size > limits.bytes || batchBytes > limits.batchBytes;
      if (isFull && messages.length > 0) break;
      messages.push(message);
      batches.set(partition, batchBytes);
      bytes += size;
    }
    if (request.next > from) parts.push({ request, from, to: request.next });
    if (request.next < request.messages.length) break;
    whole += 1;
  }
  queue.splice(0, whole);
  return { messages, bytes, parts };
}

/** Records of a request, and their bytes, that no send has taken yet. */
export function leftOf({ sizes, next }: WaitingRequest): { readonly records: number; readonly bytes: number } {
  let bytes = 0;
  for (let index = next; index < sizes.length; index++) bytes += sizes[index] as number;
  return { records: sizes.length - next, bytes };
}
