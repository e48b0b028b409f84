import type { EventReceived, Fault } from '@hilo/schemas';
import { fault } from './faults.ts';
import { DEPTH_LIMIT, type Fields, exceedsDepth, isDeeperThan, isFields, parseJson } from './parse-json.ts';
import { parseTime } from './parse-time.ts';
import { type Envelope, readEvent, unreadable } from './read-event.ts';
import type { Source } from './source.ts';
import { type Call, isCallType } from './tracking-call.ts';

/** A request as it came in, unpacked; `value` is what its JSON holds. */
export interface TrackingRequest {
  readonly call: Exclude<Call, 'metrics'>;
  readonly bytes: Buffer;
  readonly text: string;
  readonly value: unknown;
  readonly source: Source;
  readonly ip: string | null;
  readonly received_ms: number;
  /** `request_position` of its first event. */
  readonly position: number;
}

/** Most events of one request; more would keep all others waiting. */
export const EVENTS_LIMIT = 5000;
/** Bytes of a faulty request or event that are kept. */
export const ORIGINAL_BYTES = 256 * 1024;

/**
 * Every event of a request in the sender's order, faulty ones too: each becomes one record. A request that is no event becomes
 * one faulty record.
 */
export function readRequest(request: TrackingRequest, new_id: () => string): readonly EventReceived[] {
  return placed(readEvents(request, new_id), request.position);
}

/** Numbers the events of a request, which nobody else has seen yet. */
function placed(events: readonly EventReceived[], first: number): readonly EventReceived[] {
  for (const [index, event] of events.entries())
    (event as { -readonly [Field in keyof EventReceived]: EventReceived[Field] }).request_position = first + index;
  return events;
}

function readEvents(request: TrackingRequest, new_id: () => string): readonly EventReceived[] {
  const { call, bytes, text, value, source } = request;
  const whole = (found: Fault): readonly EventReceived[] => [refusedRequest(request, found)];
  if (bytes.length > source.max_batch_bytes)
    return whole(fault('body_too_large', '', `A request of this source has at most ${source.max_batch_bytes} bytes.`));
  if (!isFields(value)) return whole(fault('invalid_body', '', 'The body must be a JSON object.'));
  const deep = isDeeperThan(text, DEPTH_LIMIT);
  const envelope = envelopeOf(request, value, call === 'batch');
  if (call !== 'batch') {
    const found = sizeFault(bytes.length, source) ?? (deep ? fault('too_deep', '') : null);
    if (found !== null) return whole(found);
    const event = readEvent(value, call, envelope, new_id);
    return [event.faults.length === 0 ? event : { ...event, original: kept(bytes) }];
  }
  const items = value['batch'];
  if (!Array.isArray(items))
    return whole(fault('invalid_body', 'batch', 'A batch must have its events in the list "batch".'));
  if (items.length > EVENTS_LIMIT)
    return whole(fault('body_too_large', 'batch', `A batch has at most ${EVENTS_LIMIT} events.`));
  const may_be_large = bytes.length > source.max_event_bytes;
  return items.map((item: unknown) =>
    readItem(item, envelope, { source, may_be_large, deep, request_bytes: bytes }, new_id),
  );
}

/** The record of a request that can't be read at all. */
export function refusedRequest(
  request: Pick<TrackingRequest, 'source' | 'received_ms' | 'position' | 'bytes' | 'call'>,
  found: Fault,
): EventReceived {
  const { position, received_ms, call, bytes } = request;
  const read = unreadable({ source: request.source.key, received_ms, sent_ms: null }, call, found);
  return { ...read, original: kept(bytes), request_position: position };
}

function readItem(
  item: unknown,
  envelope: Envelope,
  limits: {
    readonly source: Source;
    readonly may_be_large: boolean;
    readonly deep: boolean;
    readonly request_bytes: Buffer;
  },
  new_id: () => string,
): EventReceived {
  if (!isFields(item)) return refusedItem(item, envelope, fault('invalid_body', '', 'An event must be a JSON object.'));
  // Stringifying what is very deep would overflow the stack: the whole request is kept instead.
  if (limits.deep && exceedsDepth(item, DEPTH_LIMIT))
    return { ...unreadable(envelope, typeOf(item), fault('too_deep', '')), original: kept(limits.request_bytes) };
  const event = readEvent(item, null, envelope, new_id);
  // Only what was longer than the limit as a whole can hold an event that is: the exact size costs a stringify.
  const found = limits.may_be_large && mayExceed(event, limits.source) ? sizeFault(sizeOf(item), limits.source) : null;
  if (found !== null) return refusedItem(item, envelope, found);
  return event.faults.length === 0 ? event : { ...event, original: kept(Buffer.from(JSON.stringify(item))) };
}

function refusedItem(item: unknown, envelope: Envelope, found: Fault): EventReceived {
  return { ...unreadable(envelope, typeOf(item), found), original: kept(Buffer.from(JSON.stringify(item))) };
}

function typeOf(item: unknown): string {
  return isFields(item) && isCallType(item['type']) ? item['type'] : '';
}

function sizeFault(size_bytes: number, { max_event_bytes }: Source): Fault | null {
  return size_bytes <= max_event_bytes
    ? null
    : fault('event_too_large', '', `An event of this source has at most ${max_event_bytes} bytes.`);
}

/** A bound from above: a UTF-16 unit is at most three bytes, and a control character six as JSON writes it. */
function mayExceed(event: EventReceived, { max_event_bytes }: Source): boolean {
  const texts = [
    event.properties,
    event.traits,
    event.context,
    event.integrations,
    event.extra,
    event.event,
    event.name,
  ];
  return texts.reduce((sum, part) => sum + (part === null ? 0 : part.length), 0) * 3 + 8192 * 3 > max_event_bytes;
}

function sizeOf(item: unknown): number {
  return Buffer.byteLength(JSON.stringify(item));
}

/**
 * When a batch was sent. Where only its events say so, each by a clock that went on between them, the latest counts for all:
 * else correcting that clock would turn the order of events that happened within a millisecond.
 */
function sentAt(batch: Fields): number | null {
  const { sentAt: sent, batch: items } = batch;
  if (typeof sent === 'string') return parseTime(sent);
  let latest_ms: number | null = null;
  for (const item of Array.isArray(items) ? items.slice(0, EVENTS_LIMIT) : []) {
    const own: unknown = isFields(item) ? item['sentAt'] : null;
    const own_ms = typeof own === 'string' ? parseTime(own) : null;
    if (own_ms !== null && (latest_ms === null || own_ms > latest_ms)) latest_ms = own_ms;
  }
  return latest_ms;
}

function envelopeOf(request: TrackingRequest, value: Fields, is_batch: boolean): Envelope {
  const sent = is_batch ? sentAt(value) : null;
  const shared = (name: string): Fields | null => {
    const part = is_batch ? value[name] : null;
    return isFields(part) ? part : null;
  };
  return {
    source: request.source.key,
    received_ms: request.received_ms,
    sent_ms: sent,
    ip: request.ip,
    context: shared('context'),
    integrations: shared('integrations'),
  };
}

function kept(bytes: Buffer): Buffer {
  return bytes.length <= ORIGINAL_BYTES ? bytes : bytes.subarray(0, ORIGINAL_BYTES);
}

/** Reads a body's JSON; null for what is none. */
export function readJson(bytes: Buffer): { readonly text: string; readonly value: unknown } | null {
  try {
    const text = decoder.decode(bytes);
    return { text, value: parseJson(text) };
  } catch {
    return null;
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true });
