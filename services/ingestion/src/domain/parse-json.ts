import { ExactNumber } from '@hilo/exact-json';

export { parseJson } from '@hilo/exact-json';

/** A JSON object of unknown shape. */
export type Fields = Readonly<Record<string, unknown>>;

/** True for a JSON object: neither null, nor an array, nor a number kept as its digits. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber);
}

/** Deepest nesting that every later store can read. */
export const DEPTH_LIMIT = 100;

/** Whether a JSON text is nested deeper than `limit`. Looks only at brackets; the text need not be valid. */
export function isDeeperThan(text: string, limit: number): boolean {
  return hasOpenings(text, limit) && depthOf(text) > limit;
}

/**
 * Whether more than `count` brackets open anywhere, in strings too: a check that ends at once for nearly every text.
 */
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

const QUOTE = 34;
const BACKSLASH = 92;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;
