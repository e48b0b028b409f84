import { cookieHeader, cookieName, cookieValue } from './cookies.ts';

const NAME = 'hilo_session';
const TOKEN = /^[\w-]{43}$/;

/** The session's token in a `Cookie` header; undefined if there is no plausible one. */
export function sessionTokenOf(cookie: string | undefined, isHttps: boolean): string | undefined {
  return cookieValue(cookie, cookieName(NAME, isHttps), TOKEN);
}

/** A `Set-Cookie` header with a session's token: no script reads it, no other site sends it. Null ends it. */
export function sessionCookie(token: string | null, isHttps: boolean, lastsMs: number): string {
  return cookieHeader({ name: NAME, value: token, ageS: Math.ceil(lastsMs / 1000), sameSite: 'Strict' }, isHttps);
}
