import { withoutSecrets } from '@hilo/service';
import type { AuditVerb } from './audit-verb.ts';
import type { SecurityEvent } from './security-event.ts';

/** One entry of the audit log. */
export interface AuditEntry {
  readonly when_ms: number;
  /** A person, or the admin token. */
  readonly who: string;
  readonly what: AuditVerb;
  /** Path below `/api/`, such as `users/ann@example.com` or `segmentation/v1/segments/vip`. */
  readonly target: string;
  /** Of a refused request; null: another entry. */
  readonly method: string | null;
  /** Of the client, as text; null: not known. */
  readonly address: string | null;
  /** Code of why it was in vain; null: it was not. */
  readonly reason: string | null;
  /** How often it happened within a minute from `when_ms` on; more than 1 only for what was in vain. */
  readonly count: number;
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
  /** Of the client; absent: not known. */
  readonly address?: string | null;
  /** True for a call that creates no resource at its own address, such as a replay. */
  readonly isCall?: boolean;
  readonly before: unknown;
  readonly after: unknown;
  readonly change_id?: string;
}

/** Characters of `before` and of `after` to store. */
export const AUDIT_CHARACTERS = 65_536;

const TARGET_CHARACTERS = 1000;
const ADDRESS_CHARACTERS = 100;

/** The audit entry of a change: with a verb, without secrets, of bounded size. */
export function auditEntry({ when_ms, who, target, address, isCall = false, ...change }: Change): AuditEntry {
  const { before, after, change_id = null } = change;
  return {
    ...placeOf(target, address ?? null),
    ...{ when_ms, who, what: isCall ? 'ran' : verbOf(before, after) },
    ...{ method: null, reason: null, count: 1 },
    before: kept(before),
    after: kept(after),
    change_id,
  };
}

/** What the audit log has besides changes, and when it happened. */
export type SecurityNote = SecurityEvent & { readonly when_ms: number; readonly count?: number };

/** The audit entry of a sign-in, of a failed one, or of a refused request. */
export function securityEntry(note: SecurityNote): AuditEntry {
  const { when_ms, who, what, target, address, count = 1 } = note;
  return {
    // A path may name a key of Hilo's by mistake.
    ...placeOf(String(withoutSecrets(target)), address),
    ...{ when_ms, who: who.slice(0, TARGET_CHARACTERS), what, count },
    method: 'method' in note ? (note.method ?? null) : null,
    reason: 'reason' in note ? note.reason : null,
    ...{ before: null, after: null, change_id: null },
  };
}

/** The audit entry of requests that a service refused at its own API. */
export function refusalEntry(
  refused: Pick<AuditEntry, 'when_ms' | 'who' | 'target' | 'method' | 'address' | 'reason' | 'count' | 'change_id'>,
): AuditEntry {
  return { ...refused, ...placeOf(refused.target, refused.address), what: 'refused', before: null, after: null };
}

function placeOf(target: string, address: string | null) {
  return { target: target.slice(0, TARGET_CHARACTERS), address: address?.slice(0, ADDRESS_CHARACTERS) ?? null };
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
