import type { Headers, RawRecord } from '../ports/log.ts';
import type { Slot } from './intake.ts';

/** Header in which a trace travels, as W3C Trace Context has it. */
export const TRACE_HEADER = 'traceparent';

/** What a span says. Values name topics, places and messages, never people. */
export type SpanAttributes = Readonly<Record<string, string | number | readonly string[]>>;

/** A step of a traced event, begun. One that is never ended is never told. */
export interface OpenSpan {
  /** What goes on from here: for the headers of outputs and of calls. */
  readonly traceparent: string;
  /** `failure`: why the step did not do what it should. */
  end(failure?: string): void;
}

/** A step to be traced. */
export interface Step {
  readonly name: string;
  readonly kind: 'consumer' | 'client';
  /** Traceparent of what led to it. */
  readonly parent: string;
  readonly start_ms: number;
  readonly attributes: SpanAttributes;
}

/** Follows single events through the stages. A stage without one reads no trace and passes none on. */
export interface Tracer {
  /** Null where the parent is not sampled, or is no traceparent at all. */
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

  constructor(tracer: Tracer, stage: string, slots: readonly Slot[], start_ms: number) {
    for (const { raw, input } of slots) {
      const parent = raw === null ? undefined : traceparentOf(raw.headers);
      if (raw === null || parent === undefined) continue;
      const name = `${stage} ${raw.topic}`;
      const attributes = recordAttributes(raw, input);
      const span = tracer.begin({ name, kind: 'consumer', parent, start_ms, attributes });
      if (span !== null) this.#spans.set(input, span);
    }
  }

  /** Traceparent for what an input caused; undefined where it is not traced. */
  of(input: Slot['input'] | null): string | undefined {
    return input === null ? undefined : this.#spans.get(input)?.traceparent;
  }

  /** The batch is committed. */
  end(): void {
    for (const [input, span] of this.#spans) span.end('reason' in input ? String(input.reason) : undefined);
  }
}

/** Where a record lay, and the message that it speaks of. */
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
