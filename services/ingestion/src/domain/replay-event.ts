import type { EventReceived } from '@hilo/schemas';
import { correctClock } from './correct-clock.ts';
import { type FaultCode, fault } from './faults.ts';
import { type Verdict, judgeEvent } from './judge-event.ts';
import { type Fields, isFields } from './parse-json.ts';
import { withStorableTimes } from './record-times.ts';
import { readJson } from './read-json.ts';
import { readRequest } from './read-request.ts';
import { DEFAULT_LIMITS, type Source } from './source.ts';
import { isCallType } from './tracking-call.ts';

/** A stored rejection, for a replay. */
export interface KeptRejection {
  readonly rejection_id: string;
  readonly source: string;
  readonly message_id: string | null;
  /** The call; `batch` if a whole request was rejected. */
  readonly type: string | null;
  readonly via: string;
  readonly received_at_ms: number;
  /** Its place in its request; 0 for one rejected before that was recorded. */
  readonly request_position: number;
  /** When its request was sent, by the producer's clock; null if unknown. */
  readonly sent_at_ms: number | null;
  readonly original: Buffer | null;
  /** False if only the beginning of the original bytes is stored. */
  readonly isWhole: boolean;
  /** When a replay of it was accepted. */
  readonly replayed_at_ms: number | null;
}

/** An event to send again, with the current verdict of the checks. */
export interface ReplayedEvent {
  readonly event: EventReceived;
  readonly verdict: Verdict;
}

/**
 * Runs the events of a rejection through the same checks as when they came. Each has a messageId that stays the same
 * however often it is replayed: its own, the one it was given, or one made from the rejection's id. The time of an
 * event does not change: its clock is corrected by the time of its first receipt, and it keeps its place among the
 * events of its request.
 */
export function replayEvents(kept: KeptRejection, source: Source | undefined, nowMs: number): readonly ReplayedEvent[] {
  const events = kept.via === 'http' ? fromRequest(kept, source, nowMs) : fromRecord(kept);
  return events.map(withStorableTimes).map((read, index) => {
    const isAlone = events.length === 1;
    const made = isAlone ? (kept.message_id ?? `replay-${kept.rejection_id}`) : `replay-${kept.rejection_id}-${index}`;
    const { timestamp_ms } = correctClock({
      originalMs: read.original_timestamp,
      // For an event of a batch, only the batch may say so.
      sentMs: read.sent_at ?? kept.sent_at_ms,
      receivedMs: kept.received_at_ms,
    });
    const event: EventReceived = {
      ...read,
      message_id: read.message_id || made,
      original_timestamp: timestamp_ms,
      sent_at: null,
      received_at: nowMs,
      request_position: kept.request_position + index,
      first_received_at: kept.received_at_ms,
    };
    return { event, verdict: judgeEvent(event, source, { partition: 0, offset: 0, brokerMs: nowMs }) };
  });
}

/** Key of the source that a rejection's original bytes name, if that can be found. */
export function sourceOfRejection({ source, via, original }: KeptRejection): string {
  // The list cuts what only a mistake makes long; a record has it whole.
  const fields = via === 'http' ? null : fieldsOf(original);
  const said = fields?.['source'];
  return typeof said === 'string' ? said : source;
}

function fromRequest(kept: KeptRejection, source: Source | undefined, nowMs: number): readonly EventReceived[] {
  const bytes = kept.original ?? Buffer.alloc(0);
  const json = readJson(bytes);
  if (json === null) return [unreadable(kept, 'invalid_json')];
  // An item of a batch with an unknown type: its own "type" names it.
  const isItem = kept.type !== 'batch' && !isCallType(kept.type);
  const call = isCallType(kept.type) ? kept.type : 'batch';
  const standard = {
    name: '',
    write_key: '',
    ...DEFAULT_LIMITS,
    answer: 'explicit',
    unreadable_times: 'keep',
    enabled: true,
  } as const;
  const request = {
    call,
    ip: null,
    receivedMs: nowMs,
    position: kept.request_position,
    source: source ?? { key: kept.source, ...standard },
  } as const;
  if (!isItem) return readRequest({ ...request, bytes, json }, () => '');
  const text = `{"batch":[${json.text}]}`;
  const wrapped = { text, value: { batch: [json.value] } };
  return readRequest({ ...request, bytes: Buffer.from(text), json: wrapped }, () => '');
}

/** The record that a producer wrote straight to Kafka, stored as JSON. */
function fromRecord(kept: KeptRejection): readonly EventReceived[] {
  const fields = fieldsOf(kept.original);
  if (fields === null) return [unreadable(kept, 'invalid_body')];
  const text = (name: string): string | null => (typeof fields[name] === 'string' ? fields[name] : null);
  const time = (name: string): number | null => (Number.isSafeInteger(fields[name]) ? Number(fields[name]) : null);
  return [
    {
      ...{ source: text('source') ?? '', message_id: text('message_id'), type: text('type') ?? '' },
      ...{ event: text('event'), name: text('name'), category: text('category') },
      ...{ user_id: text('user_id'), anonymous_id: text('anonymous_id'), group_id: text('group_id') },
      ...{ previous_id: text('previous_id'), properties: text('properties'), traits: text('traits') },
      ...{ context: text('context'), integrations: text('integrations'), extra: text('extra') },
      ...{ original_timestamp: time('original_timestamp'), sent_at: time('sent_at'), received_at: null },
      ...{ timestamp_unreadable: fields['timestamp_unreadable'] === true, via: 'kafka', faults: [], original: null },
      ...{ request_position: 0, first_received_at: null, historical: fields['historical'] === true },
    },
  ];
}

function fieldsOf(original: Buffer | null): Fields | null {
  const value = original === null ? null : readJson(original)?.value;
  return isFields(value) ? value : null;
}

function unreadable(kept: KeptRejection, code: FaultCode): EventReceived {
  return {
    ...{ source: kept.source, message_id: null, type: kept.type ?? '', event: null, name: null, category: null },
    ...{ user_id: null, anonymous_id: null, group_id: null, previous_id: null, properties: null, traits: null },
    ...{ context: null, integrations: null, extra: null, original_timestamp: null, sent_at: null, received_at: null },
    ...{ timestamp_unreadable: false, via: kept.via, faults: [fault(code, '')], original: null },
    ...{ request_position: 0, first_received_at: null, historical: false },
  };
}
