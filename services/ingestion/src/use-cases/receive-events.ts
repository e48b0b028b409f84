import { setImmediate as letOthers } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { EventReceived, Fault } from '@hilo/schemas';
import type { Tracer } from '@hilo/service';
import { type FaultCode, fault } from '../domain/faults.ts';
import { EVENTS_LIMIT, outlineBatch } from '../domain/outline-batch.ts';
import { isFields } from '../domain/parse-json.ts';
import { type ReadJson, readJson } from '../domain/read-json.ts';
import { type TrackingRequest, WHOLE_BYTES } from '../domain/read-request.ts';
import type { Source } from '../domain/source.ts';
import { callOf } from '../domain/tracking-call.ts';
import {
  type IngestEndpointMetrics,
  type EventLog,
  LogUnavailableError,
  LogFullError,
  RecordTooLargeError,
  SourcesUnavailableError,
} from '../ports.ts';
import { type TrackingAnswer, REFUSED, TAKEN } from './answer-faults.ts';
import { takeEvents } from './take-events.ts';

/** A request to the tracking API as the server got it. */
export interface RawRequest {
  /** The path after `/v1/`. */
  readonly path: string;
  readonly authorization: string | undefined;
  readonly encoding: string | undefined;
  /** `?writeKey=`, which some SDKs use with `sendBeacon`. */
  readonly queryKey: string | undefined;
  readonly ip: string | null;
  /** W3C Trace Context of the caller. */
  readonly traceparent: string | undefined;
  readonly body: Buffer;
}

/** Takes a request to the tracking API, and answers it. */
export type IngestEndpoint = (request: RawRequest) => Promise<TrackingAnswer>;

/** The ingest endpoint's dependencies. */
export interface IngestEndpointDependencies {
  readonly log: EventLog;
  /** The source with this write key; undefined if there is none. Rejects with `SourcesUnavailableError`. */
  readonly sourceOf: (write_key: string) => Source | undefined | Promise<Source | undefined>;
  readonly encode: (event: EventReceived) => Buffer;
  readonly metrics: IngestEndpointMetrics;
  readonly nowMs: () => number;
  readonly newId: () => string;
  /** Largest body of any source, decompressed. */
  readonly bodyBytes: number;
  /** Null: nothing is traced. */
  readonly tracer: Tracer | null;
}

/** A write key has at most 200 characters, each of up to six bytes. */
const WRITE_KEY_BYTES = 1202;

const unpack = promisify(gunzip);

/** The ingest endpoint: answers once the log has every event of the request, faulty ones included. */
export function receiveEvents(dependencies: IngestEndpointDependencies): IngestEndpoint {
  const arrival = countArrivals(dependencies.nowMs);
  return async (request) => {
    try {
      return await receive(dependencies, request, arrival());
    } catch (error) {
      if (error instanceof LogUnavailableError) return refuse(dependencies, 'log_away');
      if (error instanceof RecordTooLargeError) return refuse(dependencies, 'record_too_large');
      if (error instanceof LogFullError) return refuse(dependencies, 'overloaded');
      if (error instanceof SourcesUnavailableError) return refuse(dependencies, 'sources_away');
      throw error;
    }
  };
}

/** When a request arrived, and the position of its first event among those of that millisecond. */
type Arrival = Pick<TrackingRequest, 'receivedMs' | 'position'>;

/** Positions per millisecond, so that the last one is still an `int`. */
const POSITIONS = 400_000 * EVENTS_LIMIT;
/** If the clock is set back by no more than this, time stands still instead. */
const SET_BACK_MS = 1_000;

/** Keeps the order of requests that arrive in one millisecond, as a page sends them. */
function countArrivals(nowMs: () => number): () => Arrival {
  let last: Arrival = { receivedMs: Number.NEGATIVE_INFINITY, position: 0 };
  return () => {
    const readMs = nowMs();
    const isLater = readMs > last.receivedMs || readMs < last.receivedMs - SET_BACK_MS;
    last = isLater
      ? { receivedMs: readMs, position: 0 }
      : { receivedMs: last.receivedMs, position: (last.position + EVENTS_LIMIT) % POSITIONS };
    return last;
  };
}

async function receive(
  dependencies: IngestEndpointDependencies,
  request: RawRequest,
  arrival: Arrival,
): Promise<TrackingAnswer> {
  const call = callOf(request.path);
  if (call === undefined) return REFUSED.noSuchCall;
  if (call === 'metrics') return TAKEN;
  if (dependencies.log.full()) return refuse(dependencies, 'overloaded');
  const key = keyOfRequest(request);
  if (key.kind === 'malformed') return refuse(dependencies, 'unknown_key');
  const known = key.kind === 'given' ? await dependencies.sourceOf(key.write_key) : undefined;
  if (key.kind === 'given' && known === undefined) return refuse(dependencies, 'unknown_key');
  const body = await readBody(request, dependencies.bodyBytes);
  const source = known ?? (await sourceInBody(dependencies, body));
  // Looking for the key took a while.
  if (known === undefined && body.kind === 'read' && body.json === null) await letOthers();
  if (source === undefined) return refuse(dependencies, body.kind === 'read' ? 'unknown_key' : 'unreadable');
  if (!source.enabled) return refuse(dependencies, 'source_disabled');
  const base = { call, source, ip: request.ip, ...arrival };
  const tracking: TrackingRequest =
    body.kind === 'read' ? { ...base, ...body } : { ...base, bytes: request.body, json: null };
  const fault = body.kind === 'read' ? null : body.fault;
  return takeEvents(dependencies, { request: tracking, fault, traceparent: request.traceparent });
}

function refuse(
  dependencies: IngestEndpointDependencies,
  reason: Parameters<IngestEndpointMetrics['refused']>[0],
): TrackingAnswer {
  dependencies.metrics.refused(reason);
  return REFUSED[reason];
}

type RequestKey =
  | { readonly kind: 'given'; readonly write_key: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'malformed' };

/** The write key outside the body: the user name of Basic authentication, or the query. */
function keyOfRequest({ authorization, queryKey }: RawRequest): RequestKey {
  if (authorization === undefined || authorization === '')
    return queryKey === undefined || queryKey === '' ? { kind: 'absent' } : { kind: 'given', write_key: queryKey };
  const encoded = /^Basic +([A-Za-z0-9+/_-]+=*) *$/i.exec(authorization)?.[1];
  if (encoded === undefined) return { kind: 'malformed' };
  const write_key = Buffer.from(encoded, 'base64').toString('utf8').split(':', 1)[0] ?? '';
  return write_key === '' ? { kind: 'absent' } : { kind: 'given', write_key };
}

type Body =
  | { readonly kind: 'read'; readonly bytes: Buffer; readonly json: ReadJson | null }
  | { readonly kind: 'unreadable'; readonly fault: Fault };

async function readBody({ body, encoding }: RawRequest, bodyBytes: number): Promise<Body> {
  let bytes = body;
  // Some SDKs compress without saying so; no JSON starts with these two bytes.
  if (encoding === 'gzip' || encoding === 'x-gzip' || (body[0] === 0x1f && body[1] === 0x8b)) {
    try {
      bytes = await unpack(body, { maxOutputLength: bodyBytes });
    } catch (error) {
      const large = (error as { readonly code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE';
      const code: FaultCode = large ? 'body_too_large' : 'invalid_json';
      return {
        kind: 'unreadable',
        fault: fault(
          code,
          '',
          large ? `Unpacked, the body has more than ${bodyBytes} bytes.` : 'The gzip of the body is damaged.',
        ),
      };
    }
  }
  if (bytes.length > WHOLE_BYTES) return { kind: 'read', bytes, json: null };
  const json = readJson(bytes);
  if (json === null) return { kind: 'unreadable', fault: fault('invalid_json', '', 'The body must be JSON in UTF-8.') };
  return { kind: 'read', bytes, json };
}

/** The source that the body names: browsers send the write key beside the event, or in a batch's first event. */
async function sourceInBody({ sourceOf }: IngestEndpointDependencies, body: Body): Promise<Source | undefined> {
  if (body.kind !== 'read') return undefined;
  const write_key = body.json === null ? keyInBytes(body.bytes) : keyInValue(body.json.value);
  return typeof write_key === 'string' && write_key !== '' ? await sourceOf(write_key) : undefined;
}

function keyInValue(value: unknown): unknown {
  if (!isFields(value)) return undefined;
  const { writeKey, batch } = value;
  const first: unknown = Array.isArray(batch) ? batch[0] : undefined;
  return writeKey ?? (isFields(first) ? first['writeKey'] : undefined);
}

/** The same for a large body, which is not parsed before its sender is known. */
function keyInBytes(bytes: Buffer): unknown {
  const span = outlineBatch(bytes)?.write_key ?? null;
  if (span === null || span.to - span.from > WRITE_KEY_BYTES) return undefined;
  return readJson(bytes.subarray(span.from, span.to))?.value;
}
