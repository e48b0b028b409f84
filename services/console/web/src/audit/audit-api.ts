import type { Api as ConsoleApi } from '@hilo/console/contract';
import type { SchemaOf } from '@hilo/service/contract';
import type { Api, ListPage } from '../api/api.ts';
import type { AuditQuery } from './audit-filter.ts';

/** An entry of the audit log. */
export type AuditEntry = SchemaOf<ConsoleApi, 'AuditEntry'>;

const PAGE = 50;

/** The console ends a file after this time. */
const FILE_WITHIN_MS = 300_000;

/** A page of the entries that fit, the newest first. */
export function readAudit(
  api: Api,
  query: AuditQuery,
  cursor: string | null,
  signal: AbortSignal,
): Promise<ListPage<AuditEntry>> {
  return api.call('GET /api/audit', { query: { ...query, limit: PAGE, cursor } }, { signal });
}

/** All entries that fit, as a file. */
export function auditFile(api: Api, query: AuditQuery, format: 'csv' | 'jsonl'): Promise<Blob> {
  return api.file('GET /api/audit/export', { query: { ...query, format } }, { withinMs: FILE_WITHIN_MS });
}
