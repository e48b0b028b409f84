/** Digits of a number that counts in sums and comparisons: `Decimal(38, 18)` in ClickHouse. */
export const DECIMAL_DIGITS = { integer: 20, fraction: 18 } as const;

const PLAIN = /^-?[0-9]+(?:\.[0-9]+)?$/;
const NUMBER = /^(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?$/;
const SHORT = 18;

/** Most places by which an exponent may move the point; beyond, no number but zero fits. */
const FURTHEST = 100_000;

/**
 * A JSON number as a plain decimal without an exponent, such as `1200` for `1.2e3`. Null if it has more digits before
 * or behind the point than `DECIMAL_DIGITS` allows.
 */
export function decimalText(number: string): string | null {
  if (number.length <= SHORT && !number.includes('e') && !number.includes('E')) return number;
  const digits = exactDigits(number);
  if (digits === null) return null;
  const { sign, integer, fraction } = digits;
  if (integer.length > DECIMAL_DIGITS.integer || fraction.length > DECIMAL_DIGITS.fraction) return null;
  return `${sign}${integer === '' ? '0' : integer}${fraction === '' ? '' : `.${fraction}`}`;
}

/** A text that is a number as a whole, such as the price "12.50", as a plain decimal; null for any other. */
export function decimalOfText(text: string): string | null {
  const first = text.charCodeAt(0);
  // Most texts do not begin with a digit.
  if (first > 57 || Number.isNaN(first) || text.length > 200 || !PLAIN.test(text)) return null;
  return decimalText(text);
}

/** True if a column of ClickHouse's JSON type holds the number exactly: as a double, or as a 64-bit integer. */
export function isHeldByJsonType(number: string): boolean {
  if (number.length <= 15 && !number.includes('e') && !number.includes('E')) return true;
  if (isInteger(number)) {
    const value = BigInt(number);
    return value >= -(2n ** 63n) && value < 2n ** 64n;
  }
  const double = Number(number);
  return Number.isFinite(double) && canonical(number) === canonical(String(double));
}

/** True for an integer that a double may not hold. */
export function isLongInteger(number: string): boolean {
  return number.length > 15 && isInteger(number) && !Number.isSafeInteger(Number(number));
}

function isInteger(number: string): boolean {
  return number.length <= 21 && /^-?[0-9]+$/.test(number);
}

function canonical(number: string): string | null {
  const digits = exactDigits(number);
  return digits === null ? null : `${digits.sign}${digits.integer}.${digits.fraction}`;
}

interface Digits {
  readonly sign: string;
  /** Without leading zeros; empty for a number below one. */
  readonly integer: string;
  /** Without trailing zeros. */
  readonly fraction: string;
}

/** The digits on both sides of the point; null if the exponent is so large that there would be too many. */
function exactDigits(number: string): Digits | null {
  const [, sign = '', before = '', behind = '', exponent = '0'] = NUMBER.exec(number) ?? [];
  const all = `${before}${behind}`.replace(/^0+/, '');
  if (all === '') return { sign: '', integer: '', fraction: '' };
  const leading = before.length + behind.length - all.length;
  const moved = Number(exponent);
  if (Math.abs(moved) > FURTHEST) return null;
  // Digits before the point, from the first nonzero one.
  const point = before.length - leading + moved;
  if (Math.abs(point) > 400) return null;
  const padded = point <= 0 ? `${'0'.repeat(-point)}${all}` : all.padEnd(point, '0');
  const place = Math.max(0, point);
  return { sign, integer: padded.slice(0, place), fraction: withoutEndingZeros(padded.slice(place)) };
}

function withoutEndingZeros(digits: string): string {
  let end = digits.length;
  while (end > 0 && digits.charCodeAt(end - 1) === 48) end -= 1;
  return digits.slice(0, end);
}
