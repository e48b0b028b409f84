import type { ServerResponse } from 'node:http';

/**
 * Aborts when the client has disconnected or has waited for `withinMs`: nobody wants the answer any longer. Aborts at
 * once if the client disconnected earlier, for example while its rights were looked up.
 */
export function untilGone({ raw }: { readonly raw: ServerResponse }, withinMs: number): AbortSignal {
  const gone = new AbortController();
  if (raw.closed || raw.destroyed) gone.abort();
  else raw.once('close', () => gone.abort());
  return AbortSignal.any([gone.signal, AbortSignal.timeout(withinMs)]);
}
