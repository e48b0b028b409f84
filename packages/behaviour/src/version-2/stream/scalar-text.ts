import { canonicalNumeral, isJsonNumber, type JsonNumber } from '@hilo/exact-json';
import { createHash } from 'node:crypto';
import { LIMITS } from '../limits.ts';

/** Longer texts are remembered by their hash. */
const LONGEST_TEXT = 24;

/** Units of an aggregate's numbers: 10⁻¹⁸. */
export const UNITS_OF_ONE = 10n ** BigInt(LIMITS.fractionDigits);

/**
 * A short text for a scalar: the same for equal scalars of one kind, and another for all others. Null for objects, which
 * aggregates and sequences leave out.
 */
export function scalarText(value: unknown): string | null {
  if (isJsonNumber(value)) return `n${numberText(value)}`;
  if (typeof value === 'boolean') return value ? 'bt' : 'bf';
  if (typeof value !== 'string') return null;
  if (value.length <= LONGEST_TEXT) return `t${value}`;
  return `h${createHash('sha256').update(value).digest('base64url').slice(0, 22)}`;
}

/** The number of a scalar's text in units of 10⁻¹⁸; null for what aggregates of numbers leave out. */
export function unitsOfScalar(text: string): bigint | null {
  return text.startsWith('n') && !text.includes('e') ? unitsOfPlain(text.slice(1)) : null;
}

/** A bound in units of 10⁻¹⁸. Throws a `RangeError` if it has more digits: readers refuse such bounds. */
export function unitsOfBound(number: JsonNumber): bigint {
  const text = numberText(number);
  if (text.includes('e')) throw new RangeError('more digits than an aggregate has');
  return unitsOfPlain(text);
}

/** Units of 10⁻¹⁸ as a decimal number without superfluous digits. */
export function decimalOfUnits(units: bigint): string {
  const digits = `${units < 0n ? -units : units}`.padStart(LIMITS.fractionDigits + 1, '0');
  const whole = digits.slice(0, -LIMITS.fractionDigits);
  const fraction = digits.slice(-LIMITS.fractionDigits).replace(/0+$/, '');
  return `${units < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

function unitsOfPlain(text: string): bigint {
  const [whole = '', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(LIMITS.fractionDigits, '0'));
}

/** Plain digits if aggregates count the number; otherwise a form with an exponent. */
function numberText(number: JsonNumber): string {
  if (typeof number === 'number') {
    const text = String(number);
    if (!text.includes('e') && hasFewDigits(text)) return text;
  }
  const canonical = canonicalNumeral(number);
  const [, sign = '', digits = '', exponent = '0'] = /^(-?)0\.(\d+)e(-?\d+)$/.exec(canonical) ?? [];
  if (digits === '') return '0';
  const places = Number(exponent);
  if (places > LIMITS.integerDigits || digits.length - places > LIMITS.fractionDigits) return canonical;
  if (places <= 0) return `${sign}0.${'0'.repeat(-places)}${digits}`;
  if (places >= digits.length) return sign + digits.padEnd(places, '0');
  return `${sign}${digits.slice(0, places)}.${digits.slice(places)}`;
}

function hasFewDigits(text: string): boolean {
  const point = text.indexOf('.');
  const whole = (point < 0 ? text.length : point) - (text.startsWith('-') ? 1 : 0);
  const fraction = point < 0 ? 0 : text.length - point - 1;
  return whole <= LIMITS.integerDigits && fraction <= LIMITS.fractionDigits;
}
