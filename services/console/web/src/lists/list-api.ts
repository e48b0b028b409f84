import type { Api as IngestionApi } from '@hilo/ingestion/contract';
import type { BodyOf, SchemaOf } from '@hilo/service/contract';
import type { Api, ListPage } from '../api/api.ts';
import { addNew } from '../api/add-new.ts';
import { readPreview } from '../segments/preview/preview-api.ts';

/** A static list as ingestion's API shows it. */
export type StaticList = SchemaOf<IngestionApi, 'List'>;

/** Who is put on a list or taken off it. */
export type ListEntry = SchemaOf<IngestionApi, 'ListEntry'>;

/** Whether people are put on a list or taken off it. */
export type ListChange = NonNullable<BodyOf<IngestionApi, 'importListCsv'>['change']>;

const PAGE = 50;

/** A page of lists, by key. */
export function readLists(api: Api, cursor: string | null, signal: AbortSignal): Promise<ListPage<StaticList>> {
  return api.call('GET /api/ingestion/v1/lists', { query: { limit: PAGE, cursor } }, { signal });
}

/** One list. */
export function readList(api: Api, key: string, signal?: AbortSignal): Promise<StaticList> {
  return api.call('GET /api/ingestion/v1/lists/{key}', { params: { key } }, { signal });
}

/** Creates a list; rejects with an error of which `isTaken` is true if there is one with the key. */
export function addList(api: Api, key: string, name: string): Promise<StaticList> {
  return addNew(
    () => readList(api, key),
    () => api.call('PUT /api/ingestion/v1/lists/{key}', { params: { key }, body: { name } }),
  );
}

/** How many people are on a list. */
export async function readSize(api: Api, key: string, signal: AbortSignal): Promise<number> {
  const { size } = await readPreview(api, { list: key }, null, signal);
  return size;
}

/** Puts somebody on a list or takes them off; resolves with how many entries were taken. */
export async function sendEntry(api: Api, key: string, change: ListChange, entry: ListEntry): Promise<number> {
  const { type, value } = entry;
  const { taken } =
    change === 'add'
      ? await api.call('POST /api/ingestion/v1/lists/{key}/entries', { params: { key }, body: { entries: [entry] } })
      : await api.call('POST /api/ingestion/v1/lists/{key}/entries/remove', {
          params: { key },
          body: { entries: [{ type, value }] },
        });
  return taken;
}

/** Puts the people of a CSV on a list or takes them off; resolves with how many entries were taken. */
export async function sendCsv(api: Api, key: string, change: ListChange, csv: string): Promise<number> {
  const { taken } = await api.call('POST /api/ingestion/v1/lists/{key}/csv', {
    params: { key },
    body: { csv, change },
  });
  return taken;
}
