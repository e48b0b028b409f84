import { type Decimal, compareDecimals, decimalOf } from './decimal.ts';
import { rawNumber } from './raw-json.ts';

/**
 * A JSON number whose digits a double cannot hold, such as an order number of 20 digits. `JSON.stringify` writes it as
 * it came, wherever it is.
 */
export class ExactNumber {
  /** The number as JSON wrote it. */
  readonly numeral: string;
  #decimal: Decimal | null = null;

  constructor(numeral: string) {
    this.numeral = numeral;
  }

  /** The number as digits; parsed once. */
  get decimal(): Decimal {
    return (this.#decimal ??= decimalOf(this.numeral));
  }

  toJSON(): unknown {
    return rawNumber(this.numeral);
  }

  toString(): string {
    return this.numeral;
  }
}

/** A number in a JSON document: a JavaScript number stands for the decimal that JavaScript prints. */
export type JsonNumber = number | ExactNumber;

/** True for a number in a JSON document, in either form. */
export function isJsonNumber(value: unknown): value is JsonNumber {
  return typeof value === 'number' || value instanceof ExactNumber;
}

/**
 * Compares the values of two numbers digit by digit; negative if the first is smaller. 1, 1.0 and 1e0 are equal, and so
 * are 0 and -0. Large exponents cost nothing.
 */
export function compareNumbers(a: JsonNumber, b: JsonNumber): -1 | 0 | 1 {
  if (typeof a === 'number' && typeof b === 'number') return a < b ? -1 : a > b ? 1 : 0;
  return compareDecimals(decimalOfNumber(a), decimalOfNumber(b));
}

/** A text for each number, the same for equal numbers. */
export function canonicalNumeral(number: JsonNumber): string {
  const { isNegative, digits, exponent } = decimalOfNumber(number);
  return digits === '' ? '0' : `${isNegative ? '-' : ''}0.${digits}e${exponent}`;
}

function decimalOfNumber(number: JsonNumber): Decimal {
  return typeof number === 'number' ? decimalOf(String(number)) : number.decimal;
}
