import { createHmac, timingSafeEqual } from 'node:crypto';

/** Length of a step: the code changes this often. */
const STEP_MS = 30_000;

const DIGITS = 6;

/** Steps before and after the present one whose codes count, for clocks that differ and people who type slowly. */
const STEPS_AROUND = 1;

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const BITS = 5;

/** Bytes of a shared secret: those of a SHA-1, as RFC 4226 recommends (section 4, R6). */
export const TOTP_SECRET_BYTES = 20;

/** Bytes as RFC 4648's Base32 without padding, which authenticator apps and people read. */
export function base32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const groups = bits.match(new RegExp(`.{1,${BITS}}`, 'g')) ?? [];
  return groups.map((group) => BASE32[Number.parseInt(group.padEnd(BITS, '0'), 2)]).join('');
}

/** The step that a moment belongs to. */
export function stepAt(timeMs: number): number {
  return Math.floor(timeMs / STEP_MS);
}

/** The code of a step: HOTP of RFC 4226 (section 5.3) with the step as its counter, as RFC 6238 says. */
export function codeOf(secret: Buffer, step: number, digits = DIGITS): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const hash = createHmac('sha1', secret).update(counter).digest();
  const from = (hash.at(-1) as number) & 0x0f;
  const number = hash.readUInt32BE(from) & 0x7fff_ffff;
  return String(number % 10 ** digits).padStart(digits, '0');
}

/**
 * The step whose code this is, around the present one and after the last one used; null: it is none, or an old one. The time that
 * it takes does not depend on the digits.
 */
export function stepOf(secret: Buffer, code: string, nowMs: number, lastStep: number): number | null {
  if (!/^\d{6}$/.test(code)) return null;
  const now = stepAt(nowMs);
  let found: number | null = null;
  for (let step = now - STEPS_AROUND; step <= now + STEPS_AROUND; step++) {
    const isCode = timingSafeEqual(Buffer.from(codeOf(secret, step)), Buffer.from(code));
    if (isCode && step > lastStep && found === null) found = step;
  }
  return found;
}

/** What a QR code for authenticator apps says. */
export function otpauthUrl(secret: Buffer, email: string): string {
  const label = encodeURIComponent(`Hilo:${email}`);
  return `otpauth://totp/${label}?secret=${base32(secret)}&issuer=Hilo&algorithm=SHA1&digits=${DIGITS}&period=${STEP_MS / 1000}`;
}
