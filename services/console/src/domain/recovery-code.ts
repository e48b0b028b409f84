import { base32 } from './totp.ts';

/** Random bytes of a recovery code. With 120 bits nobody guesses one, so that a plain hash of it can be stored. */
export const RECOVERY_CODE_BYTES = 15;

/** Codes of one person. */
export const RECOVERY_CODES = 10;

/** What somebody typed as a code: digits of an authenticator app, or a recovery code in its stored form. */
export type TypedCode = { readonly kind: 'totp' | 'recovery'; readonly code: string };

/** A recovery code as people see it: six groups of four small letters and digits, such as `abcd-efgh-…`. */
export function recoveryCode(bytes: Buffer): string {
  return base32(bytes)
    .toLowerCase()
    .replace(/.{4}(?=.)/g, '$&-');
}

/** Reads what somebody typed; null: it can't be a code. Case, spaces and dashes do not matter. */
export function readCode(typed: string): TypedCode | null {
  const code = typed.replace(/[\s-]/g, '').toLowerCase();
  if (/^\d{6}$/.test(code)) return { kind: 'totp', code };
  return /^[a-z2-7]{24}$/.test(code) ? { kind: 'recovery', code } : null;
}
