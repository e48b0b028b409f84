import { setImmediate as letOthers } from 'node:timers/promises';
import type { EventReceived, Fault } from '@hilo/schemas';
import type { OpenSpan, SpanAttributes, Tracer } from '@hilo/service';
import { fault } from '../domain/faults.ts';
import { keyOf } from '../domain/judge-event.ts';
import {
  type OpenedRequest,
  openRequest,
  refusedRequest,
  refusingRequest,
  type TrackingRequest,
} from '../domain/read-request.ts';
import { RECORD_BYTES } from '../domain/record-bytes.ts';
import { UnreadableRequestError } from '../domain/unreadable-request.ts';
import { type Claim, type IngestEndpointMetrics, type EventLog, LogFullError, type LogRecord } from '../ports.ts';
import { type TrackingAnswer, FaultNotes, TAKEN, answerFaults } from './answer-faults.ts';

/** What taking events needs. */
export interface TakeDependencies {
  readonly log: EventLog;
  readonly encode: (event: EventReceived) => Buffer;
  readonly metrics: IngestEndpointMetrics;
  readonly newId: () => string;
  readonly tracer: Tracer | null;
}

/** A request whose source is known. */
export interface KnownRequest {
  readonly request: TrackingRequest;
  /** Why its body cannot be read; null: it can. */
  readonly fault: Fault | null;
  readonly traceparent: string | undefined;
}

/** A request whose events can be read. */
interface LetIn {
  readonly request: TrackingRequest;
  readonly opened: OpenedRequest;
  readonly traceparent: string | undefined;
}

/** Longest time for which a large request may block the others. */
const SLICE_MS = 10;
/** What a record adds to the bytes of its event, before it is known exactly. */
const ADDED_BYTES = 512;
/** Most messages of a batch that its span names. */
const NAMED_MESSAGES = 100;

/**
 * Reads the events of a request and appends them to the log. Reserves their room before making them. Rejects with
 * `LogFullError` if there is none, and as `EventLog.append`.
 */
export async function takeEvents(
  dependencies: TakeDependencies,
  { request, fault: unreadable, traceparent }: KnownRequest,
): Promise<TrackingAnswer> {
  const { log, metrics, newId } = dependencies;
  const opened = unreadable === null ? openRequest(request, newId) : refusingRequest(request, unreadable);
  const letIn = { request, opened, traceparent };
  const claim = log.claim(opened.events, opened.bytes + opened.events * ADDED_BYTES);
  if (claim === null) throw new LogFullError('there is no room for the request');
  const made = opened.isLarge ? await makeInSlices(dependencies, letIn, claim) : make(dependencies, letIn, claim);
  const span = dependencies.tracer === null ? null : beginSpan(dependencies.tracer, letIn, made);
  try {
    await log.append(tracedBy(made.records, span?.traceparent), claim);
  } catch (error) {
    span?.end('log_away');
    throw error;
  }
  span?.end();
  const { notes } = made;
  metrics.events('taken', notes.events - notes.rejected);
  if (notes.rejected === 0) return TAKEN;
  metrics.events('faulty', notes.rejected);
  return answerFaults(notes, request.source);
}

interface Made {
  readonly records: LogRecord[];
  readonly notes: FaultNotes;
  /** The first messages, for the span. */
  readonly messageIds: string[];
}

function nothingYet({ request }: LetIn): Made {
  return { records: [], notes: new FaultNotes(request.call === 'batch'), messageIds: [] };
}

function make(dependencies: TakeDependencies, letIn: LetIn, claim: Claim): Made {
  const made = nothingYet(letIn);
  try {
    for (const event of letIn.opened.read()) if (event !== null) addRecord(dependencies, letIn.opened, event, made);
    return made;
  } catch (error) {
    return makeRefusal(dependencies, letIn, claim, error);
  }
}

async function makeInSlices(dependencies: TakeDependencies, letIn: LetIn, claim: Claim): Promise<Made> {
  const made = nothingYet(letIn);
  try {
    // It was checked already.
    await letOthers();
    let since_ms = performance.now();
    for (const event of letIn.opened.read()) {
      if (event !== null) addRecord(dependencies, letIn.opened, event, made);
      if (performance.now() - since_ms > SLICE_MS) {
        await letOthers();
        since_ms = performance.now();
      }
    }
    return made;
  } catch (error) {
    return makeRefusal(dependencies, letIn, claim, error);
  }
}

/** The one record of a request that could not be read to its end. */
function makeRefusal(dependencies: TakeDependencies, letIn: LetIn, claim: Claim, error: unknown): Made {
  if (!(error instanceof UnreadableRequestError)) {
    dependencies.log.release(claim);
    throw error;
  }
  const refused = nothingYet(letIn);
  addRecord(dependencies, letIn.opened, refusedRequest(letIn.request, error.fault), refused);
  return refused;
}

const TOO_LARGE = fault(
  'event_too_large',
  '',
  `With what it takes from its batch, an event has at most ${RECORD_BYTES} bytes.`,
);

function addRecord(dependencies: TakeDependencies, opened: OpenedRequest, event: EventReceived, made: Made): void {
  let taken = event;
  let value = dependencies.encode(event);
  if (value.length > RECORD_BYTES) {
    taken = opened.refuse(event, made.records.length, TOO_LARGE);
    value = dependencies.encode(taken);
  }
  made.records.push({ key: keyOf(taken), value });
  made.notes.note(taken);
  if (dependencies.tracer !== null && taken.message_id !== null && made.messageIds.length < NAMED_MESSAGES)
    made.messageIds.push(taken.message_id);
}

function tracedBy(records: readonly LogRecord[], traceparent: string | undefined): readonly LogRecord[] {
  return traceparent === undefined ? records : records.map((record) => ({ ...record, traceparent }));
}

function beginSpan(tracer: Tracer, { request, traceparent }: LetIn, made: Made): OpenSpan | null {
  return tracer.begin({
    name: `POST /v1/${request.call}`,
    kind: 'server',
    parent: traceparent,
    startMs: request.receivedMs,
    attributes: messagesOf(made, request.source.key),
  });
}

function messagesOf({ messageIds, records }: Made, source: string): SpanAttributes {
  const [only] = messageIds;
  const attributes = { 'hilo.source': source, 'hilo.events': records.length };
  if (only === undefined) return attributes;
  return messageIds.length === 1
    ? { ...attributes, 'hilo.message_id': only }
    : { ...attributes, 'hilo.message_ids': messageIds };
}
