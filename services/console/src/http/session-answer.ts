import type { SchemaOf } from '@hilo/service/contract';
import type { Session } from '../access.ts';
import { csrfOf } from '../domain/opaque-token.ts';
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
  readonly requiresSecondFactor: boolean;
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
export function signedInAnswer({ token, ...session }: SignedIn, workspace: Workspace) {
  return sessionAnswer({ ...session, csrf: csrfOf(token) }, workspace);
}

/** The API's view of a session. */
export function sessionAnswer(
  {
    person,
    csrf,
    started_at_ms,
    isSecondFactorShown,
  }: Pick<Session, 'person' | 'csrf' | 'started_at_ms' | 'isSecondFactorShown'>,
  { lifetimes, time_zone, tracking_url, requiresSecondFactor }: Workspace,
): SchemaOf<Api, 'Session'> {
  const { email, name, role, signs_in_by, must_change_password, second_factor } = person;
  const { absoluteMs, idleMs } = lifetimes;
  return {
    user: { email, name, role, signs_in_by },
    rights: RIGHTS[role],
    csrf,
    must_change_password,
    second_factor,
    second_factor_compulsory: requiresSecondFactor,
    needs_second_factor: requiresSecondFactor && !isSecondFactorShown,
    expires_at: new Date(started_at_ms + absoluteMs).toISOString(),
    idle_s: idleMs / 1000,
    ...{ time_zone, tracking_url },
  };
}
