import fastify, { type FastifyInstance } from 'fastify';
import { Counter, Histogram, collectDefaultMetrics, register } from 'prom-client';
import { sendAnswerHeaders } from './answer-headers.ts';
import { httpsOptions } from './http-limits.ts';
import { type OpenApiDocument, serveOpenApi } from './open-api.ts';
import type { KeyPair } from './pem.ts';
import { reportBuild } from './service-metrics.ts';

/**
 * prom-client's gauges with names in `_total`, which only counters may have; each has a better named gauge beside it.
 */
const MISNAMED = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];
const LATENCY_BUCKETS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/** How long a client of the operations server may take for a request. */
const REQUEST_TIMEOUT_MS = 10_000;

/** Serves `/health/live` and `/health/ready`, which load balancers ask, and counts every request. */
export function serveHealth(instance: FastifyInstance, ready: () => boolean): void {
  instance.get('/health/live', () => ({ status: 'live' }));
  instance.get('/health/ready', (_request, reply) => {
    const isReady = ready();
    return reply.status(isReady ? 200 : 503).send({ status: isReady ? 'ready' : 'starting' });
  });
  countRequests(instance);
}

/** What an operations server serves. */
export interface OperationsOptions {
  readonly name: string;
  readonly openapi: OpenApiDocument;
  readonly ready: () => boolean;
  /** Null: it answers HTTP, not HTTPS. */
  readonly tls: KeyPair | null;
}

/**
 * The HTTP server of an instance for those who run it: `/health/…`, `/metrics` and `/openapi.json`, without a token. It has a
 * port of its own, because not everybody who may call a service should see its metrics.
 */
export async function operationsServer({ name, openapi, ready, tls }: OperationsOptions): Promise<FastifyInstance> {
  const instance = fastify({
    ...{ logger: false, requestTimeout: REQUEST_TIMEOUT_MS, forceCloseConnections: true },
    https: httpsOptions(tls),
  }) as unknown as FastifyInstance;
  sendAnswerHeaders(instance);
  serveHealth(instance, ready);
  instance.get('/metrics', async (_request, reply) =>
    reply.header('content-type', register.contentType).send(await register.metrics()),
  );
  serveOpenApi(instance, openapi);
  reportBuild(name, ready);
  await instance.ready();
  return instance;
}

function countRequests(instance: FastifyInstance): void {
  // Several applications may share a process in tests, but the registry belongs to the process.
  if (register.getSingleMetric('process_cpu_seconds_total') === undefined) {
    collectDefaultMetrics();
    for (const name of MISNAMED) register.removeSingleMetric(name);
  }
  const requests =
    existing<Counter<string>>('hilo_http_requests_total') ??
    new Counter({
      name: 'hilo_http_requests_total',
      help: 'HTTP requests answered.',
      labelNames: ['method', 'route', 'status'],
    });
  const latency =
    existing<Histogram<string>>('hilo_http_request_duration_seconds') ??
    new Histogram({
      name: 'hilo_http_request_duration_seconds',
      help: 'Time from the first byte of a request to the last byte of its answer.',
      labelNames: ['method', 'route'],
      buckets: LATENCY_BUCKETS_S,
    });
  instance.addHook('onResponse', (request, reply, done) => {
    // The route's pattern, not the address: paths contain ids, and labels must have few values.
    const route = request.routeOptions.url ?? 'unknown';
    requests.inc({ method: request.method, route, status: reply.statusCode });
    latency.observe({ method: request.method, route }, reply.elapsedTime / 1000);
    done();
  });
}

function existing<M>(name: string): M | undefined {
  return register.getSingleMetric(name) as M | undefined;
}
