import type { AuditVerb } from '../domain/audit-entry.ts';
import type { Person } from '../domain/person.ts';
import type { Role, Scope } from '../domain/rights.ts';
import type { ApiToken, StoredEntry } from '../ports.ts';

/** A user as the API shows one. */
export interface UserAnswer {
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly disabled: boolean;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** An API token as the API shows it; the token itself is shown when it is made, and never again. */
export interface ApiTokenAnswer {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly owner: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly lastUsedAt: string | null;
}

/** A line of the audit log as the API shows it. */
export interface AuditAnswer {
  readonly id: string;
  readonly when: string;
  readonly who: string;
  readonly what: AuditVerb;
  readonly target: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** The API's view of a user. */
export function userAnswer({ email, name, role, disabled, created_at_ms, updated_at_ms }: Person): UserAnswer {
  return { email, name, role, disabled, createdAt: isoTime(created_at_ms), updatedAt: isoTime(updated_at_ms) };
}

/** The API's view of an API token. */
export function apiTokenAnswer(token: ApiToken): ApiTokenAnswer {
  const { id, name, scopes, owner, created_at_ms, expires_at_ms, last_used_at_ms } = token;
  return {
    ...{ id, name, scopes, owner },
    createdAt: isoTime(created_at_ms),
    expiresAt: isoTime(expires_at_ms),
    lastUsedAt: last_used_at_ms === null ? null : isoTime(last_used_at_ms),
  };
}

/** The API's view of an entry. */
export function auditAnswer({ id, when_ms, who, what, target, before, after }: StoredEntry): AuditAnswer {
  return { id, when: isoTime(when_ms), who, what, target, before, after };
}

function isoTime(time_ms: number): string {
  return new Date(time_ms).toISOString();
}
