/** A JSON object of unknown shape. */
export type Fields = Readonly<Record<string, unknown>>;

/** True for a JSON object: neither null, nor an array, nor a number kept as text. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !json.isRawJSON(value);
}

/** Deepest nesting that every store behind us reads. */
export const DEPTH_LIMIT = 100;

/** A number that a double may not hold as it is written. */
const LONG_NUMBER = /[0-9]{16}|[eE][+-]?[0-9]{3}/;

/**
 * Finds such numbers, and texts that look like one. A number follows a bracket, a comma, a colon or a space: random ids, of
 * which every other one holds an `e` before three digits, are passed over.
 */
const LONG_NUMBERS = /(?:^|[[:,\s])(-?(?:[0-9]*\.?[0-9]{16}[0-9.eE+-]*|[0-9][0-9.]*[eE][+-]?[0-9]{3,}))/g;

/** The parts of JSON that TypeScript's library has no words for yet. */
const json = JSON as unknown as {
  parse(
    text: string,
    reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
  ): unknown;
  rawJSON(text: string): object;
  isRawJSON(value: unknown): boolean;
};

/**
 * Parses JSON so that stringifying it loses no digit, also of numbers that no double holds (order numbers of 20 digits):
 * these stay text, as raw JSON. Throws `SyntaxError`.
 */
export function parseJson(text: string): unknown {
  if (doublesHold(text)) return JSON.parse(text);
  return json.parse(text, (_key, value, { source }) =>
    typeof value === 'number' && source !== undefined && LONG_NUMBER.test(source) ? json.rawJSON(source) : value,
  );
}

/** True where all long numbers of a text are as a double writes them, such as 2.3600000000000003: parsing each by itself costs four times as much. */
function doublesHold(text: string): boolean {
  for (const [, number] of text.matchAll(LONG_NUMBERS)) if (String(Number(number)) !== number) return false;
  return true;
}

/** Whether a JSON text is nested deeper than `limit`. Only looks at brackets; the text need not be valid. */
export function isDeeperThan(text: string, limit: number): boolean {
  return hasOpenings(text, limit) && depthOf(text) > limit;
}

/** Whether more than `count` brackets open anywhere, in strings too: a look that is over at once for nearly every text. */
function hasOpenings(text: string, count: number): boolean {
  let found = 0;
  for (const bracket of ['{', '[']) {
    for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1)) {
      found += 1;
      if (found > count) return true;
    }
  }
  return false;
}

function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let quoted = false;
  for (let index = 0; index < text.length; index++) {
    const letter = text.charCodeAt(index);
    if (quoted) {
      if (letter === BACKSLASH) index++;
      else if (letter === QUOTE) quoted = false;
    } else if (letter === QUOTE) quoted = true;
    else if (letter === OPEN_BRACE || letter === OPEN_BRACKET) {
      depth++;
      if (depth > deepest) deepest = depth;
    } else if (letter === CLOSE_BRACE || letter === CLOSE_BRACKET) depth--;
  }
  return deepest;
}

/** Whether a value is nested deeper than `limit`; looks no deeper than that. */
export function exceedsDepth(value: unknown, limit: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return limit === 0 || Object.values(value).some((part) => exceedsDepth(part, limit - 1));
}

const QUOTE = 34;
const BACKSLASH = 92;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;
