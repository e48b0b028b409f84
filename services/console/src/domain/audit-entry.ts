import { withoutSecrets } from '@hilo/service';

/** What happened to a resource. */
export type AuditVerb = 'created' | 'changed' | 'deleted' | 'ran';

/** One entry of the audit log. */
export interface AuditEntry {
  readonly when_ms: number;
  /** A person, or the admin token. */
  readonly who: string;
  readonly what: AuditVerb;
  /** Path below `/api/`, such as `users/ann@example.com` or `segmentation/v1/segments/vip`. */
  readonly target: string;
  /** As JSON without secrets; null: it did not exist. */
  readonly before: unknown;
  readonly after: unknown;
  /** `<service>/<id>` of a service's change, which identifies the service's own record of it; null: another change. */
  readonly change_id: string | null;
}

/** A change that happened. */
export interface Change {
  readonly when_ms: number;
  readonly who: string;
  readonly target: string;
  /** True for a call that creates no resource at its own address, such as a replay. */
  readonly isCall?: boolean;
  readonly before: unknown;
  readonly after: unknown;
  readonly change_id?: string;
}

/** Characters of `before` and of `after` to store. */
export const AUDIT_CHARACTERS = 65_536;

const TARGET_CHARACTERS = 1000;

/** The audit entry of a change: with a verb, without secrets, of bounded size. */
export function auditEntry({ when_ms, who, target, isCall = false, before, after, change_id }: Change): AuditEntry {
  return {
    when_ms,
    who,
    what: isCall ? 'ran' : verbOf(before, after),
    target: target.slice(0, TARGET_CHARACTERS),
    before: kept(before),
    after: kept(after),
    change_id: change_id ?? null,
  };
}

function verbOf(before: unknown, after: unknown): AuditVerb {
  if (after === null) return 'deleted';
  return before === null ? 'created' : 'changed';
}

function kept(value: unknown): unknown {
  const shown = withoutSecrets(value);
  const { length } = JSON.stringify(shown);
  return length <= AUDIT_CHARACTERS ? shown : { left_out: `${length} characters` };
}
