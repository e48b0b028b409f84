import type { JsonNumber } from '@hilo/exact-json';

/** A decimal number, as `sign × 0.digits × 10^exponent`. */
interface Decimal {
  readonly sign: -1 | 0 | 1;
  /** Neither begins nor ends with a zero; empty for zero. */
  readonly digits: string;
  readonly exponent: bigint;
}

/** Digits of an aggregate's numbers before and after the decimal point. */
const INTEGER_DIGITS = 20n;
const FRACTION_DIGITS = 18n;

function decimalOf(number: JsonNumber): Decimal {
  const [mantissa = '', exponent = '0'] = String(number).toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.');
  const written = whole + fraction;
  const digits = written.replace(/^0+/, '').replace(/0+$/, '');
  if (digits === '') return { sign: 0, digits, exponent: 0n };
  const leadingZeros = written.length - written.replace(/^0+/, '').length;
  return {
    sign: mantissa.startsWith('-') ? -1 : 1,
    digits,
    exponent: BigInt(exponent.replace('+', '')) + BigInt(whole.length - leadingZeros),
  };
}

/** Negative if the first number is smaller, zero if they are equal. */
export function compareExactly(first: JsonNumber, second: JsonNumber): number {
  const a = decimalOf(first);
  const b = decimalOf(second);
  if (a.sign !== b.sign) return a.sign - b.sign;
  if (a.exponent !== b.exponent) return (a.exponent < b.exponent ? -1 : 1) * a.sign;
  const length = Math.max(a.digits.length, b.digits.length);
  const difference = BigInt(a.digits.padEnd(length, '0') || '0') - BigInt(b.digits.padEnd(length, '0') || '0');
  return (difference < 0n ? -1 : difference > 0n ? 1 : 0) * a.sign;
}

/** The same text for equal numbers, and for no others. */
export function textOfNumber(number: JsonNumber): string {
  const { sign, digits, exponent } = decimalOf(number);
  return `${sign}:${digits}:${exponent}`;
}

/** The number in units of 10⁻¹⁸; null if it has more than 20 digits before or 18 after the decimal point. */
export function unitsOf(number: JsonNumber): bigint | null {
  const { sign, digits, exponent } = decimalOf(number);
  const fractionDigits = BigInt(digits.length) - exponent;
  if (exponent > INTEGER_DIGITS || fractionDigits > FRACTION_DIGITS) return null;
  return BigInt(sign) * BigInt(digits || '0') * 10n ** (FRACTION_DIGITS - fractionDigits);
}
