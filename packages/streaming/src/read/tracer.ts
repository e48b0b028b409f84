import type { Headers, RawRecord } from '../ports/log.ts';
import type { Slot } from './intake.ts';

/** Header of a trace, in the form of W3C Trace Context. */
export const TRACE_HEADER = 'traceparent';

/** A span's attributes. Values name topics, positions and messages, never people. */
export type SpanAttributes = Readonly<Record<string, string | number | readonly string[]>>;

/** A step of a traced event that has begun. A step that never ends is never exported. */
export interface OpenSpan {
  /** Traceparent for what follows: for the headers of outputs and of calls. */
  readonly traceparent: string;
  /** `failure`: why the step failed. */
  end(failure?: string): void;
}

/** A step to trace. */
export interface Step {
  readonly name: string;
  readonly kind: 'consumer' | 'client';
  /** Traceparent of the cause. */
  readonly parent: string;
  readonly startMs: number;
  readonly attributes: SpanAttributes;
}

/** Traces single events through the stages. Without a tracer, a stage reads no trace and passes none on. */
export interface Tracer {
  /** Null if the parent is not sampled, or is no traceparent at all. */
  begin(step: Step): OpenSpan | null;
}

/** Traceparent among the headers of a record. */
function traceparentOf(headers: Headers<Buffer>): string | undefined {
  const value = headers[TRACE_HEADER];
  return Buffer.isBuffer(value) ? value.toString('latin1') : undefined;
}

/** The traced inputs of one batch: most batches have none. */
export class BatchTrace {
  readonly #spans = new Map<object, OpenSpan>();

  constructor(tracer: Tracer, stage: string, slots: readonly Slot[], startMs: number) {
    for (const { raw, input } of slots) {
      const parent = raw === null ? undefined : traceparentOf(raw.headers);
      if (raw === null || parent === undefined) continue;
      const name = `${stage} ${raw.topic}`;
      const attributes = recordAttributes(raw, input);
      const span = tracer.begin({ name, kind: 'consumer', parent, startMs, attributes });
      if (span !== null) this.#spans.set(input, span);
    }
  }

  /** Traceparent for what an input caused; undefined if it is not traced. */
  of(input: Slot['input'] | null): string | undefined {
    return input === null ? undefined : this.#spans.get(input)?.traceparent;
  }

  /** The batch is committed. */
  end(): void {
    for (const [input, span] of this.#spans) span.end('reason' in input ? String(input.reason) : undefined);
  }
}

/** A record's position, and the message it carries. */
function recordAttributes(raw: RawRecord, input: Slot['input']): SpanAttributes {
  const value = input.kind === 'record' ? (input.value as { readonly message_id?: unknown }) : {};
  return {
    'messaging.system': 'kafka',
    'messaging.destination.name': raw.topic,
    'messaging.destination.partition.id': String(raw.partition),
    'messaging.kafka.offset': raw.offset,
    ...(typeof value.message_id === 'string' ? { 'hilo.message_id': value.message_id } : {}),
  };
}
