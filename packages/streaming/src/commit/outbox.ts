import type { Headers, OutRecord } from '../ports/log.ts';
import type { OutboxRow } from '../ports/store.ts';
import { ByteWriter } from './byte-writer.ts';

/** Largest outbox row in bytes; a larger single output gets its own row. */
export const OUTBOX_ROW_BYTES = 512 * 1024;
const NONE = 0xffffffff;

const writer = new ByteWriter();

/** Packs outputs, in order, into rows of at most `OUTBOX_ROW_BYTES`, numbered from `firstId`. */
export function packOutputs(records: readonly OutRecord[], firstId: number): OutboxRow[] {
  const rows: OutboxRow[] = [];
  const close = (to: number) => {
    if (to > 0) rows.push({ id: firstId + rows.length, body: writer.take(to) });
  };
  writer.cut(0);
  for (const record of records) {
    const before = writer.length;
    pack(record);
    if (writer.length > OUTBOX_ROW_BYTES) close(before);
  }
  close(writer.length);
  return rows;
}

/** The outputs of a row, in order. */
export function unpackOutputs(body: Buffer): OutRecord[] {
  const records: OutRecord[] = [];
  const cursor = { at: 0 };
  while (cursor.at < body.length) records.push(unpack(body, cursor));
  return records;
}

// A record is: topic, partition, key, value, number of headers, headers. Texts and bytes are prefixed with their length
// (u32).
function pack(record: OutRecord): void {
  const headers = headerList(record.headers);
  put(record.topic);
  writer.uint32(record.partition);
  put(record.key);
  put(record.value);
  writer.uint32(headers.length);
  for (const [name, value] of headers) {
    put(name);
    put(value);
  }
}

function put(value: Buffer | string | null): void {
  if (value === null) {
    writer.uint32(NONE);
  } else if (typeof value === 'string') {
    writer.uint32(Buffer.byteLength(value));
    writer.text(value);
  } else {
    writer.uint32(value.length);
    writer.bytes(value);
  }
}

function unpack(body: Buffer, cursor: { at: number }): OutRecord {
  const topic = take(body, cursor)?.toString() ?? '';
  const partition = number(body, cursor);
  const key = take(body, cursor);
  const value = take(body, cursor);
  const headers = new Map<string, Buffer | null | (Buffer | null)[]>();
  for (let left = number(body, cursor); left > 0; left -= 1) {
    const name = take(body, cursor)?.toString() ?? '';
    const header = take(body, cursor);
    const before = headers.get(name);
    if (before === undefined) headers.set(name, header);
    else headers.set(name, Array.isArray(before) ? [...before, header] : [before, header]);
  }
  return { topic, partition, key, value, headers: Object.fromEntries(headers) };
}

function headerList(headers: Headers<string | Buffer>): [string, string | Buffer | null][] {
  return Object.entries(headers).flatMap(([name, value]): [string, string | Buffer | null][] => {
    if (value === undefined) return [];
    if (!Array.isArray(value)) return [[name, value as string | Buffer | null]];
    return (value as readonly (string | Buffer | null)[]).map((one) => [name, one]);
  });
}

function number(body: Buffer, cursor: { at: number }): number {
  const value = body.readUInt32LE(cursor.at);
  cursor.at += 4;
  return value;
}

function take(body: Buffer, cursor: { at: number }): Buffer | null {
  const length = number(body, cursor);
  if (length === NONE) return null;
  const bytes = body.subarray(cursor.at, cursor.at + length);
  cursor.at += length;
  return bytes;
}
