import type { Api as ConsoleApi } from '@hilo/console/contract';
import type { SchemaOf } from '@hilo/service/contract';
import type { Api, ListPage } from '../api/api.ts';

/** That somebody is signed in with one browser. */
export type OpenSession = SchemaOf<ConsoleApi, 'OpenSession'>;

/** What an authenticator app needs to know. */
export type SecondFactorSecret = SchemaOf<ConsoleApi, 'SecondFactorSecret'>;

/** Begins to turn on two-step verification: it is on once a code is confirmed. */
export function beginSecondFactor(api: Api): Promise<SecondFactorSecret> {
  return api.call('PUT /api/session/second-factor');
}

/** Turns on two-step verification by a code of the app; the answer has the recovery codes, shown only now. */
export async function confirmSecondFactor(api: Api, code: string): Promise<readonly string[]> {
  const { recovery_codes } = await api.call('POST /api/session/second-factor/confirm', { body: { code } });
  return recovery_codes;
}

/** Makes new recovery codes; the earlier ones end. */
export async function renewRecoveryCodes(api: Api): Promise<readonly string[]> {
  const { recovery_codes } = await api.call('POST /api/session/second-factor/recovery-codes');
  return recovery_codes;
}

/** Turns off two-step verification; all other sessions end. */
export function removeSecondFactor(api: Api): Promise<void> {
  return api.call('DELETE /api/session/second-factor');
}

/** One's own sessions. */
export function readOwnSessions(api: Api, signal: AbortSignal): Promise<ListPage<OpenSession>> {
  return api.call('GET /api/sessions', {}, { signal });
}

/** Ends a session of one's own. */
export function endOwnSession(api: Api, id: string): Promise<void> {
  return api.call('DELETE /api/sessions/{id}', { params: { id } });
}

/** Ends all sessions of one's own but this one. */
export function endOtherSessions(api: Api): Promise<void> {
  return api.call('DELETE /api/sessions');
}

/** A person's sessions, by the person's id, for administrators. */
export function readSessionsOf(api: Api, id: string, signal: AbortSignal): Promise<ListPage<OpenSession>> {
  return api.call('GET /api/users/{id}/sessions', { params: { id } }, { signal });
}

/** Ends all sessions of a person. */
export function endSessionsOf(api: Api, id: string): Promise<void> {
  return api.call('DELETE /api/users/{id}/sessions', { params: { id } });
}
