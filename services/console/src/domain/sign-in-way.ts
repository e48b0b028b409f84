/**
 * How a person signs in: by a password of the console, or by OpenID Connect. `invitation`: the person was invited and has not
 * accepted yet, so nobody can sign in to the account.
 */
export const SIGN_IN_WAYS = ['password', 'openid', 'invitation'] as const;

/** How a person signs in. */
export type SignInWay = (typeof SIGN_IN_WAYS)[number];

/** The way that follows from what is stored of a person. */
export function signInWayOf(hasPassword: boolean, isLinked: boolean): SignInWay {
  if (isLinked) return 'openid';
  return hasPassword ? 'password' : 'invitation';
}
