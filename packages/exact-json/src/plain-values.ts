import { ExactNumber } from './exact-number.ts';

const WHOLE = /^-?[0-9]+$/;

/**
 * Converts a JSON value for code that knows only JavaScript's numbers, such as a library: whole numbers beyond 2^53
 * become texts, other exact numbers the nearest double (or the text, if there is none). Returns the same value if it
 * holds no exact number.
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
