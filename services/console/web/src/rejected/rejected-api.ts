import type { Api, ListPage } from '../api/api.ts';

/** An event that was rejected. */
export interface Rejection {
  readonly rejection_id: string;
  readonly source: string;
  readonly message_id: string | null;
  readonly type: string | null;
  /** From docs/reasons.md. */
  readonly reason: string;
  readonly field: string;
  readonly message: string;
  readonly via: 'http' | 'kafka';
  readonly received_at: string;
  /** What came in, cut after 8 KB. */
  readonly original: string | null;
  /** Its whole length; null where it is not known. */
  readonly original_bytes: number | null;
  /** When a replay of it was accepted. */
  readonly replayed_at: string | null;
}

/** How often a reason was given lately. */
export interface ReasonCount {
  readonly reason: string;
  readonly count: number;
  readonly latest_at: string;
}

/** What rejections to list; null: any. */
export interface RejectionFilter {
  readonly reason: string | null;
  readonly source: string | null;
}

/** What became of a replay. */
export interface Replay {
  readonly rejection_id: string;
  readonly state: 'accepted' | 'partly' | 'sent' | 'duplicate' | 'rejected' | 'not_kept' | 'not_found';
  readonly message_id: string | null;
  readonly reason: string | null;
  readonly field: string | null;
  readonly message: string | null;
}

const PAGE = 50;

/** A page of the latest rejected events, the newest first. */
export function readRejected(
  api: Api,
  { reason, source }: RejectionFilter,
  cursor: string | null,
  signal: AbortSignal,
): Promise<ListPage<Rejection>> {
  return api.get('/api/ingestion/v1/rejected', { limit: PAGE, reason, source, cursor }, signal);
}

/** The reasons given lately, the most frequent first. */
export async function readReasons(api: Api, signal: AbortSignal): Promise<readonly ReasonCount[]> {
  const { items } = await api.get<{ items: readonly ReasonCount[] }>('/api/ingestion/v1/rejected/reasons', {}, signal);
  return items;
}

/** Sends rejected events through the same checks again; at most a page of them. */
export async function replayRejected(api: Api, ids: readonly string[]): Promise<readonly Replay[]> {
  const { items } = await api.post<{ items: readonly Replay[] }>('/api/ingestion/v1/rejected/replay', { ids });
  return items;
}
