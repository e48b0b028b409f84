import type { Scalar } from '@hilo/behaviour/version-2/language';
import type { Api as HistoryApi } from '@hilo/history/contract';
import type { SchemaOf } from '@hilo/service/contract';
import { useQuery } from '@tanstack/react-query';
import type { Api } from '../../api/api.ts';
import { useApi } from '../../api/api-context.tsx';

/** A path that was seen in events or traits. */
export type SeenPath = SchemaOf<HistoryApi, 'SeenPath'>;

/** Whose paths and values: an event's properties, or traits. */
export type SeenOf = { readonly kind: 'event'; readonly event: string } | { readonly kind: 'traits' };

/** Whose paths and values: those of the events that a selector asks for, which are known where it names one. */
export function seenOf(events: unknown): SeenOf {
  return { kind: 'event', event: typeof events === 'string' ? events : '' };
}

/** What was seen. */
interface Seen<T> {
  readonly items: readonly T[];
  /** False until the history has answered. */
  readonly isKnown: boolean;
}

/** The lists end there: what is missing from a full one may have been seen all the same. */
const LISTED_AT_MOST = { events: 500, paths: 200 } as const;

/** What is offered is a help only: it is asked for once in a while, and where it can't be had there is none. */
function useSeen<T>(
  key: readonly string[],
  read: (api: Api, signal: AbortSignal) => Promise<{ readonly items: readonly T[] }>,
  enabled: boolean,
): Seen<T> {
  const api = useApi();
  const { data } = useQuery({
    queryKey: ['seen', ...key],
    queryFn: ({ signal }) => read(api, signal),
    enabled,
    staleTime: 5_000,
    retry: false,
  });
  return { items: data?.items ?? [], isKnown: data !== undefined };
}

/** Names of events that were seen, the most frequent first. */
export function useSeenEvents(): readonly string[] {
  return useSeenEventNames().items.map(({ event }) => event);
}

/** Whether an event that is not among those seen is certainly unseen. */
export function useEventsKnown(): boolean {
  const { items, isKnown } = useSeenEventNames();
  return isKnown && items.length < LISTED_AT_MOST.events;
}

/** Whether a path that is not among those seen is certainly unseen; of an event that was not seen, none is. */
export function usePathsKnown(of: SeenOf): boolean {
  const { items, isKnown } = useSeenPathsOf(of);
  return isKnown && items.length > 0 && items.length < LISTED_AT_MOST.paths;
}

function useSeenEventNames(): Seen<{ readonly event: string }> {
  return useSeen(['events'], (api, signal) => api.call('GET /api/history/v1/seen/events', {}, { signal }), true);
}

/** Paths that were seen, the most frequent first. An event that nobody has seen, or that is being typed, has none. */
export function useSeenPaths(of: SeenOf): readonly SeenPath[] {
  return useSeenPathsOf(of).items;
}

function useSeenPathsOf(of: SeenOf): Seen<SeenPath> {
  const event = eventOf(of);
  const isKnown = useSeenEvents().includes(event);
  const properties = useSeen(
    ['properties', event],
    (api, signal) => api.call('GET /api/history/v1/seen/properties', { query: { event } }, { signal }),
    isKnown,
  );
  const traits = useSeen(
    ['traits'],
    (api, signal) => api.call('GET /api/history/v1/seen/traits', {}, { signal }),
    of.kind === 'traits',
  );
  return of.kind === 'traits' ? traits : properties;
}

/** Values that were seen at a path, the most frequent first. */
export function useSeenValues(of: SeenOf, path: string): readonly Scalar[] {
  const event = eventOf(of);
  const isKnown = useSeenPaths(of).some((seen) => seen.path === path);
  const seen = useSeen(
    ['values', of.kind, event, path],
    (api, signal) =>
      of.kind === 'traits'
        ? api.call('GET /api/history/v1/seen/trait-values', { query: { trait: path } }, { signal })
        : api.call('GET /api/history/v1/seen/values', { query: { event, property: path } }, { signal }),
    isKnown,
  );
  return seen.items.map(({ value }) => value);
}

function eventOf(of: SeenOf): string {
  return of.kind === 'event' ? of.event : '';
}
