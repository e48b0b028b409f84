import type { EventReceived, Fault } from '@hilo/schemas';
import { eventFaults } from './event-faults.ts';
import { type FaultCode, fault } from './faults.ts';
import { type Fields, isFields } from './parse-json.ts';
import { numberText } from './read-numbers.ts';
import { type EventTime, eventTime, isUnusedTime, readTime } from './read-times.ts';
import type { UnreadableTimes } from './source.ts';
import { type CallType, ID_LENGTH, isCallType, MESSAGE_ID_LENGTH } from './tracking-call.ts';

/** What all events of one request share. */
export interface Envelope {
  /** Key of the source whose write key came with the request. */
  readonly source: string;
  readonly receivedMs: number;
  /** `sentAt` of the request, if it is a time. */
  readonly sentMs: number | null;
  /** What the source does with events whose time cannot be read. */
  readonly unreadable_times: UnreadableTimes;
  /** Address that the request came from; used if the event's context has no ip. */
  readonly ip: string | null;
  /** A batch's own context and integrations: defaults for its events. */
  readonly context: Fields | null;
  readonly integrations: Fields | null;
  /** The JSON texts of both, written once for all events. */
  readonly context_text: string | null;
  readonly integrations_text: string | null;
}

/** Top-level fields that have their own place in the record. The write key is a credential and is not stored. */
const PLACED = new Set([
  ...['type', 'event', 'name', 'category', 'userId', 'anonymousId', 'groupId', 'previousId', 'messageId', 'properties'],
  ...['traits', 'context', 'integrations', 'timestamp', 'originalTimestamp', 'sentAt', 'writeKey'],
]);

/**
 * Reads one event of the tracking API. Lists its faults in `faults`; faulty fields are null, and the caller adds the
 * original bytes. `newId` makes the messageId of an event that has none.
 *
 * @param type the call in the path; null in a batch, whose events name it themselves
 * @param position its `request_position`
 */
export function readEvent(
  item: Fields,
  type: CallType | null,
  envelope: Envelope,
  position: number,
  newId: () => string,
): EventReceived {
  const faults: Fault[] = [];
  const call = type ?? typeOf(item['type'], faults);
  const sentMs = envelope.sentMs ?? readTime(item['sentAt']) ?? null;
  const time = eventTime(item);
  if (time.unreadable !== null && envelope.unreadable_times === 'reject') faults.push(unreadableTime(time.unreadable));
  const event: EventReceived = {
    source: envelope.source,
    message_id: idOf(item['messageId'], 'messageId', faults) ?? newId(),
    type: call,
    event: textOf(item['event'], 'event', faults),
    name: textOf(item['name'], 'name', faults),
    category: textOf(item['category'], 'category', faults),
    user_id: idOf(item['userId'], 'userId', faults),
    anonymous_id: idOf(item['anonymousId'], 'anonymousId', faults),
    group_id: idOf(item['groupId'], 'groupId', faults),
    previous_id: idOf(item['previousId'], 'previousId', faults),
    properties: objectText(item['properties'], 'properties', faults),
    traits: objectText(item['traits'], 'traits', faults),
    context: contextText(item['context'], envelope, faults),
    integrations: mergedText(item['integrations'], envelope, 'integrations', faults),
    extra: extraText(call === 'merge' ? withTextValues(item) : item, time, sentMs),
    original_timestamp: time.originalMs,
    sent_at: sentMs,
    timestamp_unreadable: time.unreadable !== null,
    received_at: envelope.receivedMs,
    via: 'http',
    faults,
    original: null,
    request_position: position,
    first_received_at: null,
    historical: false,
  };
  eventFaults(event, faults);
  return event;
}

/**
 * The record of a faulty event: keeps its original bytes once, and none of its parts besides. Keeps ids that are valid,
 * so that the producer finds the event by them.
 */
export function refused(event: EventReceived, original: Buffer): EventReceived {
  return {
    ...unreadable(
      { source: event.source, receivedMs: event.received_at ?? 0, sentMs: event.sent_at },
      event.type,
      event.faults.slice(0, FAULTS_TOLD),
      event.request_position,
    ),
    message_id: cut(event.message_id, MESSAGE_ID_LENGTH),
    user_id: cut(event.user_id, ID_LENGTH),
    anonymous_id: cut(event.anonymous_id, ID_LENGTH),
    original,
  };
}

/** Most faults in a record. */
const FAULTS_TOLD = 10;

function cut(text: string | null, length: number): string | null {
  return text === null || text.length <= length ? text : text.slice(0, length).toWellFormed();
}

/** The record of something that is not an event: a body that is not JSON, an entry of a batch that is not an object. */
export function unreadable(
  envelope: Pick<Envelope, 'source' | 'receivedMs' | 'sentMs'>,
  type: string,
  faults: readonly Fault[],
  position: number,
): EventReceived {
  return {
    ...{ source: envelope.source, message_id: null, type, event: null, name: null, category: null, user_id: null },
    ...{ anonymous_id: null, group_id: null, previous_id: null, properties: null, traits: null, context: null },
    ...{
      integrations: null,
      extra: null,
      original_timestamp: null,
      sent_at: envelope.sentMs,
      received_at: envelope.receivedMs,
    },
    ...{ timestamp_unreadable: false, via: 'http', faults: [...faults], original: null },
    ...{ request_position: position, first_received_at: null, historical: false },
  };
}

function typeOf(value: unknown, faults: Fault[]): string {
  if (isCallType(value)) return value;
  faults.push(fault(typeof value === 'string' || value == null ? 'unknown_type' : 'invalid_type', 'type'));
  return '';
}

/** A text; null for an empty or absent one. */
function textOf(value: unknown, field: string, faults: Fault[]): string | null {
  if (typeof value === 'string') return value === '' ? null : value;
  if (value != null) faults.push(wrongType(field, 'a string'));
  return null;
}

/** An identifier: a text, or the digits of a number; null for an empty or absent one. */
function idOf(value: unknown, field: string, faults: Fault[]): string | null {
  if (typeof value === 'string') return value === '' ? null : value;
  if (value === undefined || value === null) return null;
  const text = numberText(value);
  if (text === null) faults.push(wrongType(field, 'a string or a number'));
  return text;
}

function objectText(value: unknown, field: string, faults: Fault[]): string | null {
  if (isFields(value)) return JSON.stringify(value);
  if (value != null && !isEmptyList(value)) faults.push(wrongType(field, 'an object'));
  return null;
}

/** SDKs in PHP write an empty object as an empty list. */
function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

/** An event's object over the batch's: the event's own fields win. */
function mergedText(
  value: unknown,
  envelope: Envelope,
  field: 'context' | 'integrations',
  faults: Fault[],
): string | null {
  const shared = envelope[field];
  if (shared === null) return objectText(value, field, faults);
  if (value == null || isEmptyList(value))
    return field === 'context' ? envelope.context_text : envelope.integrations_text;
  return objectText(isFields(value) ? { ...shared, ...value } : value, field, faults);
}

/** Splices the address into the text: building the object again would cost more than the rest of the event. */
function contextText(value: unknown, envelope: Envelope, faults: Fault[]): string | null {
  const text = mergedText(value, envelope, 'context', faults);
  const hasIp = (isFields(value) && 'ip' in value) || (envelope.context !== null && 'ip' in envelope.context);
  if (envelope.ip === null || hasIp) return text;
  const ip = `{"ip":${JSON.stringify(envelope.ip)}`;
  return text === null || text === '{}' ? `${ip}}` : `${ip},${text.slice(1)}`;
}

/** Fields that Hilo does not know, and times that were not used. */
function extraText(item: Fields, time: EventTime, sentMs: number | null): string | null {
  let extra: [string, unknown][] | null = null;
  for (const key of Object.keys(item))
    if (!PLACED.has(key) || isUnusedTime(key, item, time, sentMs)) (extra ??= []).push([key, item[key]]);
  return extra === null ? null : JSON.stringify(Object.fromEntries(extra));
}

/** The identifiers that a merge call names, with numbers as their digits. */
function withTextValues(item: Fields): Fields {
  const pairs = item['mergeProperties'];
  if (!Array.isArray(pairs)) return item;
  const textual = (pair: unknown): unknown =>
    isFields(pair) ? { ...pair, value: numberText(pair['value']) ?? pair['value'] } : pair;
  return { ...item, mergeProperties: pairs.map(textual) };
}

/** The fault of an event without a time, for a source that rejects these. */
export function unreadableTime(field: string): Fault {
  return fault(
    'invalid_timestamp',
    field,
    `${field} must be a time such as 2026-11-22T08:30:00.000Z, from 1901 to 2299.`,
  );
}

function wrongType(field: string, wanted: string): Fault {
  const code: FaultCode = 'invalid_type';
  return fault(code, field, `${field} must be ${wanted}.`);
}
