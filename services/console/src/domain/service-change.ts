import { type AuditEntry, auditEntry } from './audit-entry.ts';

/** A change as the service recorded it. */
export interface ServiceChange {
  readonly id: string;
  readonly when_ms: number;
  readonly who: string;
  readonly method: string;
  /** Path at the service, such as `v1/segments/vip`. */
  readonly target: string;
  readonly before: unknown;
  readonly after: unknown;
  readonly position: number;
}

/** The audit entry of a change that a service recorded. */
export function entryOf(service: string, change: ServiceChange): AuditEntry {
  const { id, when_ms, who, method, target, before, after } = change;
  return auditEntry({
    ...{ when_ms, who, before, after },
    target: `${service}/${target}`,
    isCall: method === 'POST',
    change_id: `${service}/${id}`,
  });
}
