import { createHash } from 'node:crypto';

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const ID_LENGTH = 22;

/**
 * An id made of a prefix and 22 base-62 digits (131 bits) of the parts' SHA-256. The same parts give the same id, so a
 * batch that is folded again names the same profiles and merges.
 */
export function deriveId(prefix: string, parts: readonly (string | number)[]): string {
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest();
  let number = BigInt(`0x${digest.toString('hex')}`);
  let digits = '';
  while (digits.length < ID_LENGTH) {
    digits += DIGITS[Number(number % 62n)];
    number /= 62n;
  }
  return prefix + digits;
}
