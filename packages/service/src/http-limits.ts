import type { ServerOptions } from 'node:http';
import type { FastifyServerOptions } from 'fastify';

/** Limits of a service's HTTP server: what a slow or greedy client can consume. */
export interface HttpLimits {
  /** Largest body as sent. */
  readonly body_bytes: number;
  /** Time a client has to send its headers. */
  readonly headers_timeout_ms: number;
  /** Time a client has to send its whole request. */
  readonly request_timeout_ms: number;
  /** How long an idle connection stays open. */
  readonly keep_alive_ms: number;
  /** Addresses or networks (`10.0.0.0/8`) of proxies whose `X-Forwarded-For` is trusted. */
  readonly trusted_proxies: readonly string[];
  /** Whether `//` in a path counts as `/`, for clients that join an address and a path carelessly. */
  readonly joins_slashes: boolean;
}

/** The limits unless a service says otherwise. */
export const HTTP_LIMITS: HttpLimits = {
  body_bytes: 1_048_576,
  headers_timeout_ms: 10_000,
  request_timeout_ms: 20_000,
  keep_alive_ms: 65_000,
  trusted_proxies: [],
  joins_slashes: false,
};

/** How often Node checks for expired connections; the timeouts are that precise. */
const CHECK_INTERVAL_MS = 1000;

/** The limits in fastify's words. */
export function serverOptions(limits: HttpLimits) {
  return {
    logger: false,
    bodyLimit: limits.body_bytes,
    requestTimeout: limits.request_timeout_ms,
    keepAliveTimeout: limits.keep_alive_ms,
    trustProxy: limits.trusted_proxies.length === 0 ? false : [...limits.trusted_proxies],
    forceCloseConnections: 'idle' as const,
    // Serve every request that arrived before the server closed: the stages behind it stop only afterwards.
    return503OnClosing: false,
    // Longer paths reach the check that names them; Node accepts no address beyond 16 KB.
    routerOptions: {
      maxParamLength: 16 * 1024,
      ignoreTrailingSlash: true,
      ignoreDuplicateSlashes: limits.joins_slashes,
    },
    http: { connectionsCheckingInterval: CHECK_INTERVAL_MS },
  } satisfies FastifyServerOptions & { http: ServerOptions };
}
