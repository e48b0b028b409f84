import {
  type Context,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer as SdkTracer,
} from '@opentelemetry/api';
import type * as Sdk from '@opentelemetry/sdk-trace';
import type { Logger } from './logger.ts';
import { readTracing, type TracingSettings } from './tracing-settings.ts';

/** A span's attributes. Values name topics, positions and messages, never people. */
export type SpanAttributes = Readonly<Record<string, string | number | readonly string[]>>;

/** A step to trace. */
export interface Step {
  readonly name: string;
  readonly kind: 'server' | 'consumer' | 'client';
  /** W3C traceparent of the cause; undefined if a trace may begin here. */
  readonly parent: string | undefined;
  readonly startMs: number;
  readonly attributes: SpanAttributes;
}

/** A step that has begun. A step that never ends is never exported. */
export interface OpenSpan {
  /** W3C traceparent of the step itself, for what follows from it. */
  readonly traceparent: string;
  /** `failure`: why the step failed. */
  end(failure?: string): void;
}

/** Traces single events through the services. */
export interface Tracer {
  /** Null if the sampler leaves the step out, also if the parent is not a sampled traceparent. */
  begin(step: Step): OpenSpan | null;
}

/** The tracer of a process; closing it sends what is still pending. */
export interface Tracing {
  /** Null: nothing is traced, at no cost. */
  readonly tracer: Tracer | null;
  stop(): Promise<void>;
}

const KINDS = { server: SpanKind.SERVER, consumer: SpanKind.CONSUMER, client: SpanKind.CLIENT };
const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]([0-9a-f])$/;

const OFF: Tracing = { tracer: null, stop: async () => undefined };

/**
 * Sets up tracing from OpenTelemetry's own variables (docs/operating.md); its SDK reads `OTEL_EXPORTER_OTLP_*`,
 * `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES`. Throws `EnvironmentError` for a setting that is not supported. If
 * nothing is traced, the SDK is not even loaded.
 */
export async function openTracing(options: {
  readonly service: string;
  readonly instance: string;
  readonly logger: Logger;
  readonly environment?: Readonly<Record<string, string | undefined>>;
}): Promise<Tracing> {
  const { service, instance, logger, environment = process.env } = options;
  const settings = readTracing(environment);
  if (settings === null) return OFF;
  const sdk = await import('@opentelemetry/sdk-trace');
  const { detectResources, envDetector, resourceFromAttributes } = await import('@opentelemetry/resources');
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-proto');
  const own = { 'service.name': `hilo-${service}`, 'service.instance.id': instance };
  const exporter = settings.exporter === 'otlp' ? new OTLPTraceExporter() : new sdk.ConsoleSpanExporter();
  const provider = new sdk.TracerProvider({
    resource: resourceFromAttributes(own).merge(detectResources({ detectors: [envDetector] })),
    sampler: samplerOf(settings.sampler, sdk),
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter, scheduledDelayMillis: settings.delayMs })],
  });
  return {
    tracer: tracerOf(provider.getTracer('hilo'), logger),
    stop: () => provider.shutdown().catch((error: unknown) => logger.warn({ err: error }, 'Some spans were not sent')),
  };
}

function samplerOf({ root, followsParent }: TracingSettings['sampler'], sdk: typeof Sdk) {
  const own =
    root === 'always'
      ? new sdk.AlwaysOnSampler()
      : root === 'never'
        ? new sdk.AlwaysOffSampler()
        : new sdk.TraceIdRatioBasedSampler(root.ratio);
  return followsParent ? new sdk.ParentBasedSampler({ root: own }) : own;
}

function tracerOf(sdk: SdkTracer, logger: Logger): Tracer {
  return {
    begin({ name, kind, parent, startMs, attributes }) {
      const context = parent === undefined ? ROOT_CONTEXT : contextOf(parent);
      if (context === null) return null;
      const span = sdk.startSpan(
        name,
        {
          kind: KINDS[kind],
          startTime: startMs,
          attributes: attributes as Record<string, string | number | string[]>,
        },
        context,
      );
      if (!span.isRecording()) return null;
      const { traceId, spanId } = span.spanContext();
      return {
        traceparent: `00-${traceId}-${spanId}-01`,
        end(failure) {
          if (failure !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: failure });
          span.end();
          logger.info(
            { trace_id: traceId, ...attributes, ...(failure === undefined ? {} : { reason: failure }) },
            name,
          );
        },
      };
    },
  };
}

/** Null if it is not a sampled traceparent. */
function contextOf(traceparent: string): Context | null {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(traceparent) ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return null;
  const traceFlags = Number.parseInt(flags, 16) & 1;
  return traceFlags === 0 ? null : trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}
