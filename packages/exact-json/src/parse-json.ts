import { ExactNumber, type JsonNumber } from './exact-number.ts';

/**
 * A number that a double may not hold as it is written, or would write far longer: 16 digits or more, or an exponent of two.
 * A number follows a bracket, a comma, a colon or a space: random ids, of which many hold an `e` before two digits, are
 * passed over.
 */
const LONG_NUMBER = /(?:^|[[:,\s])-?(?:[0-9][0-9.]{15}|[0-9][0-9.]*[eE][+-]?[0-9]{2})/;
/** All of those, whole. */
const LONG_NUMBERS = /(?:^|[[:,\s])(-?(?:[0-9][0-9.]{15,}(?:[eE][+-]?[0-9]+)?|[0-9][0-9.]*[eE][+-]?[0-9]{2,}))/g;
/** What looks like such an exponent, wherever it stands: the cheapest look. */
const EXPONENT = /[0-9][eE][+-]?[0-9]{2}/;
/** Digits, with their dot, that a double may not hold. */
const LONG_RUN = 16;
/** No double is written with more characters than this: -0.0000012345678901234567 comes near. */
const LONGEST_DOUBLE = 25;
/** Shorter numbers have neither so many digits nor such an exponent. */
const SHORTEST_LONG = 4;

const NUMERAL = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/;
const ONE_NUMERAL = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;

/** Stands before a number while it is a text. It is made anew in each process, so that no sender can write it. */
const MARK = `${globalThis.crypto.getRandomValues(new Uint32Array(4)).join('-')}:`;

/**
 * Parses JSON without losing a digit: numbers that a double doesn't write as they came become `ExactNumber`s, all others plain
 * numbers. A text without long numbers costs a look more than `JSON.parse`. Throws `SyntaxError`.
 */
export function parseJson(text: string): unknown {
  if (doublesHold(text)) return JSON.parse(text);
  // A reviver would do the same and take many times as long.
  return withExactNumbers(JSON.parse(withMarkedNumbers(text)));
}

/** True where `JSON.parse` loses no digit of a JSON text. */
export function doublesHold(text: string): boolean {
  if (!hasLongRun(text) && !EXPONENT.test(text)) return true;
  if (!LONG_NUMBER.test(text)) return true;
  // Such as 2.3600000000000003, which is what a double writes.
  for (const [, number = ''] of text.matchAll(LONG_NUMBERS)) if (!isDouble(number)) return false;
  return true;
}

/** True for a numeral that is as a double writes it. Working out a long one would cost more than all else. */
function isDouble(numeral: string): boolean {
  return numeral.length <= LONGEST_DOUBLE && String(Number(numeral)) === numeral;
}

/** The number that a text writes as JSON does; null for any other text. */
export function readNumber(text: string): JsonNumber | null {
  return NUMERAL.test(text) ? (parseJson(text) as JsonNumber) : null;
}

/** Whether so many digits follow each other anywhere. Looks at one character in sixteen of a text that has none. */
function hasLongRun(text: string): boolean {
  const { length } = text;
  for (let at = LONG_RUN - 1; at < length; at += LONG_RUN) {
    if (!isDigitOrDot(text.charCodeAt(at))) continue;
    let start = at;
    while (start > 0 && isDigitOrDot(text.charCodeAt(start - 1))) start -= 1;
    let end = at + 1;
    while (end < length && end - start < LONG_RUN && isDigitOrDot(text.charCodeAt(end))) end += 1;
    if (end - start >= LONG_RUN) return true;
  }
  return false;
}

function isDigitOrDot(letter: number): boolean {
  return (letter >= ZERO && letter <= NINE) || letter === DOT;
}

/** The text with each number that a double doesn't hold as a marked text. What is no JSON stays none. */
function withMarkedNumbers(text: string): string {
  const parts: string[] = [];
  let copied = 0;
  let at = 0;
  while (at < text.length) {
    const letter = text.charCodeAt(at);
    if (letter === QUOTE) at = afterText(text, at);
    else if (letter !== MINUS && (letter < ZERO || letter > NINE)) at += 1;
    else {
      ONE_NUMERAL.lastIndex = at;
      const [numeral = ''] = ONE_NUMERAL.exec(text) ?? [];
      if (numeral.length >= SHORTEST_LONG && !isDouble(numeral) && LONG_NUMBER.test(numeral)) {
        parts.push(text.slice(copied, at), `"${MARK}${numeral}"`);
        copied = at + numeral.length;
      }
      at += Math.max(1, numeral.length);
    }
  }
  return parts.join('') + text.slice(copied);
}

/** Where the text in quotes that begins at `start` is over. */
function afterText(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return end + 1;
  }
  return text.length;
}

/** Replaces marked texts in place. It has a stack of its own: what is nested deeply must not overflow the machine's. */
function withExactNumbers(value: unknown): unknown {
  const top: Record<string, unknown> = { value };
  const waiting = [top];
  for (let holder = waiting.pop(); holder !== undefined; holder = waiting.pop()) {
    for (const name of Object.keys(holder)) {
      const inner = holder[name];
      if (typeof inner === 'string') {
        if (inner.startsWith(MARK)) holder[name] = new ExactNumber(inner.slice(MARK.length));
      } else if (typeof inner === 'object' && inner !== null) waiting.push(inner as Record<string, unknown>);
    }
  }
  return top['value'];
}

const QUOTE = 34;
const MINUS = 45;
const DOT = 46;
const ZERO = 48;
const NINE = 57;
const BACKSLASH = 92;
