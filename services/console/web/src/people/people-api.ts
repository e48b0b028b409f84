import type { Api as ConsoleApi } from '@hilo/console/contract';
import type { SchemaOf } from '@hilo/service/contract';
import type { Api, ListPage, Role, SignedIn } from '../api/api.ts';

/** Roles, the one with most rights first. */
export const ROLES = ['admin', 'editor', 'viewer', 'privacy'] as const satisfies readonly Role[];

/** Somebody who may sign in. */
export type Person = SchemaOf<ConsoleApi, 'User'>;

/** Somebody new. */
export type NewPerson = SchemaOf<ConsoleApi, 'NewUser'>;

/** What to change of a person; what is absent stays. */
export type PersonChange = SchemaOf<ConsoleApi, 'UserChange'>;

/** A token for programs. */
export type ApiToken = SchemaOf<ConsoleApi, 'ApiToken'>;

/** A token that was just made: the only time that it is shown. */
export type MadeToken = SchemaOf<ConsoleApi, 'CreatedApiToken'>;

type Password = ConsoleApi['schemas']['NewUser']['properties']['password'];

/** Lengths of a password. */
export const PASSWORD_CHARACTERS: { readonly minimum: Password['minLength']; readonly maximum: Password['maxLength'] } =
  {
    minimum: 12,
    maximum: 200,
  };

const PAGE = 50;

/** A page of people, by address. */
export function readPeople(api: Api, cursor: string | null, signal: AbortSignal): Promise<ListPage<Person>> {
  return api.call('GET /api/users', { query: { limit: PAGE, cursor } }, { signal });
}

/** Lets somebody new sign in. */
export function addPerson(api: Api, person: NewPerson): Promise<Person> {
  return api.call('POST /api/users', { body: person });
}

/** Changes a person. */
export function changePerson(api: Api, email: string, change: PersonChange): Promise<Person> {
  return api.call('PATCH /api/users/{email}', { params: { email }, body: change });
}

/** Removes a person, with sessions and tokens. */
export function removePerson(api: Api, email: string): Promise<void> {
  return api.call('DELETE /api/users/{email}', { params: { email } });
}

/** Changes one's own password; the session goes on, as the answer says. */
export function changePassword(api: Api, current: string, next: string): Promise<SignedIn> {
  return api.call('PUT /api/session/password', { body: { current, next } });
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
