/** A JSON object of unknown shape. */
export type Fields = Readonly<Record<string, unknown>>;

/** True for a JSON object: neither null, nor an array, nor a number kept as text. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !json.isRawJSON(value);
}

/** Deepest nesting that every store behind us reads. */
export const DEPTH_LIMIT = 100;

/** A number that a double may not hold, or may write five times as long (`1e20`). */
const LONG_NUMBER = /[0-9]{16}|[eE][+-]?[0-9]{2}/;

/**
 * Finds such numbers, and texts that look like one. A number follows a bracket, a comma, a colon or a space: random ids, of
 * which many hold an `e` before two digits, are passed over.
 */
const LONG_NUMBERS = /(?:^|[[:,\s])(-?(?:[0-9]*\.?[0-9]{16}[0-9.eE+-]*|[0-9][0-9.]*[eE][+-]?[0-9]{2,}))/g;
const ANY_LONG_NUMBER = new RegExp(LONG_NUMBERS.source);

/** The parts of JSON that TypeScript's library has no words for yet. */
const json = JSON as unknown as {
  rawJSON(text: string): object;
  isRawJSON(value: unknown): boolean;
};

/**
 * Parses JSON so that stringifying it loses no digit, also of numbers that no double holds (order numbers of 20 digits):
 * these stay text, as raw JSON. Throws `SyntaxError`.
 */
export function parseJson(text: string): unknown {
  if (doublesHold(text)) return JSON.parse(text);
  const mark = unusedMark(text);
  return withRawNumbers(JSON.parse(withMarkedNumbers(text, mark)), mark);
}

const PRIVATE_LETTERS = /[\ue000-\uf8ff]|\\u(?:[eE][0-9a-fA-F]{3}|[fF][0-8][0-9a-fA-F]{2})/g;

/**
 * A letter of the private use area, once more in a row than anywhere in a JSON text, as it is or as an escape: no text in it
 * begins like that. It is short, since a text has no room for long rows of all 6,400 letters.
 */
function unusedMark(text: string): string {
  const longest = new Map<number, number>();
  let [last, row, end] = [0, 0, 0];
  for (const { 0: found, index } of text.matchAll(PRIVATE_LETTERS)) {
    const letter = found.length === 1 ? found.charCodeAt(0) : Number.parseInt(found.slice(2), 16);
    row = letter === last && index === end ? row + 1 : 1;
    [last, end] = [letter, index + found.length];
    if (row > (longest.get(letter) ?? 0)) longest.set(letter, row);
  }
  let [best, shortest] = [0xe000, Infinity];
  for (let letter = 0xe000; letter <= 0xf8ff && shortest > 0; letter++)
    if ((longest.get(letter) ?? 0) < shortest) [best, shortest] = [letter, longest.get(letter) ?? 0];
  return String.fromCharCode(best).repeat(shortest + 1);
}

/** True where all long numbers of a text are as a double writes them, such as 2.3600000000000003. */
function doublesHold(text: string): boolean {
  // Nearly every text ends here: to begin a search for all costs more than to look for one.
  if (!ANY_LONG_NUMBER.test(text)) return true;
  for (const [, number] of text.matchAll(LONG_NUMBERS)) if (String(Number(number)) !== number) return false;
  return true;
}

/** The text with each number that a double may not hold as a marked text. What is no JSON stays none. */
function withMarkedNumbers(text: string, mark: string): string {
  const parts: string[] = [];
  let copied = 0;
  for (let at = 0; at < text.length; at++) {
    const letter = text.charCodeAt(at);
    if (letter === QUOTE) at = afterText(text, at) - 1;
    else if (letter === MINUS || isDigit(letter)) {
      const end = afterNumber(text, at);
      const number = text.slice(at, end);
      if (LONG_NUMBER.test(number) && NUMBER.test(number)) {
        parts.push(text.slice(copied, at), `"${mark}${number}"`);
        copied = end;
      }
      at = end - 1;
    }
  }
  parts.push(text.slice(copied));
  return parts.join('');
}

/** Replaces marked texts in place. Keeps its own stack: what is very deep must not overflow the machine's. */
function withRawNumbers(value: unknown, mark: string): unknown {
  const top: unknown[] = [value];
  const waiting: object[] = [top];
  // A text of many long numbers often has them more than once.
  const known = new Map<string, object>();
  const rawOf = (marked: string): object => {
    let raw = known.get(marked);
    if (raw === undefined) known.set(marked, (raw = json.rawJSON(marked.slice(mark.length))));
    return raw;
  };
  const read = (part: unknown): unknown => {
    if (typeof part === 'object' && part !== null) waiting.push(part);
    return typeof part === 'string' && part.startsWith(mark) ? rawOf(part) : part;
  };
  for (let holder = waiting.pop(); holder !== undefined; holder = waiting.pop()) {
    if (Array.isArray(holder)) for (let index = 0; index < holder.length; index++) holder[index] = read(holder[index]);
    else readFields(holder as Record<string, unknown>, read);
  }
  return top[0];
}

function readFields(fields: Record<string, unknown>, read: (part: unknown) => unknown): void {
  for (const key of Object.keys(fields)) {
    const part = fields[key];
    const value = read(part);
    if (value === part) continue;
    // To assign to this key would set the prototype.
    if (key === '__proto__') Object.defineProperty(fields, key, { ...OWN, value });
    else fields[key] = value;
  }
}

const OWN = { writable: true, enumerable: true, configurable: true };
const NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/;

function isDigit(letter: number): boolean {
  return letter >= 48 && letter <= 57;
}

/** The place after a number, or what looks like one. */
function afterNumber(text: string, from: number): number {
  let at = from + 1;
  for (; at < text.length; at++) {
    const letter = text.charCodeAt(at);
    if (!isDigit(letter) && letter !== DOT && letter !== PLUS && letter !== MINUS && (letter | 32) !== LETTER_E) break;
  }
  return at;
}

/** The place after the closing quote of the text that begins at `from`. */
function afterText(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    const letter = text.charCodeAt(at);
    if (letter === BACKSLASH) at++;
    else if (letter === QUOTE) return at + 1;
  }
  return text.length;
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

const QUOTE = 34;
const PLUS = 43;
const MINUS = 45;
const DOT = 46;
const LETTER_E = 101;
const BACKSLASH = 92;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;
