import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** What is stored of a token: who reads the table can't use it. Tokens are random, so the hash needs no salt. */
export function tokenHash(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** The text that a session's pages send with each change. It follows from the token, so nothing more is stored. */
export function csrfOf(session_token: string): string {
  return createHmac('sha256', session_token).update('hilo console csrf').digest('base64url');
}

/** Compares secrets in the same time whatever they are: their hashes have one length. */
export function sameSecret(one: string, other: string): boolean {
  return timingSafeEqual(tokenHash(one), tokenHash(other));
}
