import type { SchemaOf } from '@hilo/service/contract';
import type { MadeInvitation } from '../account-links.ts';
import type { ShownLink } from '../domain/one-time-link.ts';
import type { Person } from '../domain/person.ts';
import type { Exploration } from '../exploration-store.ts';
import type { ApiToken, StoredEntry } from '../ports.ts';
import type { Api } from './contract.ts';

/** The API's view of a user. */
export function userAnswer(person: Person): SchemaOf<Api, 'User'> {
  const { created_at_ms, updated_at_ms, ...rest } = person;
  return { ...rest, created_at: isoTime(created_at_ms), updated_at: isoTime(updated_at_ms) };
}

/** The API's view of a link that works once, when it is made. */
export function linkAnswer({ url, expires_at_ms }: ShownLink): SchemaOf<Api, 'OneTimeLink'> {
  return { url, expires_at: isoTime(expires_at_ms) };
}

/** The API's view of an invitation, when it is made. */
export function invitationAnswer({ link, mail }: MadeInvitation): SchemaOf<Api, 'Invitation'> {
  return { ...linkAnswer(link), mail };
}

/** The API's view of an API token; the token itself is shown when it is created, and never again. */
export function apiTokenAnswer(token: ApiToken): SchemaOf<Api, 'ApiToken'> {
  const { id, name, scopes, owner, created_at_ms, expires_at_ms, last_used_at_ms } = token;
  return {
    ...{ id, name, scopes, owner },
    created_at: isoTime(created_at_ms),
    expires_at: isoTime(expires_at_ms),
    last_used_at: last_used_at_ms === null ? null : isoTime(last_used_at_ms),
  };
}

/** The API's view of an entry of the audit log. */
export function auditAnswer(entry: StoredEntry): SchemaOf<Api, 'AuditEntry'> {
  const { when_ms, change_id: _change_id, ...rest } = entry;
  return { ...rest, when: isoTime(when_ms) };
}

/** The API's view of a saved query or dashboard. */
export function explorationAnswer({
  created_at_ms,
  updated_at_ms,
  kind: _kind,
  ...rest
}: Exploration): SchemaOf<Api, 'Exploration'> {
  return { ...rest, created_at: isoTime(created_at_ms), updated_at: isoTime(updated_at_ms) };
}

function isoTime(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
