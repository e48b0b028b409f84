import { setTimeout as pause } from 'node:timers/promises';

/** Statuses that say "not now", as opposed to "not like this". */
const RETRIED_STATUSES = new Set([408, 429, 500, 502, 503, 504]);

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 10_000;
const ANSWER_WITHIN_MS = 30_000;

/** After this time without one good answer, the endpoint counts as stopped. */
const GIVE_UP_AFTER_MS = 180_000;

/** The endpoint refused a batch for good: the answer says why. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
}

/** Where batches are sent. */
export interface IngestEndpoint {
  /** Base URL of ingestion. */
  readonly url: string;
  readonly write_key: string;
}

/**
 * Posts one batch until it is accepted: a batch is safe to send twice, because its events have messageIds. Honours
 * `Retry-After`. Throws `RefusedError` for an answer that no retry changes, or if the endpoint stays unavailable.
 */
export async function postBatch(endpoint: IngestEndpoint, body: string, wait: typeof pause = pause): Promise<void> {
  const givenUpAtMs = performance.now() + GIVE_UP_AFTER_MS;
  for (let attempt = 0; ; attempt++) {
    const answer = await post(endpoint, body, attempt);
    if (answer.kind === 'taken') return;
    if (answer.kind === 'refused') throw new RefusedError(answer.why);
    const pauseMs = answer.retryAfterMs ?? Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt);
    if (performance.now() + pauseMs > givenUpAtMs) throw new RefusedError(`gave up on ${endpoint.url}: ${answer.why}`);
    await wait(pauseMs);
  }
}

type Answer =
  | { readonly kind: 'taken' }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'later'; readonly why: string; readonly retryAfterMs: number | null };

async function post(endpoint: IngestEndpoint, body: string, attempt: number): Promise<Answer> {
  try {
    const answer = await fetch(`${endpoint.url}/v1/batch`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Basic ${Buffer.from(`${endpoint.write_key}:`).toString('base64')}`,
        ...(attempt === 0 ? {} : { 'x-retry-count': String(attempt) }),
      },
      body,
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    const text = await answer.text();
    if (answer.ok) return { kind: 'taken' };
    const why = `${answer.status} ${text.slice(0, 500)}`;
    if (!RETRIED_STATUSES.has(answer.status)) return { kind: 'refused', why };
    return { kind: 'later', why, retryAfterMs: retryAfterMs(answer.headers.get('retry-after')) };
  } catch (error) {
    return { kind: 'later', why: error instanceof Error ? error.message : String(error), retryAfterMs: null };
  }
}

/** `Retry-After` in seconds; dates and nonsense count as absent. */
function retryAfterMs(header: string | null): number | null {
  return header !== null && /^\d{1,4}(\.\d+)?$/.test(header) ? Number(header) * 1000 : null;
}
