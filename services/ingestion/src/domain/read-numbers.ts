import { isJsonNumber } from '@hilo/exact-json';

/** Longest exponent that is written out: an identifier has no more digits. */
const LONGEST_EXPONENT = 500;

/**
 * The text of a JSON number, digit by digit: `42`, `12345678901234567890123`, and `1e20` written out. Null if it is not
 * a number, or would take more than 500 digits.
 */
export function numberText(value: unknown): string | null {
  if (!isJsonNumber(value)) return null;
  const text = JSON.stringify(value);
  return /^-?\d+(?:\.\d+)?$/.test(text) ? text : writtenOut(text);
}

/** A number without its exponent. */
function writtenOut(text: string): string | null {
  const parts = /^(-?)(\d+)(?:\.(\d+))?[eE]([+-]?\d+)$/.exec(text);
  if (parts === null) return null;
  const [, sign = '', whole = '', fraction = '', exponent] = parts;
  const moved = Number(exponent);
  if (Math.abs(moved) > LONGEST_EXPONENT) return null;
  const digits = whole + fraction;
  const point = whole.length + moved;
  const before =
    point <= 0
      ? '0'
      : digits
          .slice(0, point)
          .padEnd(point, '0')
          .replace(/^0+(?=\d)/, '');
  const after = (point < 0 ? '0'.repeat(-point) + digits : digits.slice(point)).replace(/0+$/, '');
  return after === '' ? sign + before : `${sign}${before}.${after}`;
}
