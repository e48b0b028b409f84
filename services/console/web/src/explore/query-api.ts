import type { Api } from '../api/api.ts';
import type { Answer } from './domain/answer.ts';
import type { CatalogueTable } from './domain/completions.ts';

/** A statement to run. */
export interface StatementToRun {
  /** Chosen here, to cancel it by. */
  readonly id: string;
  readonly sql: string;
  /** Value of the parameter `segment`; null: everyone. */
  readonly segment: string | null;
}

const QUERIES = 'POST /api/history/v1/queries';

/** ClickHouse ends a statement after a minute; it may have waited for its turn before. */
const ANSWERED_WITHIN_MS = 100_000;

/** Rows that a page takes. */
const ROWS = 1000;

/** An id that no other statement has; `crypto.randomUUID` is there under HTTPS alone. */
export function newQueryId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** Runs a statement; aborting the signal ends it at ClickHouse, too. */
export function runStatement(api: Api, { id, sql, segment }: StatementToRun, signal: AbortSignal): Promise<Answer> {
  const body = { id, sql, parameters: { segment: segment ?? '' }, limit: ROWS };
  return api.call(QUERIES, { body }, { signal, withinMs: ANSWERED_WITHIN_MS });
}

/** Ends a statement, also where something between here and ClickHouse holds on to it. */
export function cancelStatement(api: Api, id: string): Promise<void> {
  return api.call('DELETE /api/history/v1/queries/{id}', { params: { id } });
}

/** The whole answer to a statement as CSV. */
export function statementFile(api: Api, { id, sql, segment }: StatementToRun, signal: AbortSignal): Promise<Blob> {
  const body = { id, sql, parameters: { segment: segment ?? '' }, format: 'csv' } as const;
  return api.file(QUERIES, { body }, { signal, withinMs: ANSWERED_WITHIN_MS });
}

/** Tables and columns with what they mean. */
export async function readCatalogue(api: Api, signal: AbortSignal): Promise<readonly CatalogueTable[]> {
  return (await api.call('GET /api/history/v1/catalogue', {}, { signal })).tables;
}

/** Names of track events, the most frequent first. */
export function readEventNames(api: Api, signal: AbortSignal): Promise<readonly string[]> {
  return firstColumn(
    api,
    "SELECT event FROM hilo.event_rows WHERE type = 'track' AND event IS NOT NULL GROUP BY event ORDER BY count() DESC LIMIT 200",
    signal,
  );
}

/** Paths of properties outside of lists, in some of the events with a name, the most frequent first. */
export async function readPropertyPaths(api: Api, event: string, signal: AbortSignal): Promise<readonly string[]> {
  const sql =
    'SELECT arrayJoin(mapKeys(property_values)) AS path FROM ' +
    '(SELECT property_values FROM hilo.event_rows WHERE event = {event:String} LIMIT 5000) ' +
    'GROUP BY path ORDER BY count() DESC LIMIT 200';
  return firstColumn(api, sql, signal, { event });
}

async function firstColumn(
  api: Api,
  sql: string,
  signal: AbortSignal,
  parameters: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> {
  const body = { id: newQueryId(), sql, parameters };
  const { rows } = await api.call(QUERIES, { body }, { signal, withinMs: ANSWERED_WITHIN_MS });
  return rows.map(([value]) => String(value));
}
