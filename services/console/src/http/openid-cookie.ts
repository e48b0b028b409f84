import { ATTEMPT_S, SEALED } from '../domain/openid-attempt.ts';
import { cookieHeader, cookieName, cookieValue } from './cookies.ts';

const NAME = 'hilo_openid';

/** The attempt in a `Cookie` header; undefined if there is none. */
export function openidAttemptOf(cookie: string | undefined, isHttps: boolean): string | undefined {
  return cookieValue(cookie, cookieName(NAME, isHttps), SEALED);
}

/** A `Set-Cookie` header with an attempt. The provider's page leads back to the console, so `Strict` would hide it. */
export function openidCookie(sealed: string | null, isHttps: boolean): string {
  return cookieHeader({ name: NAME, value: sealed, ageS: ATTEMPT_S, sameSite: 'Lax' }, isHttps);
}
