import type { ServerOptions } from 'node:http';
import type { ServerOptions as HttpsOptions } from 'node:https';
import type { FastifyServerOptions } from 'fastify';
import type { KeyPair } from './pem.ts';

/** Limits of a service's HTTP server: what a slow or greedy client can consume. */
export interface HttpLimits {
  /** Largest body as sent. */
  readonly bodyBytes: number;
  /** Time a client has to send its headers. */
  readonly headersTimeoutMs: number;
  /** Time a client has to send its whole request. */
  readonly requestTimeoutMs: number;
  /** How long an idle connection stays open. */
  readonly keepAliveMs: number;
  /** Addresses or networks (`10.0.0.0/8`) of proxies whose `X-Forwarded-For` is trusted. */
  readonly trustedProxies: readonly string[];
  /** Whether `//` in a path counts as `/`, for clients that join an address and a path carelessly. */
  readonly joinsSlashes: boolean;
}

/** The limits unless a service says otherwise. */
export const HTTP_LIMITS: HttpLimits = {
  bodyBytes: 1_048_576,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 20_000,
  keepAliveMs: 65_000,
  trustedProxies: [],
  joinsSlashes: false,
};

/** How often Node checks for expired connections; the timeouts are that precise. */
const CHECK_INTERVAL_MS = 1000;

/** The options of an HTTPS server with this certificate; null: of an HTTP server. */
export function httpsOptions(tls: KeyPair | null, limits: Pick<HttpLimits, 'headersTimeoutMs'> = HTTP_LIMITS) {
  if (tls === null) return null;
  return {
    ...tls,
    minVersion: 'TLSv1.2',
    handshakeTimeout: limits.headersTimeoutMs,
    connectionsCheckingInterval: CHECK_INTERVAL_MS,
  } satisfies HttpsOptions;
}

/** The limits in fastify's words; with a certificate for HTTPS, or null. */
export function serverOptions(limits: HttpLimits, tls: KeyPair | null) {
  return {
    logger: false,
    bodyLimit: limits.bodyBytes,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveMs,
    trustProxy: limits.trustedProxies.length === 0 ? false : [...limits.trustedProxies],
    forceCloseConnections: 'idle' as const,
    // Serve every request that arrived before the server closed: the stages behind it stop only afterwards.
    return503OnClosing: false,
    // Longer paths reach the check that names them; Node accepts no address beyond 16 KB.
    routerOptions: {
      maxParamLength: 16 * 1024,
      ignoreTrailingSlash: true,
      ignoreDuplicateSlashes: limits.joinsSlashes,
    },
    http: { connectionsCheckingInterval: CHECK_INTERVAL_MS },
    https: httpsOptions(tls, limits),
  } satisfies FastifyServerOptions & { http: ServerOptions; https: HttpsOptions | null };
}
