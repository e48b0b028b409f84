/**
 * A line of CSV (RFC 4180) with its line end, for spreadsheets: null is empty, lists and objects are JSON. A
 * spreadsheet runs a text that begins with `=`, `+`, `-` or `@` as a formula, whoever wrote it. So such a text gets an
 * apostrophe in front; a text that is a number stays one. The other forms of an answer have the exact values.
 */
export function csvLine(values: readonly unknown[]): string {
  return `${values.map(field).join(',')}\r\n`;
}

function field(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'string' ? withoutFormulas(value) : JSON.stringify(value);
  return /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** `-inf` and `-nan` are how ClickHouse writes numbers, too. */
const NUMBER = /^[+-]?(\d+\.?\d*([eE][+-]?\d+)?|\.\d+([eE][+-]?\d+)?|inf|nan)$/;

/**
 * A formula's beginning: the four signs, also as their full-width, small and raised forms, of which some programs make plain
 * ones; after spaces, marks that nobody sees, and quotes, which some programs take away.
 */
const FORMULA = /^[\s\p{Cc}\p{Cf}\p{Zs}"'`´‘’“”«»]*[=+\-@＝＋－＠﹦﹢﹣﹫⁼⁺⁻₌₊₋−–—]/u;

/**
 * Depending on the machine's language, programs split fields at a semicolon or a tab, and also split lines within
 * quotes.
 */
const PART = /[^;\t\r\n]+/g;

function withoutFormulas(text: string): string {
  const harmless = text.replace(PART, (part) => (FORMULA.test(part) && !NUMBER.test(part) ? `'${part}` : part));
  return /^[\t\r\n]/.test(text) ? `'${harmless}` : harmless;
}
