import type { Readable } from 'node:stream';
import { Agent, request } from 'undici';
import type { Outcome } from '../../domain/attempt.ts';
import type { Attempt, DestinationResources } from '../destination-type.ts';
import type { SettingsOf } from '../fields.ts';
import { endpointOf } from './address.ts';
import type { FIELDS } from './fields.ts';
import { AddressBlockedError, type ConnectorDependencies, guardedConnector } from './guarded-connector.ts';
import { outcomeOf } from './outcome.ts';
import { retryAfter } from './retry-after.ts';
import { signature } from './signature.ts';

/** What calls are made with, and which addresses they may reach. */
export type CallDependencies = Pick<DestinationResources, 'timeoutMs' | 'concurrency'> &
  Pick<ConnectorDependencies, 'judge' | 'lookup'> &
  Partial<Pick<ConnectorDependencies, 'requiresTls'>>;

const KEEP_ALIVE_MS = 10_000;
const MAX_BODY_CHARACTERS = 1_000;
const MAX_BODY_BYTES = 4_096;
/** How long to wait for the body of an answer after its status. */
const BODY_MS = 1_000;
/** Internal origins remembered by name; beyond this, the bodies of no origin are kept. */
const MAX_INSIDE = 10_000;

/**
 * Posts deliveries over HTTP, on connections that are kept, to public addresses and what the operator allows. Redirects are
 * not followed: they are an answer. Of an origin that was ever reached by an address that is not public, only the status of an
 * answer is kept: whoever may edit destinations must not read what is inside.
 */
export class WebhookCalls {
  readonly #agent: Agent;
  /** Origins that were reached at an internal address, as `host:port`. */
  readonly #inside = new Set<string>();

  constructor({ judge, timeoutMs, concurrency, lookup, requiresTls = false }: CallDependencies) {
    this.#agent = new Agent({
      connections: concurrency,
      pipelining: 1,
      keepAliveTimeout: KEEP_ALIVE_MS,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      connect: guardedConnector({
        judge,
        timeoutMs,
        requiresTls,
        reachesInside: ({ host, port }) => {
          if (this.#inside.size < MAX_INSIDE) this.#inside.add(`${host}:${port}`);
        },
        ...(lookup === undefined ? {} : { lookup }),
      }),
    });
  }

  async perform({ settings, delivery, signal, traceparent }: Attempt<SettingsOf<typeof FIELDS>>): Promise<Outcome> {
    const { idempotency_key, body } = delivery;
    try {
      const answer = await request(settings.url, {
        method: 'POST',
        dispatcher: this.#agent,
        signal,
        headers: {
          'content-type': 'application/json',
          'user-agent': 'Hilo',
          'idempotency-key': idempotency_key,
          'x-hilo-signature': signature(settings.secret, Math.floor(Date.now() / 1000), body),
          ...(traceparent === undefined ? {} : { traceparent }),
        },
        body,
      });
      const status = answer.statusCode;
      const retryAfterMs = retryAfter(answer.headers['retry-after'], Date.now());
      return outcomeOf({ status, body: await this.#bodyOf(settings.url, answer.body) }, retryAfterMs);
    } catch (error) {
      return failureOf(error);
    }
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  async #bodyOf(url: string, body: Readable): Promise<string | null> {
    const { host, port } = endpointOf(url);
    // Read in any case; otherwise the connection could not be reused.
    const text = await firstCharacters(body);
    return this.#inside.size < MAX_INSIDE && !this.#inside.has(`${host}:${port}`) ? text : null;
  }
}

/**
 * Reads no more of an answer than is kept, and waits no longer than allowed; gives up the connection of a longer one.
 * The status has decided: a body that breaks off, or never ends, changes nothing.
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
    // Keep what has arrived so far.
  } finally {
    clearTimeout(timer);
  }
  const text = Buffer.concat(chunks).subarray(0, MAX_BODY_BYTES).toString('utf8');
  return Array.from(text).slice(0, MAX_BODY_CHARACTERS).join('');
}

/** No answer came. */
function failureOf(error: unknown): Outcome {
  if (error instanceof AddressBlockedError)
    return { kind: 'permanent_failure', reason: 'blocked_address', answer: null };
  const reason = isTimeout(error) ? 'timeout' : 'network';
  return { kind: 'transient_failure', reason, retryAfterMs: null, answer: null };
}

function isTimeout(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return error.name === 'TimeoutError' || code.endsWith('TIMEOUT') || code === 'UND_ERR_ABORTED';
}
