import { ABSOLUTE_MS } from '../domain/session.ts';

const NAME = 'hilo_session';
const TOKEN = /^[\w-]{43}$/;

/** The session's token in a `Cookie` header; undefined if there is no plausible one. */
export function sessionTokenOf(cookie: string | undefined): string | undefined {
  return cookie
    ?.split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${NAME}=`))
    .map((pair) => pair.slice(NAME.length + 1))
    .find((value) => TOKEN.test(value));
}

/** A `Set-Cookie` header with a session's token: no script reads it, no other site sends it. Null ends it. */
export function sessionCookie(token: string | null, isHttps: boolean): string {
  const ageS = token === null ? 0 : ABSOLUTE_MS / 1000;
  const secure = isHttps ? '; Secure' : '';
  return `${NAME}=${token ?? ''}; Path=/; Max-Age=${ageS}; HttpOnly; SameSite=Strict${secure}`;
}
