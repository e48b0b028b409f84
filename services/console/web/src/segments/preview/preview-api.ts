import type { Condition } from '@hilo/behaviour/version-2/language';
import { parseJson } from '@hilo/exact-json';
import type { Api as ProfileApi } from '@hilo/profile/contract';
import type { Api as SegmentationApi } from '@hilo/segmentation/contract';
import type { SchemaOf } from '@hilo/service/contract';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query';
import type { Api } from '../../api/api.ts';
import { useApi } from '../../api/api-context.tsx';
import { NAME_TRAITS, personName } from '../domain/person-name.ts';

/** Whom a condition would hold for. */
export type Preview = SchemaOf<SegmentationApi, 'Preview'>;

/** While somebody types, nothing is asked for. */
const PAUSE_MS = 400;
/** The same condition is not asked for again so soon. */
const FRESH_MS = 10_000;
/** Longer than the service takes at most. */
const ANSWERED_WITHIN_MS = 40_000;
/** People named in a sample. */
const NAMED = 5;

/** Whom a condition would hold for; `replaced`: the key of the segment that it is to change, or null. */
export function readPreview(
  api: Api,
  condition: Condition,
  replaced: string | null,
  signal: AbortSignal,
): Promise<Preview> {
  const body = { condition, ...(replaced === null ? {} : { segment: replaced }) };
  const waiting = { signal, withinMs: ANSWERED_WITHIN_MS };
  return api.call('POST /api/segmentation/v1/segments/preview', { body }, waiting) as Promise<Preview>;
}

/** Asks for the preview once nobody has changed the condition for a moment, and ends the call before. Null: asks for nothing. */
export function usePreview(condition: Condition | null, replaced: string | null) {
  const api = useApi();
  const text = condition === null ? null : JSON.stringify(condition);
  const [settled] = useDebouncedValue(text, PAUSE_MS);
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: ['segment-preview', settled, replaced],
    queryFn: ({ signal }) => readPreview(api, parseJson(settled ?? '') as Condition, replaced, signal),
    enabled: settled !== null && text !== null,
    placeholderData: keepPreviousData,
    staleTime: FRESH_MS,
    retry: false,
  });
  const isBehind = isFetching || settled !== text;
  return { data, error: isBehind ? null : error, isBehind, retry: () => void refetch() };
}

/** The first people of a sample, each with a name as soon as it is known. */
export function useNamed(sample: Preview['sample']) {
  const api = useApi();
  const first = sample.slice(0, NAMED);
  const names = useQueries({
    queries: first.map(({ profile_id }) => ({
      queryKey: ['person-name', profile_id],
      queryFn: ({ signal }: { readonly signal: AbortSignal }) => readName(api, profile_id, signal),
      staleTime: Infinity,
      retry: false,
    })),
  });
  return first.map((person, index) => ({ ...person, name: names[index]?.data ?? person.profile_id }));
}

async function readName(api: Api, id: string, signal: AbortSignal): Promise<string> {
  const input = {
    params: { space: 'default', identifier: `profile_id:${id}` },
    query: { include: NAME_TRAITS },
  };
  const answer: SchemaOf<ProfileApi, 'Traits'> = await api.call(
    'GET /api/profile/v1/spaces/{space}/collections/users/profiles/{identifier}/traits',
    input,
    { signal },
  );
  return personName(answer.traits as Readonly<Record<string, unknown>>) ?? id;
}
