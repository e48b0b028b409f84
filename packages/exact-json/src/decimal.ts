/** A decimal number as `0.digits × 10^exponent`: every number has one such form. */
export interface Decimal {
  readonly isNegative: boolean;
  /** No leading or trailing zeros; empty if the number is zero. */
  readonly digits: string;
  /** A bigint only if the text's exponent has more digits than a double holds. */
  readonly exponent: number | bigint;
}

const ZERO: Decimal = { isNegative: false, digits: '', exponent: 0 };
const NUMERAL = /^(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?$/;
/** Length of an exponent that a double holds exactly, even after the number of digits is added. */
const SAFE_EXPONENT = 14;

/** Reads a numeral of JSON or of `String(number)`. Throws a `RangeError` for any other text. */
export function decimalOf(numeral: string): Decimal {
  const [, sign, whole = '', fraction = '', exponent = '0'] = NUMERAL.exec(numeral) ?? [];
  if (sign === undefined) throw new RangeError('not a number of JSON');
  const all = whole + fraction;
  let first = 0;
  while (all[first] === '0') first += 1;
  if (first === all.length) return ZERO;
  let end = all.length;
  while (all[end - 1] === '0') end -= 1;
  return {
    isNegative: sign === '-',
    digits: all.slice(first, end),
    exponent: sum(exponent, whole.length - first),
  };
}

/** Negative if the first is smaller. */
export function compareDecimals(a: Decimal, b: Decimal): -1 | 0 | 1 {
  const order = Math.sign(signOf(a) - signOf(b)) as -1 | 0 | 1;
  if (order !== 0 || a.digits === '') return order;
  const size = compareSizes(a, b);
  return size === 0 ? 0 : a.isNegative ? (-size as -1 | 1) : size;
}

/** Compares without the signs; neither is zero. */
function compareSizes(a: Decimal, b: Decimal): -1 | 0 | 1 {
  if (a.exponent < b.exponent) return -1;
  if (a.exponent > b.exponent) return 1;
  // The first digits have the same weight, so texts of digits sort as the numbers do.
  return a.digits < b.digits ? -1 : a.digits > b.digits ? 1 : 0;
}

function signOf({ isNegative, digits }: Decimal): number {
  if (digits === '') return 0;
  return isNegative ? -1 : 1;
}

function sum(exponent: string, shift: number): number | bigint {
  if (exponent.length <= SAFE_EXPONENT) return Number(exponent) + shift;
  const whole = BigInt(exponent.startsWith('+') ? exponent.slice(1) : exponent) + BigInt(shift);
  // One form for each number: whatever fits becomes a plain number again.
  return whole >= Number.MIN_SAFE_INTEGER && whole <= Number.MAX_SAFE_INTEGER ? Number(whole) : whole;
}
