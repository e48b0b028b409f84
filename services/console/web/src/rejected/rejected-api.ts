import type { Api as IngestionApi } from '@hilo/ingestion/contract';
import type { SchemaOf } from '@hilo/service/contract';
import type { Api, ListPage } from '../api/api.ts';

/** An event that was rejected. */
export type Rejection = SchemaOf<IngestionApi, 'Rejection'>;

/** How often a reason was given lately. */
export type ReasonCount = SchemaOf<IngestionApi, 'ReasonCount'>;

/** What rejections to list; null: any. */
export interface RejectionFilter {
  readonly reason: string | null;
  readonly source: string | null;
}

/** What became of a replay. */
export type Replay = SchemaOf<IngestionApi, 'Replay'>;

const PAGE = 50;

/** A page of the latest rejected events, the newest first. */
export function readRejected(
  api: Api,
  { reason, source }: RejectionFilter,
  cursor: string | null,
  signal: AbortSignal,
): Promise<ListPage<Rejection>> {
  return api.call('GET /api/ingestion/v1/rejected', { query: { limit: PAGE, reason, source, cursor } }, { signal });
}

/** The reasons given lately, the most frequent first. */
export async function readReasons(api: Api, signal: AbortSignal): Promise<readonly ReasonCount[]> {
  return (await api.call('GET /api/ingestion/v1/rejected/reasons', {}, { signal })).items;
}

/** Sends rejected events through the same checks again; at most a page of them. */
export async function replayRejected(api: Api, ids: readonly string[]): Promise<readonly Replay[]> {
  return (await api.call('POST /api/ingestion/v1/rejected/replay', { body: { ids } })).items;
}
