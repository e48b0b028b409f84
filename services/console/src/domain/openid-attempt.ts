import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import { isFields } from '@hilo/service';

/** How long an attempt lasts: the time that a person has to sign in at the provider. */
export const ATTEMPT_S = 600;

/** What the console must know when a browser comes back from the provider. */
export interface OpenidAttempt {
  /** Comes back in the address: the answer belongs to this browser. */
  readonly state: string;
  /** Comes back in the ID token: the token was made for this attempt. */
  readonly nonce: string;
  /** Proves to the provider who began the attempt (PKCE, RFC 7636). */
  readonly verifier: string;
  readonly begun_ms: number;
  /** Hash of the session's token with which the browser began, in base64url; null: nobody was signed in. */
  readonly session: string | null;
}

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const TAG_BYTES = 16;

/** Bytes of an initialisation vector: a new random one for each attempt. */
export const IV_BYTES = 12;

/** The form of a sealed attempt. */
export const SEALED = /^[\w-]{100,2000}$/;

/** The key of attempts, the same at every instance of the console: it derives from the console's. */
export function attemptKey(consoleKey: string): Buffer {
  return Buffer.from(hkdfSync('sha256', consoleKey, '', 'hilo console openid attempt', KEY_BYTES));
}

/** The text in which a browser keeps its attempt. Nobody can read or change it without the key. */
export function sealAttempt(attempt: OpenidAttempt, key: Buffer, iv: Buffer): string {
  const cipher = createCipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES });
  const sealed = Buffer.concat([cipher.update(JSON.stringify(attempt), 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url');
}

/** The attempt in a text; null if the console did not seal it, or it is over. */
export function openAttempt(sealed: string, key: Buffer, nowMs: number): OpenidAttempt | null {
  const bytes = Buffer.from(sealed, 'base64url');
  if (bytes.length <= IV_BYTES + TAG_BYTES) return null;
  const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  try {
    const text = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
    const attempt: unknown = JSON.parse(text.toString('utf8'));
    return isAttempt(attempt) && !isOver(attempt, nowMs) ? attempt : null;
  } catch {
    return null;
  }
}

/** When an attempt is over. */
export function attemptEndsMs({ begun_ms }: OpenidAttempt): number {
  return begun_ms + ATTEMPT_S * 1000;
}

function isOver(attempt: OpenidAttempt, nowMs: number): boolean {
  return nowMs >= attemptEndsMs(attempt);
}

function isAttempt(value: unknown): value is OpenidAttempt {
  if (!isFields(value)) return false;
  const { state, nonce, verifier, begun_ms, session } = value;
  const texts = [state, nonce, verifier, ...(session === null ? [] : [session])];
  return texts.every((text) => typeof text === 'string') && typeof begun_ms === 'number';
}
