import { type Api, type ListPage, pathOf, type Role } from '../api/api.ts';

/** Roles, the one with most rights first. */
export const ROLES = ['admin', 'editor', 'viewer', 'privacy'] as const satisfies readonly Role[];

/** Somebody who may sign in. */
export interface Person {
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly disabled: boolean;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** Somebody new. */
export interface NewPerson {
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly password: string;
}

/** What to change of a person; what is absent stays. */
export interface PersonChange {
  readonly name?: string;
  readonly role?: Role;
  readonly disabled?: boolean;
  readonly password?: string;
}

/** Lengths of a password. */
export const PASSWORD_CHARACTERS = { minimum: 12, maximum: 200 } as const;

/** A token for programs. */
export interface ApiToken {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly owner: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly lastUsedAt: string | null;
}

/** A token that was just made: the only time that it is shown. */
export interface MadeToken extends ApiToken {
  readonly token: string;
}

/** A line of the audit log. */
export interface AuditEntry {
  readonly id: string;
  readonly when: string;
  readonly who: string;
  readonly what: 'created' | 'changed' | 'deleted' | 'ran';
  readonly target: string;
  readonly before: unknown;
  readonly after: unknown;
}

const PAGE = 50;

/** A page of people, by address. */
export function readPeople(api: Api, cursor: string | null, signal: AbortSignal): Promise<ListPage<Person>> {
  return api.get('/api/users', { limit: PAGE, cursor }, signal);
}

/** Lets somebody new sign in. */
export function addPerson(api: Api, person: NewPerson): Promise<Person> {
  return api.post('/api/users', person);
}

/** Changes a person. */
export function changePerson(api: Api, email: string, change: PersonChange): Promise<Person> {
  return api.patch(pathOf`/api/users/${email}`, change);
}

/** Removes a person, with sessions and tokens. */
export function removePerson(api: Api, email: string): Promise<void> {
  return api.delete(pathOf`/api/users/${email}`);
}

/** Changes one's own password. */
export async function changePassword(api: Api, current: string, next: string): Promise<void> {
  await api.put('/api/session/password', { current, next });
}

/** A page of tokens: one's own, or everybody's for administrators. */
export function readTokens(api: Api, cursor: string | null, signal: AbortSignal): Promise<ListPage<ApiToken>> {
  return api.get('/api/tokens', { limit: PAGE, cursor }, signal);
}

/** Makes a token of one's own. */
export function addToken(
  api: Api,
  token: { readonly name: string; readonly scopes: readonly string[]; readonly expiresAt: string },
): Promise<MadeToken> {
  return api.post('/api/tokens', token);
}

/** Removes a token; who uses it is refused from then on. */
export function removeToken(api: Api, id: string): Promise<void> {
  return api.delete(pathOf`/api/tokens/${id}`);
}

/** A page of the audit log, the newest first. */
export function readAudit(api: Api, cursor: string | null, signal: AbortSignal): Promise<ListPage<AuditEntry>> {
  return api.get('/api/audit', { limit: PAGE, cursor }, signal);
}
