import { type Api, type ListPage, pathOf } from '../api/api.ts';
import { ApiError, statusOf } from '../api/api-error.ts';

/** A source as ingestion's API shows it. */
export interface Source extends SourceInput {
  readonly key: string;
  /** Not shown to those who may not change sources. */
  readonly write_key: string;
}

/** What is saved; the write key stays, or is made for a new source. */
export interface SourceInput {
  readonly name: string;
  readonly max_event_bytes: number;
  readonly max_batch_bytes: number;
  /** How faulty events are answered: with their faults, or with 200 as Segment does. */
  readonly answer: 'explicit' | 'segment';
  /** What becomes of events whose time can't be read. */
  readonly unreadable_times: 'keep' | 'reject';
  readonly enabled: boolean;
}

/** Bounds of a source's limits, in bytes. */
export const LIMIT_BOUNDS = {
  max_event_bytes: { minimum: 1_024, maximum: 524_288, standard: 32_768 },
  max_batch_bytes: { minimum: 1_024, maximum: 4_194_304, standard: 512_000 },
} as const;

const PAGE = 50;
const KEY_TAKEN = 'key_taken';

/** A page of sources, by key. */
export function readSources(api: Api, cursor: string | null, signal: AbortSignal): Promise<ListPage<Source>> {
  return api.get('/api/ingestion/v1/sources', { limit: PAGE, cursor }, signal);
}

/** One source. */
export function readSource(api: Api, key: string, signal?: AbortSignal): Promise<Source> {
  return api.get(pathOf`/api/ingestion/v1/sources/${key}`, {}, signal);
}

/** Makes or changes a source. */
export function saveSource(api: Api, key: string, input: SourceInput): Promise<Source> {
  return api.put(pathOf`/api/ingestion/v1/sources/${key}`, input);
}

/** Makes a source; rejects with an error of which `isTaken` is true where there is one with the key. */
export async function addSource(api: Api, key: string, input: SourceInput): Promise<Source> {
  try {
    await readSource(api, key);
  } catch (error) {
    if (statusOf(error) === 404) return saveSource(api, key, input);
    throw error;
  }
  throw new ApiError({ kind: 'refused', status: 409, code: KEY_TAKEN, detail: '', field: 'key' });
}

/** Whether an error says that there is a source with the key already. */
export function isTaken(error: Error | null): boolean {
  return error instanceof ApiError && error.fault.kind === 'refused' && error.fault.code === KEY_TAKEN;
}
