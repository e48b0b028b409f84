import { ExactNumber } from './exact-number.ts';

const WHOLE = /^-?[0-9]+$/;

/**
 * A JSON value for code that knows JavaScript's numbers only, such as a library's: whole numbers beyond 2^53 become texts of
 * their digits, other exact numbers the nearest double (the text, where there is none). The same value where it holds no
 * exact number.
 */
export function plainValue(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof ExactNumber) return plainNumber(value.numeral);
  if (Array.isArray(value)) {
    const plain = value.map(plainValue);
    return plain.some((element, index) => element !== value[index]) ? plain : value;
  }
  const entries = Object.entries(value);
  const plain = entries.map(([name, inner]) => [name, plainValue(inner)] as const);
  return plain.some(([, inner], index) => inner !== entries[index]?.[1]) ? Object.fromEntries(plain) : value;
}

function plainNumber(numeral: string): number | string {
  const nearest = Number(numeral);
  return WHOLE.test(numeral) || !Number.isFinite(nearest) ? numeral : nearest;
}
