import { type QueryClient, type QueryKey, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';

/** How often what has changed a moment ago is asked for again. A page in a window that nobody sees asks for nothing. */
export const MOVING_MS = 1_000;

/** What has not changed for this long is asked for less often. */
const CALM_AFTER_MS = 10_000;

/** How often then. */
const CALM_MS = {
  /** Nothing else reports a change to the page, which it has to show within two seconds; so it goes on. */
  watched: MOVING_MS,
  /** Something that is watched reports it, by `useStir`. */
  followed: 15_000,
} as const;

/** How a query is kept up to date. */
export type Poll = keyof typeof CALM_MS;

/** A query, as far as its interval depends on it. */
interface Polled {
  readonly state: { readonly data?: unknown };
}

/** What queries had when they last changed, and when that was. */
const changes = new WeakMap<object, { readonly data: unknown; readonly at_ms: number }>();

/** The `refetchInterval` of a query: often while it changes, seldom once nothing has changed for a while. */
export function polling(poll: Poll): (query: Polled) => number {
  return (query) => intervalOf(query, poll, Date.now());
}

/** Time until a query is asked again. Answers that are equal are the same object, so a change is seen by that alone. */
export function intervalOf(query: Polled, poll: Poll, nowMs: number): number {
  const { data } = query.state;
  const last = changes.get(query);
  if (last === undefined || last.data !== data) {
    changes.set(query, { data, at_ms: nowMs });
    return MOVING_MS;
  }
  return nowMs - last.at_ms < CALM_AFTER_MS ? MOVING_MS : CALM_MS[poll];
}

/** Has queries asked again at once, and often for a while: what they read is about to change. */
function stir(queries: QueryClient, queryKey: QueryKey): void {
  for (const query of queries.getQueryCache().findAll({ queryKey }))
    changes.set(query, { data: query.state.data, at_ms: Date.now() });
  void queries.invalidateQueries({ queryKey });
}

/** Stirs queries each time that `sign` is another one; undefined: it is not known yet. */
export function useStir(sign: unknown, ...keys: readonly QueryKey[]): void {
  const queries = useQueryClient();
  const last = useRef(sign);
  const names = JSON.stringify(keys);
  useEffect(() => {
    const isFirst = last.current === undefined;
    if (last.current === sign) return;
    last.current = sign;
    if (isFirst) return;
    for (const key of JSON.parse(names) as readonly QueryKey[]) stir(queries, key);
  }, [sign, names, queries]);
}
