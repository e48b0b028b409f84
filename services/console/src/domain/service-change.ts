import { type AuditEntry, auditEntry, refusalEntry } from './audit-entry.ts';

/** A change as the service recorded it, or requests that it refused. */
export interface ServiceChange {
  readonly id: string;
  readonly when_ms: number;
  readonly who: string;
  /** Of the client; null: not known. */
  readonly address: string | null;
  readonly method: string;
  /** Path at the service, such as `v1/segments/vip`. */
  readonly target: string;
  readonly before: unknown;
  readonly after: unknown;
  /** Code of the answer to refused requests; null: a change. */
  readonly reason: string | null;
  /** How many requests were refused. */
  readonly count: number;
  readonly position: number;
}

/** The audit entry of what a service recorded. */
export function entryOf(service: string, change: ServiceChange): AuditEntry {
  const { id, when_ms, who, address, method, before, after, reason, count } = change;
  const known = { when_ms, who, address, target: `${service}/${change.target}`, change_id: `${service}/${id}` };
  return reason === null
    ? auditEntry({ ...known, before, after, isCall: method === 'POST' })
    : refusalEntry({ ...known, method, reason, count });
}
