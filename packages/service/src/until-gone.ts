import type { ServerResponse } from 'node:http';

/**
 * Aborts when whoever asked has gone, or has waited for `within_ms`: nobody wants the answer any more. It is aborted from the
 * start if they went before, such as while their rights were looked up.
 */
export function untilGone({ raw }: { readonly raw: ServerResponse }, within_ms: number): AbortSignal {
  const gone = new AbortController();
  if (raw.closed || raw.destroyed) gone.abort();
  else raw.once('close', () => gone.abort());
  return AbortSignal.any([gone.signal, AbortSignal.timeout(within_ms)]);
}
