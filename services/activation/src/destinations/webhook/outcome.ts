import type { Answer, Outcome } from '../../domain/attempt.ts';

/** Request timeout, too early, too many requests. */
const RETRIED = new Set([408, 425, 429]);

/** What an HTTP answer means: 408, 425, 429 and 5xx may be different next time; what else is said will be said again. */
export function outcomeOf(answer: Answer & { readonly status: number }, retryAfterMs: number | null): Outcome {
  const { status } = answer;
  if (status >= 200 && status < 300) return { kind: 'delivered', answer };
  if (RETRIED.has(status) || status >= 500)
    return { kind: 'transient_failure', reason: 'server_error', retryAfterMs, answer };
  return { kind: 'permanent_failure', reason: status >= 300 && status < 400 ? 'redirected' : 'refused', answer };
}
