import type { Api as ConsoleApi } from '@hilo/console/contract';
import type { SchemaOf } from '@hilo/service/contract';
import type { Api, ListPage, Role } from '../api/api.ts';

/** Roles, the one with most rights first. */
export const ROLES = ['admin', 'editor', 'viewer', 'privacy'] as const satisfies readonly Role[];

/** Somebody who may sign in. */
export type Person = SchemaOf<ConsoleApi, 'User'>;

/** Somebody new, who chooses their own password. */
export type NewPerson = Omit<SchemaOf<ConsoleApi, 'NewUser'>, 'password'>;

/** A link that works once and is shown once. */
export type OneTimeLink = SchemaOf<ConsoleApi, 'OneTimeLink'>;

/** An invitation, and whether it was mailed, too. */
export type Invitation = SchemaOf<ConsoleApi, 'Invitation'>;

/** What to change of a person; what is absent stays. */
export type PersonChange = SchemaOf<ConsoleApi, 'UserChange'>;

/** A token for programs. */
export type ApiToken = SchemaOf<ConsoleApi, 'ApiToken'>;

/** A token that was just made: the only time that it is shown. */
export type MadeToken = SchemaOf<ConsoleApi, 'CreatedApiToken'>;

const PAGE = 50;

/** A page of people, by address. */
export function readPeople(api: Api, cursor: string | null, signal: AbortSignal): Promise<ListPage<Person>> {
  return api.call('GET /api/users', { query: { limit: PAGE, cursor } }, { signal });
}

/** Invites somebody new; the answer has the link that lets them in. */
export function invitePerson(api: Api, person: NewPerson): Promise<SchemaOf<ConsoleApi, 'AddedUser'>> {
  return api.call('POST /api/users', { body: person });
}

/** Makes a new link for somebody who has not accepted the invitation; the earlier one ends. */
export function inviteAgain(api: Api, id: string): Promise<Invitation> {
  return api.call('POST /api/users/{id}/invitation', { params: { id } });
}

/** Makes a link with which a person chooses a new password; the earlier one ends. */
export function makeResetLink(api: Api, id: string): Promise<OneTimeLink> {
  return api.call('POST /api/users/{id}/password-reset', { params: { id } });
}

/** Turns off a person's two-step verification, if they lost their phone and their recovery codes. */
export function removeSecondFactorOf(api: Api, id: string): Promise<void> {
  return api.call('DELETE /api/users/{id}/second-factor', { params: { id } });
}

/** Changes a person. */
export function changePerson(api: Api, id: string, change: PersonChange): Promise<Person> {
  return api.call('PATCH /api/users/{id}', { params: { id }, body: change });
}

/** Removes a person, with sessions and tokens. */
export function removePerson(api: Api, id: string): Promise<void> {
  return api.call('DELETE /api/users/{id}', { params: { id } });
}

/** A page of tokens: one's own, or everybody's for administrators. */
export function readTokens(api: Api, cursor: string | null, signal: AbortSignal): Promise<ListPage<ApiToken>> {
  return api.call('GET /api/tokens', { query: { limit: PAGE, cursor } }, { signal });
}

/** Makes a token of one's own. */
export function addToken(api: Api, token: SchemaOf<ConsoleApi, 'NewApiToken'>): Promise<MadeToken> {
  return api.call('POST /api/tokens', { body: token });
}

/** Removes a token; who uses it is refused from then on. */
export function removeToken(api: Api, id: string): Promise<void> {
  return api.call('DELETE /api/tokens/{id}', { params: { id } });
}
