import type { Readable } from 'node:stream';
import { Agent, request } from 'undici';
import type { Answered, AttemptRequest, Unreachable } from '../domain/attempt.ts';
import type { Destination } from '../domain/destination.ts';
import { retryAfter } from '../domain/retry-policy.ts';
import { signature } from '../domain/signature.ts';
import { endpointOf } from '../domain/webhook-address.ts';
import type { WebhookClient } from '../ports.ts';
import { AddressBlockedError, type ConnectorParts, guardedConnector } from './guarded-connector.ts';

/** Limits of requests. */
export interface WebhookLimits {
  /** From the start of the request to the status of the answer. */
  readonly timeout_ms: number;
  /** Connections to one origin. */
  readonly connections: number;
  /** Which addresses may be called. */
  readonly judge: ConnectorParts['judge'];
  /** How names become addresses; absent: as the machine does. */
  readonly lookup?: ConnectorParts['lookup'];
}

const KEEP_ALIVE_MS = 10_000;
const MAX_BODY_CHARACTERS = 1_000;
const MAX_BODY_BYTES = 4_096;
/** How long the body of an answer is waited for after its status. */
const BODY_MS = 1_000;
/** Origins inside that are remembered by name; beyond it no origin's answers are kept. */
const MAX_INSIDE = 10_000;

/**
 * Posts membership records over HTTP, on connections that are kept, to public addresses and what the operator allows.
 * Redirects are not followed: they are an answer. Of an origin that was ever reached by an address that is not public, only
 * the status of an answer is kept: whoever may edit destinations must not read what is inside.
 */
export class UndiciWebhookClient implements WebhookClient {
  readonly #limits: WebhookLimits;
  readonly #agent: Agent;
  /** Origins that were reached inside, as `host:port`. */
  readonly #inside = new Set<string>();

  constructor(limits: WebhookLimits) {
    this.#limits = limits;
    this.#agent = new Agent({
      connections: limits.connections,
      pipelining: 1,
      keepAliveTimeout: KEEP_ALIVE_MS,
      headersTimeout: limits.timeout_ms,
      bodyTimeout: limits.timeout_ms,
      connect: guardedConnector({
        judge: limits.judge,
        timeout_ms: limits.timeout_ms,
        reachesInside: ({ host, port }) => {
          if (this.#inside.size < MAX_INSIDE) this.#inside.add(`${host}:${port}`);
        },
        ...(limits.lookup === undefined ? {} : { lookup: limits.lookup }),
      }),
    });
  }

  async post(
    destination: Destination,
    attempt: AttemptRequest,
    traceparent: string | undefined,
  ): Promise<Answered | Unreachable> {
    const body = JSON.stringify(attempt.record);
    try {
      const answer = await request(destination.url, {
        method: 'POST',
        dispatcher: this.#agent,
        signal: AbortSignal.timeout(this.#limits.timeout_ms),
        headers: {
          'content-type': 'application/json',
          'user-agent': 'Hilo',
          'idempotency-key': attempt.idempotency_key,
          'x-hilo-signature': signature(destination.secret, Math.floor(Date.now() / 1000), body),
          ...(traceparent === undefined ? {} : { traceparent }),
        },
        body,
      });
      return {
        kind: 'answered',
        status: answer.statusCode,
        body: await this.#bodyOf(destination.url, answer.body),
        retry_after_ms: retryAfter(answer.headers['retry-after'], Date.now()),
      };
    } catch (error) {
      return { kind: 'unreachable', reason: reasonOf(error) };
    }
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  async #bodyOf(url: string, body: Readable): Promise<string | null> {
    const { host, port } = endpointOf(url);
    // Read in any case, or the connection could not be used again.
    const text = await firstCharacters(body);
    return this.#inside.size < MAX_INSIDE && !this.#inside.has(`${host}:${port}`) ? text : null;
  }
}

/**
 * Reads no more of an answer than is kept, and no longer than it is waited for; the connection of a longer one is given up. The
 * status has decided: a body that breaks off, or never ends, changes nothing.
 */
async function firstCharacters(body: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  body.on('error', () => undefined);
  const timer = setTimeout(() => body.destroy(), BODY_MS);
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > MAX_BODY_BYTES) break;
    }
  } catch {
    // What has come so far counts.
  } finally {
    clearTimeout(timer);
  }
  const text = Buffer.concat(chunks).subarray(0, MAX_BODY_BYTES).toString('utf8');
  return Array.from(text).slice(0, MAX_BODY_CHARACTERS).join('');
}

function reasonOf(error: unknown): Unreachable['reason'] {
  if (error instanceof AddressBlockedError) return 'blocked_address';
  if (!(error instanceof Error)) return 'network';
  const code = 'code' in error ? String(error.code) : '';
  return error.name === 'TimeoutError' || code.endsWith('TIMEOUT') || code === 'UND_ERR_ABORTED'
    ? 'timeout'
    : 'network';
}
