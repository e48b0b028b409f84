import { createRequire } from 'node:module';
import { ByteWriter } from '../commit/byte-writer.ts';

/**
 * Replaces three inner functions of kafkajs 2.2.4, which do the same with far more memory. For each record that it
 * writes, kafkajs makes a buffer of 512 bytes, another for each header and two objects for each length, and copies the
 * list of all earlier records; for each record that it reads, a dozen big integers. That was a tenth of all CPU (ADR
 * 11). Import this module before kafkajs.
 */

type Text = Buffer | string | null | undefined;

/** What kafkajs passes to the function that encodes a record. */
export interface RecordToEncode {
  readonly offsetDelta?: number;
  readonly timestampDelta?: number;
  readonly key?: Text;
  readonly value?: Text;
  readonly headers?: Readonly<Record<string, Text | readonly Text[]>>;
}

/** What kafkajs accepts as an encoder: it reads `buf`, then copies `buffer` at once. */
interface Encoded {
  readonly buf: Buffer;
  readonly buffer: Buffer;
}

const LENGTH_BYTES = 5;
const EMPTY = Buffer.alloc(0);
const writer = new ByteWriter();

/**
 * A record of Kafka's record batch, version 2. It is encoded when kafkajs asks for it, into memory that the next one
 * reuses.
 */
export function encodeRecord(record: RecordToEncode): Encoded {
  return {
    buf: EMPTY,
    get buffer() {
      return encoded(record);
    },
  };
}

function encoded({ offsetDelta = 0, timestampDelta = 0, key, value, headers = {} }: RecordToEncode): Buffer {
  writer.cut(0);
  writer.skip(LENGTH_BYTES);
  writer.uint8(0);
  writer.varint(timestampDelta);
  writer.varint(offsetDelta);
  put(key);
  put(value);
  let count = 0;
  for (const name in headers) count += Array.isArray(headers[name]) ? headers[name].length : 1;
  writer.varint(count);
  for (const name in headers) {
    const header = headers[name];
    if (Array.isArray(header)) for (const one of header as readonly Text[]) putHeader(name, one);
    else putHeader(name, header as Text);
  }
  const end = writer.length;
  // The length comes first and is known last: it is written right before the rest.
  writer.varint(end - LENGTH_BYTES);
  const length = writer.view(end);
  const from = LENGTH_BYTES - length.length;
  const whole = writer.view(from, end);
  whole.set(length);
  return whole;
}

function putHeader(name: string, value: Text): void {
  put(name);
  put(value);
}

function put(value: Text): void {
  if (value === null || value === undefined) writer.varint(-1);
  else if (typeof value === 'string') {
    writer.varint(Buffer.byteLength(value));
    writer.text(value);
  } else {
    writer.varint(value.length);
    writer.bytes(value);
  }
}

/** What kafkajs knows about a record's batch. */
export interface BatchContext {
  readonly firstOffset: string;
  readonly firstTimestamp: string;
  readonly maxTimestamp: string;
  /** 1: the broker's time, the same for the whole batch. */
  readonly timestampType: number;
  readonly magicByte: number;
  readonly isControlBatch: boolean;
}

/** A record as kafkajs passes it on. */
export interface DecodedRecord {
  readonly magicByte: number;
  readonly attributes: number;
  readonly timestamp: string;
  readonly offset: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Record<string, DecodedHeader>;
  readonly isControlRecord: boolean;
  readonly batchContext: BatchContext;
}

type DecodedHeader = Buffer | null | (Buffer | null)[];

const BROKER_TIME = 1;

/** Reads a record of Kafka's record batch, version 2: `buffer` is the record without its length. */
export function decodeRecord({ buffer }: { readonly buffer: Buffer }, context: BatchContext): DecodedRecord {
  const reader = new RecordReader(buffer);
  const attributes = reader.int8();
  const timestampDelta = reader.varint();
  const offsetDelta = reader.varint();
  const key = reader.bytes();
  const value = reader.bytes();
  const headers: Record<string, DecodedHeader> = {};
  for (let left = reader.varint(); left > 0; left -= 1) {
    const name = reader.name();
    const header = reader.bytes();
    const before = Object.hasOwn(headers, name) ? headers[name] : undefined;
    keepHeader(headers, name, before === undefined ? header : [...(Array.isArray(before) ? before : [before]), header]);
  }
  const { firstOffset, firstTimestamp, maxTimestamp, timestampType, magicByte, isControlBatch } = context;
  return {
    magicByte,
    attributes,
    timestamp: timestampType === BROKER_TIME ? maxTimestamp : String(Number(firstTimestamp) + timestampDelta),
    offset: String(Number(firstOffset) + offsetDelta),
    key,
    value,
    headers,
    isControlRecord: isControlBatch,
    batchContext: context,
  };
}

/** A header may be named `__proto__`. */
function keepHeader(headers: Record<string, DecodedHeader>, name: string, value: DecodedHeader): void {
  if (name !== '__proto__') headers[name] = value;
  else Object.defineProperty(headers, name, { value, enumerable: true, configurable: true, writable: true });
}

/**
 * Names of headers repeat, so they are cached as texts: limited in number and length, because anyone can name headers.
 */
const KEPT_NAMES = 64;
const KEPT_NAME_BYTES = 64;
const names: { readonly bytes: Buffer; readonly text: string }[] = [];

class RecordReader {
  readonly #buffer: Buffer;
  #at = 0;

  constructor(buffer: Buffer) {
    this.#buffer = buffer;
  }

  int8(): number {
    return this.#buffer.readInt8(this.#at++);
  }

  /** Zigzag, groups of seven bits. Exact up to 53 bits: times and offsets have fewer. */
  varint(): number {
    let value = 0;
    let weight = 1;
    for (;;) {
      const byte = this.#buffer[this.#at++];
      if (byte === undefined) throw new RangeError('a record ends within a number');
      value += (byte & 0x7f) * weight;
      if (byte < 0x80) break;
      weight *= 0x80;
    }
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  bytes(): Buffer | null {
    const length = this.varint();
    if (length < 0) return null;
    const from = this.#at;
    this.#at += length;
    return this.#buffer.subarray(from, this.#at);
  }

  name(): string {
    const length = this.varint();
    const from = this.#at;
    this.#at += Math.max(0, length);
    for (const { bytes, text } of names) if (this.#matches(from, bytes, length)) return text;
    const text = this.#buffer.toString('utf8', from, this.#at);
    if (names.length < KEPT_NAMES && length <= KEPT_NAME_BYTES) {
      names.push({ bytes: Buffer.from(this.#buffer.subarray(from, this.#at)), text });
    }
    return text;
  }

  #matches(from: number, bytes: Buffer, length: number): boolean {
    if (bytes.length !== length) return false;
    for (let index = 0; index < length; index += 1) if (this.#buffer[from + index] !== bytes[index]) return false;
    return true;
  }
}

/** Messages of a send by partition, in order. */
export function groupByPartition<Message>(options: {
  readonly topic: string;
  readonly partitionMetadata: readonly unknown[];
  readonly messages: readonly Message[];
  readonly partitioner: (choice: {
    readonly topic: string;
    readonly partitionMetadata: readonly unknown[];
    readonly message: Message;
  }) => number;
}): Record<number, Message[]> {
  const { topic, partitionMetadata, messages, partitioner } = options;
  const grouped: Record<number, Message[]> = {};
  if (partitionMetadata.length === 0) return grouped;
  for (const message of messages) (grouped[partitioner({ topic, partitionMetadata, message })] ??= []).push(message);
  return grouped;
}

function replace(inner: string, by: unknown): void {
  const require = createRequire(import.meta.url);
  const path = require.resolve(`kafkajs/src/${inner}`);
  require(path);
  const module = require.cache[path];
  if (module !== undefined) module.exports = by;
}

replace('protocol/recordBatch/record/v0/index.js', encodeRecord);
replace('protocol/recordBatch/record/v0/decoder.js', decodeRecord);
replace('producer/groupMessagesPerPartition.js', groupByPartition);
