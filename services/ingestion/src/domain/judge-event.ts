import type { EventAccepted, EventReceived, EventRejected, Fault } from '@hilo/schemas';
import { identifyTraits } from './context-traits.ts';
import { correctClock } from './correct-clock.ts';
import { eventFaults, recordFaults } from './event-faults.ts';
import { FAULTS, fault } from './faults.ts';
import { ORIGINAL_BYTES } from './original.ts';
import { unreadableTime } from './read-event.ts';
import { RECORD_BYTES } from './record-bytes.ts';
import { withStorableTimes } from './record-times.ts';
import type { Source } from './source.ts';
import { isListRecord } from './static-list.ts';

/** The position of a received event in the log. */
export interface Position {
  /**
   * Kafka's own id of the topic, which a topic re-created under the same name does not have; absent: no longer known.
   */
  readonly topic_id?: string | undefined;
  readonly partition: number;
  readonly offset: number;
  /** The broker's time of the record. */
  readonly brokerMs: number;
}

/** The verdict of the checks on an event; whether it is a duplicate is checked afterwards. */
export type Verdict =
  | { readonly kind: 'accepted'; readonly event: EventAccepted }
  | { readonly kind: 'rejected'; readonly event: EventRejected };

/** How long a record can reasonably travel from the ingest endpoint to the broker. */
const ON_ITS_WAY_MS = 3_600_000;
/** How far the clocks of the ingest endpoint and the broker can reasonably differ. */
const AHEAD_MS = 1_000;

/** Runs every check on an event, however it came, and corrects its time. */
export function judgeEvent(record: EventReceived, source: Source | undefined, at: Position): Verdict {
  const receiptMs = receivedMs(record, at);
  const event = withStorableTimes(record);
  const faults = [...event.faults];
  if (faults.length === 0) {
    const found = sourceFault(event, source);
    if (found !== null) faults.push(found);
    eventFaults(event, faults);
    recordFaults(event, faults);
    if (event !== record && event.timestamp_unreadable && source?.unreadable_times === 'reject')
      faults.push(unreadableTime('originalTimestamp'));
  }
  const traits =
    faults.length > 0 || event.type !== 'identify' ? event.traits : identifyTraits(event.traits, event.context);
  if (traits !== event.traits && !fitsRecord({ ...event, traits })) faults.push(TRAITS_TOO_LARGE);
  const [first, ...others] = faults;
  if (first !== undefined)
    return { kind: 'rejected', event: rejected(record, { first, others }, { ...at, receivedMs: receiptMs }) };
  const { timestamp_ms, clamped } = correctClock({
    originalMs: event.original_timestamp,
    sentMs: event.sent_at,
    receivedMs: receiptMs,
  });
  return {
    kind: 'accepted',
    event: {
      source: event.source,
      message_id: messageId(event, at),
      type: event.type,
      event: event.event || null,
      name: event.name || null,
      category: event.category || null,
      user_id: event.user_id || null,
      anonymous_id: event.anonymous_id || null,
      group_id: event.group_id || null,
      previous_id: event.previous_id || null,
      properties: event.properties,
      traits,
      context: event.context,
      integrations: event.integrations,
      extra: event.extra,
      timestamp: timestamp_ms,
      original_timestamp: event.original_timestamp,
      sent_at: event.sent_at,
      received_at: receiptMs,
      timestamp_clamped: clamped,
      timestamp_unreadable: event.timestamp_unreadable,
      via: event.via === 'http' ? 'http' : 'kafka',
      request_position: positionIn(event, at),
      historical: event.historical,
    },
  };
}

/** Offsets beyond it wrap around to zero: events of one millisecond hardly ever lie on both sides. */
const POSITIONS = 2 ** 31;

/** Records written straight to the log are in their producer's order; a replay keeps its event's position. */
function positionIn({ via, request_position, first_received_at }: EventReceived, { offset }: Position): number {
  return via === 'http' || first_received_at !== null ? request_position : offset % POSITIONS;
}

/** The record of an event that was accepted before. The first one holds its bytes. */
export function duplicateOf(event: EventAccepted, at: Position): EventRejected {
  return {
    state: 'duplicate',
    source: event.source,
    message_id: event.message_id,
    reason: 'duplicate',
    field: 'messageId',
    message: 'An event with this messageId was accepted before.',
    type: event.type,
    original: null,
    received_at: event.received_at,
    via: event.via,
    rejection_id: placeOf(at),
    request_position: event.request_position,
    sent_at: event.sent_at,
  };
}

/** The messageId of an event; if it has none, its position in the log, which no other event has. */
export function messageId(event: Pick<EventReceived, 'message_id'>, at: Position): string {
  return event.message_id || `kafka-${placeOf(at)}`;
}

/** Key of an event in every topic before it is identified: one client's events stay in order. */
export function keyOf(event: Pick<EventReceived, 'anonymous_id' | 'user_id' | 'message_id'>): string | null {
  return event.anonymous_id || event.user_id || event.message_id;
}

/** A position in the log as text; a re-created topic shares no position with the previous one. */
function placeOf({ topic_id, partition, offset }: Position): string {
  return topic_id === undefined ? `${partition}-${offset}` : `${topic_id}-${partition}-${offset}`;
}

function sourceFault(event: EventReceived, source: Source | undefined): Fault | null {
  if (isListRecord(event)) return null;
  if (source === undefined) return fault('unknown_source', 'source');
  if (!source.enabled) return fault('source_disabled', 'source');
  // The ingest endpoint measures the bytes that came in.
  if (event.via === 'http') return null;
  if (sizeOf(event) <= source.max_event_bytes) return null;
  return fault('event_too_large', '', `An event of this source can have at most ${source.max_event_bytes} bytes.`);
}

/** Bytes of an event's JSON texts. */
function sizeOf({ properties, traits, context, integrations, extra }: EventReceived): number {
  const texts = [properties, traits, context, integrations, extra];
  return texts.reduce((sum, text) => sum + (text === null ? 0 : Buffer.byteLength(text)), 0);
}

/** The record contains the traits of a context twice; the result must still be a record that brokers accept. */
function fitsRecord(event: EventReceived): boolean {
  return sizeOf(event) <= RECORD_BYTES;
}

const TRAITS_TOO_LARGE = fault(
  'event_too_large',
  'context.traits',
  `With the traits of its context, an event can have at most ${RECORD_BYTES} bytes.`,
);

/**
 * The ingest endpoint's time if it can be true; else the broker's time, which nobody outside sets. A request's events
 * may have several broker times, so an endpoint whose clock is slightly ahead is believed: otherwise their order would
 * be lost.
 */
function receivedMs(event: EventReceived, { brokerMs }: Position): number {
  const { received_at: saidMs, first_received_at: firstMs } = event;
  if (firstMs !== null && firstMs <= brokerMs) return firstMs;
  if (saidMs === null) return brokerMs;
  return saidMs <= brokerMs + AHEAD_MS && saidMs > brokerMs - ON_ITS_WAY_MS ? saidMs : brokerMs;
}

function rejected(
  event: EventReceived,
  { first, others }: { readonly first: Fault; readonly others: readonly Fault[] },
  at: Position & { readonly receivedMs: number },
): EventRejected {
  const shown = [first, ...others.slice(0, OTHERS_SHOWN)].map(({ message }) => cut(message));
  return {
    state: 'rejected',
    source: cut(event.source),
    message_id: event.message_id === null ? null : cut(event.message_id),
    // The ingest endpoint writes reasons from the closed list; others who write to the topic may write anything.
    reason: Object.hasOwn(FAULTS, first.code) ? first.code : 'invalid_body',
    field: cut(first.field),
    message: shown.join(' '),
    type: event.type === '' ? null : cut(event.type),
    original: (event.original ?? textOf(event)).subarray(0, ORIGINAL_BYTES),
    received_at: at.receivedMs,
    via: event.via === 'http' ? 'http' : 'kafka',
    rejection_id: placeOf(at),
    request_position: positionIn(event, at),
    sent_at: event.sent_at,
  };
}

/** Faults reported besides the first. */
const OTHERS_SHOWN = 9;
/** Cuts what only a mistake makes long: a record must stay one that brokers accept. */
const TEXT_LENGTH = 500;

function cut(text: string): string {
  return text.length <= TEXT_LENGTH ? text : text.slice(0, TEXT_LENGTH).toWellFormed();
}

function textOf(event: EventReceived): Buffer {
  return Buffer.from(JSON.stringify({ ...event, faults: undefined, original: undefined }));
}
