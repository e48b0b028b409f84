import type { Api as ConsoleApi } from '@hilo/console/contract';
import type { SchemaOf } from '@hilo/service/contract';
import type { Api, ListPage } from '../api/api.ts';
import type { AuditQuery } from './audit-filter.ts';

/** An entry of the audit log. */
export type AuditEntry = SchemaOf<ConsoleApi, 'AuditEntry'>;

const PAGE = 50;

/** A search looks at many entries. */
const SEARCHED_WITHIN_MS = 30_000;

/** The console ends a file after this time. */
const FILE_WITHIN_MS = 300_000;

/** A page of the entries that fit, the newest first. */
export function readAudit(
  api: Api,
  query: AuditQuery,
  cursor: string | null,
  signal: AbortSignal,
): Promise<ListPage<AuditEntry>> {
  const body = { ...given({ ...query, cursor }), limit: PAGE };
  return api.call('POST /api/audit/search', { body }, { signal, withinMs: SEARCHED_WITHIN_MS });
}

/** All entries that fit, as a file. */
export function auditFile(api: Api, query: AuditQuery, format: 'csv' | 'jsonl'): Promise<Blob> {
  return api.file('POST /api/audit/export', { body: { ...given(query), format } }, { withinMs: FILE_WITHIN_MS });
}

/** Values without those that are null or empty. */
function given<T extends object>(values: T): { readonly [Name in keyof T]?: NonNullable<T[Name]> } {
  const entries = Object.entries(values).filter(([, value]) => value !== null && value !== '');
  return Object.fromEntries(entries) as { readonly [Name in keyof T]?: NonNullable<T[Name]> };
}
