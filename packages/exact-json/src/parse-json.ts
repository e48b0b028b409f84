import { ExactNumber, type JsonNumber } from './exact-number.ts';

/**
 * A number that a double may not hold as written, or would print far longer: 16 digits or more, or an exponent of two.
 * A number follows a bracket, a comma, a colon or a space, which skips random ids: many of them contain an `e` before
 * two digits.
 */
const LONG_NUMBER = /(?:^|[[:,\s])-?(?:[0-9][0-9.]{15}|[0-9][0-9.]*[eE][+-]?[0-9]{2})/;
/** All of those, whole. */
const LONG_NUMBERS = /(?:^|[[:,\s])(-?(?:[0-9][0-9.]{15,}(?:[eE][+-]?[0-9]+)?|[0-9][0-9.]*[eE][+-]?[0-9]{2,}))/g;
/** Matches anything that looks like such an exponent: the cheapest check. */
const EXPONENT = /[0-9][eE][+-]?[0-9]{2}/;
/** Digits, with their point, that a double may not hold. */
const LONG_RUN = 16;
/** No double prints longer than this: -0.0000012345678901234567 comes close. */
const LONGEST_DOUBLE = 25;
/** Shorter numbers have neither that many digits nor such an exponent. */
const SHORTEST_LONG = 4;

const NUMERAL = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/;
const ONE_NUMERAL = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;

/** Marks a number while it is a text. Each process makes its own, so no sender can write it. */
const MARK = `${globalThis.crypto.getRandomValues(new Uint32Array(4)).join('-')}:`;

/**
 * Parses JSON without losing a digit: a number that a double does not print as it came becomes an `ExactNumber`, every
 * other one a plain number. A text without long numbers costs one scan more than `JSON.parse`. Throws `SyntaxError`.
 */
export function parseJson(text: string): unknown {
  if (doublesHold(text)) return JSON.parse(text);
  // A reviver would do the same but take many times as long.
  return withExactNumbers(JSON.parse(withMarkedNumbers(text)));
}

/** True if `JSON.parse` loses no digit of a JSON text. */
export function doublesHold(text: string): boolean {
  if (!hasLongRun(text) && !EXPONENT.test(text)) return true;
  if (!LONG_NUMBER.test(text)) return true;
  // Such as 2.3600000000000003, which a double prints.
  for (const [, number = ''] of text.matchAll(LONG_NUMBERS)) if (!isDoublesOwn(number)) return false;
  return true;
}

/** The number that a text holds in JSON notation; null for any other text. */
export function readNumber(text: string): JsonNumber | null {
  return NUMERAL.test(text) ? (parseJson(text) as JsonNumber) : null;
}

/** An exponent as no double prints it: doubles print `1e+21` and `1e-7`. Computing the number would take far longer. */
const FOREIGN_EXPONENT = /E|e[0-9]/;

/** True for a number as a double prints it. */
function isDoublesOwn(numeral: string): boolean {
  return numeral.length <= LONGEST_DOUBLE && !FOREIGN_EXPONENT.test(numeral) && String(Number(numeral)) === numeral;
}

/** Whether that many digits follow each other anywhere. Looks at only one character in sixteen if there are none. */
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

/** Turns each number that a double does not hold into a marked text. Invalid JSON stays invalid. */
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
      if (numeral.length >= SHORTEST_LONG && LONG_NUMBER.test(numeral) && !isDoublesOwn(numeral)) {
        parts.push(text.slice(copied, at), `"${MARK}${numeral}"`);
        copied = at + numeral.length;
      }
      at += Math.max(1, numeral.length);
    }
  }
  return parts.join('') + text.slice(copied);
}

/** Index after the quoted text that begins at `start`. */
function afterText(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return end + 1;
  }
  return text.length;
}

/** Replaces marked texts in place. Uses an explicit stack, so deep nesting does not overflow the call stack. */
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
