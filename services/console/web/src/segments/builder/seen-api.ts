import { useQuery } from '@tanstack/react-query';
import { useApi } from '../../api/api-context.tsx';
import type { Query } from '../../api/api.ts';
import type { Scalar } from '../domain/condition.ts';
import type { ScalarDraft } from '../domain/draft.ts';

/** A path that was seen in events or traits. */
export interface SeenPath {
  readonly path: string;
  readonly count: number;
  /** Kinds of its values, the most frequent first. */
  readonly kinds: readonly ScalarDraft['kind'][];
}

/** Whose paths and values: an event's properties, or traits. */
export type SeenOf = { readonly kind: 'event'; readonly event: string } | { readonly kind: 'traits' };

const SEEN = '/api/history/v1/seen';

/** What is offered is a help only: it is asked for once in a while, and where it can't be had there is none. */
function useSeen<T>(path: string, query: Query, enabled: boolean): readonly T[] {
  const api = useApi();
  const { data } = useQuery({
    queryKey: ['seen', path, query],
    queryFn: ({ signal }) => api.get<{ readonly items: readonly T[] }>(`${SEEN}/${path}`, query, signal),
    enabled,
    staleTime: 5_000,
    retry: false,
  });
  return data?.items ?? [];
}

/** Names of events that were seen, the most frequent first. */
export function useSeenEvents(): readonly string[] {
  return useSeen<{ readonly event: string }>('events', {}, true).map(({ event }) => event);
}

/** Paths that were seen, the most frequent first. An event that nobody has seen, or that is being typed, has none. */
export function useSeenPaths(of: SeenOf): readonly SeenPath[] {
  const is_known = useSeenEvents().includes(of.kind === 'event' ? of.event : '');
  const properties = useSeen<SeenPath>('properties', { event: eventOf(of) }, is_known);
  const traits = useSeen<SeenPath>('traits', {}, of.kind === 'traits');
  return of.kind === 'traits' ? traits : properties;
}

/** Values that were seen at a path, the most frequent first. */
export function useSeenValues(of: SeenOf, path: string): readonly Scalar[] {
  const is_known = useSeenPaths(of).some((seen) => seen.path === path);
  const is_trait = of.kind === 'traits';
  const seen = useSeen<{ readonly value: Scalar }>(
    is_trait ? 'trait-values' : 'values',
    is_trait ? { trait: path } : { event: eventOf(of), property: path },
    is_known,
  );
  return seen.map(({ value }) => value);
}

function eventOf(of: SeenOf): string {
  return of.kind === 'event' ? of.event : '';
}
