import { DEVICE_MS, TOKENS_PER_BROWSER } from '../known-devices.ts';
import { cookieHeader, cookieName, cookieValue } from './cookies.ts';

const NAME = 'hilo_device';
const TOKEN = /^[\w-]{43}$/;
const TOKENS = /^[\w.-]+$/;

/** Tokens of the people who have signed in with a browser, from a `Cookie` header; none where there is no plausible one. */
export function deviceTokensOf(cookie: string | undefined, isHttps: boolean): readonly string[] {
  const value = cookieValue(cookie, cookieName(NAME, isHttps), TOKENS) ?? '';
  return value
    .split('.')
    .filter((token) => TOKEN.test(token))
    .slice(0, TOKENS_PER_BROWSER);
}

/** A `Set-Cookie` header by which a browser stays known for a year. It lets nobody in. */
export function deviceCookie(tokens: readonly string[], isHttps: boolean): string {
  const value = tokens.join('.');
  return cookieHeader({ name: NAME, value, ageS: DEVICE_MS / 1000, sameSite: 'Strict' }, isHttps);
}
