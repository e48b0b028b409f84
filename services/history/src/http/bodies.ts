/** Producers' clocks may be anywhere; a time outside of JavaScript's range is shown as null. */
export function instant(time_ms: number): string | null {
  const time = new Date(time_ms);
  return Number.isNaN(time.getTime()) ? null : time.toISOString();
}

/** A number that a double may not hold as it is written. */
const LONG_NUMBER = /[0-9]{16}|[eE][+-]?[0-9]{3}/;

/** The parts of JSON that TypeScript's library has no words for yet. */
const json = JSON as unknown as {
  parse(
    text: string,
    reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
  ): unknown;
  rawJSON(text: string): object;
};

/** The value of a JSON text, to be answered with every digit of its numbers; null for an empty one, and for what is no JSON. */
export function parsed(text: string): unknown {
  if (text === '') return null;
  try {
    if (!LONG_NUMBER.test(text)) return JSON.parse(text);
    return json.parse(text, (_key, value, { source }) =>
      typeof value === 'number' && source !== undefined && LONG_NUMBER.test(source) ? json.rawJSON(source) : value,
    );
  } catch {
    return null;
  }
}
