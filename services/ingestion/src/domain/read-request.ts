import { isUtf8 } from 'node:buffer';
import type { EventReceived, Fault } from '@hilo/schemas';
import { batchSentAt, latestSentAt } from './batch-sent-at.ts';
import { fault } from './faults.ts';
import { MERGED_BYTES, MergedSizes } from './merged-sizes.ts';
import { type BatchOutline, EVENTS_LIMIT, type Span, outlineBatch } from './outline-batch.ts';
import { ORIGINAL_BYTES } from './original.ts';
import { DEPTH_LIMIT, type Fields, isDeeperThan, isFields, parseJson } from './parse-json.ts';
import { type ReadJson, readJson } from './read-json.ts';
import { type Envelope, readEvent, refused, unreadable } from './read-event.ts';
import type { Source } from './source.ts';
import { type Call, isCallType } from './tracking-call.ts';
import { UnreadableRequestError } from './unreadable-request.ts';

/** A request as it came in, decompressed. */
export interface TrackingRequest {
  readonly call: Exclude<Call, 'metrics'>;
  readonly bytes: Buffer;
  /** The parsed JSON; null for a large body, which is read piece by piece. */
  readonly json: ReadJson | null;
  readonly source: Source;
  readonly ip: string | null;
  readonly receivedMs: number;
  /** `request_position` of its first event. */
  readonly position: number;
}

/** A request before its events are read: the size of its events is known, and nothing of it is taken yet. */
export interface OpenedRequest {
  readonly events: number;
  /** Bytes of the events with what they take from their batch; their records add ids, times and faults. */
  readonly bytes: number;
  /** True if reading takes so long that it should yield to other requests. */
  readonly isLarge: boolean;
  /** Reads the events. A null is a step of the work without an event. Throws `UnreadableRequestError`. */
  readonly read: () => Iterable<EventReceived | null>;
  /** The record of an event that was read and cannot be taken. */
  readonly refuse: (event: EventReceived, index: number, found: Fault) => EventReceived;
}

/** A body of up to this many bytes is parsed at once. */
export const WHOLE_BYTES = 128 * 1024;
/** Most bytes to parse in one go: a batch without its events, or one of its events. */
const PIECE_BYTES = 512 * 1024;

/**
 * Every event of a request in the producer's order, faulty ones included: each becomes one record. A request that is
 * not an event becomes one faulty record.
 */
export function readRequest(request: TrackingRequest, newId: () => string): readonly EventReceived[] {
  try {
    return [...openRequest(request, newId).read()].filter((event) => event !== null);
  } catch (error) {
    if (!(error instanceof UnreadableRequestError)) throw error;
    return [refusedRequest(request, error.fault)];
  }
}

/** Inspects a request until the size of its records is known. */
export function openRequest(request: TrackingRequest, newId: () => string): OpenedRequest {
  const { call, bytes, source, json } = request;
  if (bytes.length > source.max_batch_bytes)
    return refusingRequest(
      request,
      fault('body_too_large', '', `A request of this source can have at most ${source.max_batch_bytes} bytes.`),
    );
  if (json !== null && !isFields(json.value))
    return refusingRequest(request, fault('invalid_body', '', 'The body must be a JSON object.'));
  return call === 'batch' ? openBatch(request, json, newId) : openEvent(request, call, json, newId);
}

/** The record of a request that cannot be read at all. */
export function refusedRequest(
  request: Pick<TrackingRequest, 'source' | 'receivedMs' | 'position' | 'bytes' | 'call'>,
  found: Fault,
): EventReceived {
  const { position, receivedMs, call, bytes } = request;
  const envelope = { source: request.source.key, receivedMs, sentMs: null };
  return { ...unreadable(envelope, call, [found], position), original: kept(bytes) };
}

/** A request of which nothing can be taken: its one record says why. */
export function refusingRequest(request: TrackingRequest, found: Fault): OpenedRequest {
  const record = refusedRequest(request, found);
  return {
    events: 1,
    bytes: Math.min(request.bytes.length, ORIGINAL_BYTES),
    isLarge: false,
    read: () => [record],
    refuse: () => record,
  };
}

function openEvent(
  request: TrackingRequest,
  call: Exclude<Call, 'metrics' | 'batch'>,
  json: ReadJson | null,
  newId: () => string,
): OpenedRequest {
  const { bytes, source } = request;
  const large = sizeFault(bytes.length, source);
  if (large !== null) return refusingRequest(request, large);
  const { text, value } = json ?? readJson(bytes) ?? { text: '', value: null };
  if (text === '') return refusingRequest(request, INVALID_JSON);
  if (!isFields(value)) return refusingRequest(request, fault('invalid_body', '', 'The body must be a JSON object.'));
  if (isDeeperThan(text, DEPTH_LIMIT)) return refusingRequest(request, fault('too_deep', ''));
  return {
    events: 1,
    bytes: bytes.length,
    isLarge: false,
    read() {
      const event = readEvent(value, call, envelopeOf(request, value, false), request.position, newId);
      return [event.faults.length === 0 ? event : refused(event, kept(bytes))];
    },
    refuse: (event, _index, found) => refused({ ...event, faults: [found] }, kept(bytes)),
  };
}

function openBatch(request: TrackingRequest, json: ReadJson | null, newId: () => string): OpenedRequest {
  const { bytes } = request;
  if (json !== null && !isDeeperThan(json.text, DEPTH_LIMIT)) return openWhole(request, json.value as Fields, newId);
  if (!isUtf8(bytes)) return refusingRequest(request, INVALID_JSON);
  const outline = outlineBatch(bytes);
  if (outline === null) return refusingRequest(request, INVALID_JSON);
  const { items, list } = outline;
  if (items === null || list === null) return refusingRequest(request, NO_LIST);
  if (items.length > EVENTS_LIMIT) return refusingRequest(request, TOO_MANY);
  if (bytes.length - (list.to - list.from) > PIECE_BYTES)
    return refusingRequest(
      request,
      fault('body_too_large', '', `A batch can have at most ${PIECE_BYTES} bytes beside its events.`),
    );
  const around = Buffer.concat([bytes.subarray(0, list.from), Buffer.from('[]'), bytes.subarray(list.to)]);
  const shared = readJson(around);
  if (shared === null || !isFields(shared.value)) return refusingRequest(request, INVALID_JSON);
  if (isDeeperThan(shared.text, DEPTH_LIMIT)) return refusingRequest(request, fault('too_deep', ''));
  const envelope = envelopeOf(request, shared.value, true);
  const reader = batchReader(request, envelope, () => items);
  return {
    refuse: reader.refuse,
    events: items.length,
    bytes: Math.min(reader.sizes.most(bytes.length, items.length), MERGED_BYTES),
    isLarge: true,
    *read() {
      const sentMs = envelope.sentMs ?? (yield* latestSentAt(bytes, items));
      yield* readPieces(
        batchReader(request, { ...envelope, sentMs }, () => items),
        request,
        items,
        newId,
      );
    },
  };
}

/** A small batch, parsed as a whole. Finds the positions of its events only if one of them is faulty. */
function openWhole(request: TrackingRequest, value: Fields, newId: () => string): OpenedRequest {
  const { bytes, source } = request;
  const items = value['batch'];
  if (!Array.isArray(items)) return refusingRequest(request, NO_LIST);
  if (items.length > EVENTS_LIMIT) return refusingRequest(request, TOO_MANY);
  let outline: BatchOutline | null | undefined;
  const reader = batchReader(request, envelopeOf(request, value, true), () => {
    outline ??= outlineBatch(bytes);
    return outline?.items ?? [];
  });
  const mergedBytes = reader.sizes.most(bytes.length, items.length);
  return {
    refuse: reader.refuse,
    events: items.length,
    bytes: Math.min(mergedBytes, MERGED_BYTES),
    isLarge: mergedBytes > WHOLE_BYTES,
    read() {
      if (mergedBytes > MERGED_BYTES) reader.sizes.refuseAbove(items, (index) => lengthOf(reader.spans()[index]));
      // Only a batch longer than the limit can contain an event that is.
      const mayBeLarge = bytes.length > source.max_event_bytes;
      const readAt = (item: unknown, index: number) => reader.readItem(item, index, mayBeLarge, newId);
      return mergedBytes > WHOLE_BYTES ? oneByOne(items, readAt) : items.map(readAt);
    },
  };
}

function* oneByOne(
  items: readonly unknown[],
  readAt: (item: unknown, index: number) => EventReceived,
): Generator<EventReceived> {
  for (const [index, item] of items.entries()) yield readAt(item, index);
}

/** Reads the events of a large batch one after the other, each from its own bytes. */
function* readPieces(
  reader: BatchReader,
  { bytes, source }: TrackingRequest,
  items: readonly Span[],
  newId: () => string,
): Generator<EventReceived | null, void> {
  const parse = (span: Span): unknown => {
    try {
      return parseJson(bytes.toString('utf8', span.from, span.to));
    } catch {
      throw new UnreadableRequestError(INVALID_JSON);
    }
  };
  if (reader.sizes.most(bytes.length, items.length) > MERGED_BYTES) yield* reader.sizes.measure(items, parse);
  for (const [index, span] of items.entries()) {
    const length = lengthOf(span);
    const value = length > PIECE_BYTES ? null : parse(span);
    const found = span.depth > DEPTH_LIMIT ? fault('too_deep', '') : sizeFault(length, source);
    yield found !== null && (length > PIECE_BYTES || span.depth > DEPTH_LIMIT)
      ? reader.refuseItem(value, index, found)
      : reader.readItem(value, index, length > source.max_event_bytes, newId);
  }
}

interface BatchReader extends Pick<OpenedRequest, 'refuse'> {
  readonly sizes: MergedSizes;
  readonly spans: () => readonly Span[];
  readonly readItem: (item: unknown, index: number, mayBeLarge: boolean, newId: () => string) => EventReceived;
  readonly refuseItem: (item: unknown, index: number, found: Fault) => EventReceived;
}

/** What both ways of reading a batch do with one of its events. */
function batchReader(request: TrackingRequest, envelope: Envelope, spans: () => readonly Span[]): BatchReader {
  const { bytes, source } = request;
  const originalOf = (index: number): Buffer => {
    const span = spans()[index];
    return span === undefined ? kept(bytes) : kept(bytes.subarray(span.from, span.to));
  };
  const refuseItem = (item: unknown, index: number, found: Fault): EventReceived => ({
    ...unreadable(envelope, typeOf(item), [found], request.position + index),
    original: originalOf(index),
  });
  return {
    sizes: new MergedSizes(envelope),
    spans,
    refuse: (event, index, found) => refused({ ...event, faults: [found] }, originalOf(index)),
    refuseItem,
    readItem(item, index, mayBeLarge, newId) {
      if (!isFields(item)) return refuseItem(item, index, fault('invalid_body', '', 'An event must be a JSON object.'));
      const event = readEvent(item, null, envelope, request.position + index, newId);
      const found =
        mayBeLarge && mayExceed(event, source)
          ? // Whitespace and numbers that grow longer do not make an event too large.
            sizeFault(lengthOf(spans()[index]), source) && sizeFault(sizeOf(item), source)
          : null;
      if (found !== null) return refuseItem(item, index, found);
      return event.faults.length === 0 ? event : refused(event, originalOf(index));
    },
  };
}

const INVALID_JSON = fault('invalid_json', '', 'The body must be JSON in UTF-8.');
const NO_LIST = fault('invalid_body', 'batch', 'A batch must have its events in the list "batch".');
const TOO_MANY = fault('body_too_large', 'batch', `A batch can have at most ${EVENTS_LIMIT} events.`);

function lengthOf(span: Span | undefined): number {
  return span === undefined ? 0 : span.to - span.from;
}

function typeOf(item: unknown): string {
  return isFields(item) && isCallType(item['type']) ? item['type'] : '';
}

function sizeFault(sizeBytes: number, { max_event_bytes }: Source): Fault | null {
  return sizeBytes <= max_event_bytes
    ? null
    : fault('event_too_large', '', `An event of this source can have at most ${max_event_bytes} bytes.`);
}

/** An upper bound, far cheaper than the size: a UTF-16 unit takes at most three bytes, and a control character six. */
function mayExceed(event: EventReceived, { max_event_bytes }: Source): boolean {
  const texts = [event.properties, event.traits, event.context, event.integrations, event.extra];
  const length = [...texts, event.event, event.name].reduce((sum, part) => sum + (part === null ? 0 : part.length), 0);
  return length * 3 + 8192 * 3 > max_event_bytes;
}

/** Without whitespace, as an event in a batch counts. */
function sizeOf(item: unknown): number {
  return Buffer.byteLength(JSON.stringify(item));
}

function envelopeOf(request: TrackingRequest, value: Fields, isBatch: boolean): Envelope {
  const shared = (name: string): Fields | null => {
    const part = isBatch ? value[name] : null;
    return isFields(part) ? part : null;
  };
  const [context, integrations] = [shared('context'), shared('integrations')];
  return {
    source: request.source.key,
    receivedMs: request.receivedMs,
    sentMs: isBatch ? batchSentAt(value) : null,
    unreadable_times: request.source.unreadable_times,
    ip: request.ip,
    context,
    context_text: context === null ? null : JSON.stringify(context),
    integrations,
    integrations_text: integrations === null ? null : JSON.stringify(integrations),
  };
}

function kept(bytes: Buffer): Buffer {
  return bytes.length <= ORIGINAL_BYTES ? bytes : bytes.subarray(0, ORIGINAL_BYTES);
}
