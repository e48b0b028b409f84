import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** The stored form of a token: useless to a reader of the table. Tokens are random, so the hash needs no salt. */
export function tokenHash(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** The text that a session's pages send with each change. It derives from the token, so nothing more is stored. */
export function csrfOf(sessionToken: string): string {
  return createHmac('sha256', sessionToken).update('hilo console csrf').digest('base64url');
}

/** Compares secrets in constant time: their hashes have one length. */
export function sameSecret(one: string, other: string): boolean {
  return timingSafeEqual(tokenHash(one), tokenHash(other));
}
