import type { SchemaOf } from '@hilo/service/contract';
import { csrfOf } from '../domain/opaque-token.ts';
import type { Person } from '../domain/person.ts';
import { RIGHTS } from '../domain/rights.ts';
import type { SessionLifetimes } from '../domain/session.ts';
import type { SignedIn } from '../sign-in.ts';
import type { Api } from './contract.ts';
import { deviceCookie } from './device-cookie.ts';
import { sessionCookie } from './session-cookie.ts';

/** What is the same for everybody who signs in. */
export interface Workspace {
  readonly time_zone: string;
  readonly tracking_url: string | null;
  readonly lifetimes: SessionLifetimes;
}

/** The cookies of somebody who has just signed in: of the session, and of the browser, so that it is known next time. */
export function signedInCookies(
  { token, deviceTokens }: SignedIn,
  isHttps: boolean,
  { absoluteMs }: SessionLifetimes,
): string[] {
  return [sessionCookie(token, isHttps, absoluteMs), deviceCookie(deviceTokens, isHttps)];
}

/** The API's view of a session that has just begun. */
export function signedInAnswer({ person, token, started_at_ms }: SignedIn, workspace: Workspace) {
  return sessionAnswer(person, csrfOf(token), started_at_ms, workspace);
}

/** The API's view of a session. */
export function sessionAnswer(
  person: Person,
  csrf: string,
  started_at_ms: number,
  { lifetimes, time_zone, tracking_url }: Workspace,
): SchemaOf<Api, 'Session'> {
  const { email, name, role, signs_in_by, must_change_password, second_factor } = person;
  const { absoluteMs, idleMs } = lifetimes;
  return {
    user: { email, name, role, signs_in_by },
    rights: RIGHTS[role],
    csrf,
    must_change_password,
    second_factor,
    expires_at: new Date(started_at_ms + absoluteMs).toISOString(),
    idle_s: idleMs / 1000,
    ...{ time_zone, tracking_url },
  };
}
