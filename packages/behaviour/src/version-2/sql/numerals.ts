import { canonicalNumeral, isJsonNumber, type JsonNumber } from '@hilo/exact-json';
import { hasPlainDigits } from '../read-values.ts';
import type { Parameters } from './parameters.ts';

/** Orders of two numbers. */
export type Comparison = '=' | '>' | '>=' | '<' | '<=';

/** The text of a number's decimal digits without an exponent; null if it has more than the columns hold. */
export function plainDigits(number: JsonNumber): string | null {
  if (!hasPlainDigits(number)) return null;
  const [, sign = '', digits = '', exponent = '0'] = CANONICAL.exec(canonicalNumeral(number)) ?? [];
  if (digits === '') return '0';
  const point = Number(exponent);
  const whole = point <= 0 ? '' : digits.slice(0, point).padEnd(point, '0');
  const fraction = point <= 0 ? `${'0'.repeat(-point)}${digits}` : digits.slice(point);
  return `${sign}${whole === '' ? '0' : whole}${fraction === '' ? '' : `.${fraction}`}`;
}

const CANONICAL = /^(-?)0\.(\d+)e(-?\d+)$/;

/** A numeral in a statement as its sign, the place of its first digit, and its digits without zeros around them. */
const NUMERAL = '^(-?)([0-9]+)(?:\\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?$';

/** The largest exponent that ClickHouse is asked to compute with, in digits. */
const EXPONENT_DIGITS = 70;

/** Texts that are a number in JSON's notation. */
export const JSON_NUMERAL = '^-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$';

/**
 * `(sign, exponent, digits)` of the numeral that the expression holds: equal for equal numbers. It takes about a microsecond, so a
 * statement asks for it only where a number is too long for its column.
 */
export function numeralKey(text: string, parameters: Parameters): string {
  const groups = `extractGroups(${text}, ${parameters.text(NUMERAL)})`;
  return `arrayMap(g -> tuple(
    toInt8(multiIf(trimLeft(concat(g[2], g[3]), '0') = '', 0, g[1] = '-', -1, 1)),
    if(trimLeft(concat(g[2], g[3]), '0') = '', toInt256(0), toInt256OrZero(substring(trimLeft(g[4], '+'), 1, ${EXPONENT_DIGITS}))
      + length(g[2]) - length(concat(g[2], g[3])) + length(trimLeft(concat(g[2], g[3]), '0'))),
    trimBoth(concat(g[2], g[3]), '0')), [${groups}])[1]`;
}

/** The same for a number of a definition. */
export function constantKey(number: JsonNumber, parameters: Parameters): string {
  const [, sign = '', digits = '', exponent = '0'] = CANONICAL.exec(canonicalNumeral(number)) ?? [];
  const value = digits === '' ? '0' : sign === '-' ? '-1' : '1';
  return `tuple(toInt8(${value}), ${parameters.wideInteger(exponent)}, ${parameters.text(digits)})`;
}

/** Compares two such keys, each named by a plain name. */
export function compareKeys(comparison: Comparison, a: string, b: string): string {
  if (comparison === '=') return `${a} = ${b}`;
  const strictly = comparison[0] as '<' | '>';
  const other = strictly === '<' ? '>' : '<';
  const equal = comparison.length === 2 ? '1' : '0';
  return `multiIf(${a}.1 != ${b}.1, ${a}.1 ${strictly} ${b}.1, ${a} = ${b}, ${equal}, ${a}.1 > 0, (${a}.2, ${a}.3) ${strictly} (${b}.2, ${b}.3), (${a}.2, ${a}.3) ${other} (${b}.2, ${b}.3))`;
}

/** True for a number of a definition, as opposed to a text, true, false or an operand. */
export function isNumber(value: unknown): value is JsonNumber {
  return isJsonNumber(value);
}
