import type { Headers, OutRecord, OutboxRow } from './ports.ts';

/** Largest outbox row in bytes; a larger single output gets a row of its own. */
export const OUTBOX_ROW_BYTES = 512 * 1024;
const NONE = 0xffffffff;

/** Packs outputs, in order, into rows of at most `OUTBOX_ROW_BYTES`, numbered from `first_id`. */
export function packOutputs(records: readonly OutRecord[], first_id: number): OutboxRow[] {
  const rows: OutboxRow[] = [];
  let parts: Buffer[] = [];
  let bytes = 0;
  const close = () => {
    if (parts.length > 0) rows.push({ id: first_id + rows.length, body: Buffer.concat(parts, bytes) });
    parts = [];
    bytes = 0;
  };
  for (const record of records) {
    const packed = pack(record);
    if (bytes > 0 && bytes + packed.length > OUTBOX_ROW_BYTES) close();
    parts.push(packed);
    bytes += packed.length;
  }
  close();
  return rows;
}

/** The outputs of a row, in order. */
export function unpackOutputs(body: Buffer): OutRecord[] {
  const records: OutRecord[] = [];
  const cursor = { at: 0 };
  while (cursor.at < body.length) records.push(unpack(body, cursor));
  return records;
}

// A record is: topic, partition, key, value, number of headers, headers. Texts and bytes have their length (u32) in front.
function pack(record: OutRecord): Buffer {
  const topic = Buffer.from(record.topic);
  const headers = headerList(record.headers);
  let size = 4 + topic.length + 4 + 4 + (record.key?.length ?? 0) + 4 + (record.value?.length ?? 0) + 4;
  for (const [name, value] of headers) size += 8 + name.length + (value?.length ?? 0);
  const out = Buffer.allocUnsafe(size);
  let at = put(out, 0, topic);
  at = out.writeUInt32LE(record.partition, at);
  at = put(out, at, record.key);
  at = put(out, at, record.value);
  at = out.writeUInt32LE(headers.length, at);
  for (const [name, value] of headers) at = put(out, put(out, at, name), value);
  return out;
}

function put(out: Buffer, at: number, bytes: Buffer | null): number {
  if (bytes === null) return out.writeUInt32LE(NONE, at);
  const start = out.writeUInt32LE(bytes.length, at);
  bytes.copy(out, start);
  return start + bytes.length;
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

function headerList(headers: Headers<string | Buffer>): [Buffer, Buffer | null][] {
  return Object.entries(headers).flatMap(([name, value]) => {
    if (value === undefined) return [];
    const values = Array.isArray(value)
      ? (value as readonly (string | Buffer | null)[])
      : [value as string | Buffer | null];
    return values.map((one): [Buffer, Buffer | null] => [
      Buffer.from(name),
      typeof one === 'string' ? Buffer.from(one) : one,
    ]);
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
