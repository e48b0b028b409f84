/**
 * The name of a cookie. Where people reach the console by HTTPS it begins with `__Host-`: a browser then takes it only from this
 * host, by HTTPS and for all paths, so that no other host of the same domain can set it.
 */
export function cookieName(name: string, isHttps: boolean): string {
  return isHttps ? `__Host-${name}` : name;
}

/** The first value of a cookie in a `Cookie` header that has the form of one; undefined if there is none. */
export function cookieValue(header: string | undefined, name: string, form: RegExp): string | undefined {
  return header
    ?.split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1))
    .find((value) => form.test(value));
}

/** What a cookie carries, and for how long. */
export interface CookieSetting {
  /** Without `__Host-`. */
  readonly name: string;
  /** Null removes the cookie. */
  readonly value: string | null;
  readonly ageS: number;
  /** `Lax`: the browser also sends it when another site leads here. */
  readonly sameSite: 'Strict' | 'Lax';
}

/** A `Set-Cookie` header with a cookie that no script reads. */
export function cookieHeader({ name, value, ageS, sameSite }: CookieSetting, isHttps: boolean): string {
  const age = value === null ? 0 : ageS;
  const secure = isHttps ? '; Secure' : '';
  return `${cookieName(name, isHttps)}=${value ?? ''}; Path=/; Max-Age=${age}; HttpOnly; SameSite=${sameSite}${secure}`;
}
