import { type TrailEntry, withoutSecrets } from '@hilo/service';
import type { AuditVerb } from './audit-verb.ts';
import type { SecurityEvent } from './security-event.ts';

/** One entry of the audit log. Its `target` is a path below `/api/`, such as `segmentation/v1/segments/vip`. */
export interface AuditEntry extends TrailEntry {
  readonly what: AuditVerb;
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
