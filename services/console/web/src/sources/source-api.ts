import type { Api as IngestionApi } from '@hilo/ingestion/contract';
import type { SchemaOf } from '@hilo/service/contract';
import { addNew } from '../api/add-new.ts';
import type { Api, ListPage } from '../api/api.ts';

/** A source as ingestion's API shows it; the write key is not shown to those who may not change sources. */
export type Source = SchemaOf<IngestionApi, 'Source'>;

/** What is saved; the write key stays, or is made for a new source. */
export type SourceInput = Required<Omit<SchemaOf<IngestionApi, 'SourceDraft'>, 'write_key'>>;

type Properties = IngestionApi['schemas']['Source']['properties'];

/** Bounds of a source's limits, in bytes. */
export const LIMIT_BOUNDS: {
  readonly [Limit in 'max_event_bytes' | 'max_batch_bytes']: Pick<Properties[Limit], 'minimum' | 'maximum' | 'default'>;
} = {
  max_event_bytes: { minimum: 1_024, maximum: 524_288, default: 32_768 },
  max_batch_bytes: { minimum: 1_024, maximum: 4_194_304, default: 512_000 },
};

const PAGE = 50;

/** A page of sources, by key. */
export function readSources(api: Api, cursor: string | null, signal: AbortSignal): Promise<ListPage<Source>> {
  return api.call('GET /api/ingestion/v1/sources', { query: { limit: PAGE, cursor } }, { signal });
}

/** One source. */
export function readSource(api: Api, key: string, signal?: AbortSignal): Promise<Source> {
  return api.call('GET /api/ingestion/v1/sources/{key}', { params: { key } }, { signal });
}

/** Makes or changes a source. */
export function saveSource(api: Api, key: string, input: SourceInput): Promise<Source> {
  return api.call('PUT /api/ingestion/v1/sources/{key}', { params: { key }, body: input });
}

/** Makes a source; rejects with an error of which `isTaken` is true where there is one with the key. */
export function addSource(api: Api, key: string, input: SourceInput): Promise<Source> {
  return addNew(
    () => readSource(api, key),
    () => saveSource(api, key, input),
  );
}
