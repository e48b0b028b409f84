/** A value in a JSON text, by its position in the bytes. */
export interface Span {
  readonly from: number;
  readonly to: number;
  /** Nesting depth of objects and lists, the value itself included; 0 for a text or a number. */
  readonly depth: number;
}

/** Most events in one request; more would make all others wait. */
export const EVENTS_LIMIT = 5000;

/**
 * The positions of the parts of a batch request. Its values are not parsed, so the bytes between may still be invalid
 * JSON.
 */
export interface BatchOutline {
  /** The events, at most one more than a request may have; null if "batch" is missing or not a list. */
  readonly items: readonly Span[] | null;
  /** The value of the top-level `writeKey`, or that of the first event. */
  readonly write_key: Span | null;
  /** The list of events with its brackets; null if there is none. */
  readonly list: Span | null;
}

/**
 * Finds the events of a batch without parsing it, in one pass: the size, depth and original bytes of each are known
 * before memory is allocated for them. Null if it is not a JSON object. Of repeated fields, the last one counts, as for
 * `JSON.parse`.
 */
export function outlineBatch(bytes: Uint8Array): BatchOutline | null {
  let list: Span | null = null;
  let write_key: Span | null = null;
  const end = visitFields(bytes, afterMark(bytes), (name, span) => {
    if (name === 'batch') list = span;
    else if (name === 'writeKey') write_key = span;
  });
  if (end === null || skipSpace(bytes, end) < bytes.length) return null;
  return finished(bytes, list, write_key);
}

function finished(bytes: Uint8Array, list: Span | null, write_key: Span | null): BatchOutline | null {
  if (list === null || bytes[list.from] !== OPEN_BRACKET) return { items: null, write_key, list };
  const items = itemsOf(bytes, list.from);
  const [first] = items ?? [];
  let key = write_key;
  if (key === null && first !== undefined)
    visitFields(bytes, first.from, (name, span) => {
      if (name === 'writeKey') key = span;
    });
  return items === null ? null : { items, write_key: key, list };
}

/** Visits the fields of the object that begins at `at`. Returns where the object ends; null if it is not an object. */
export function visitFields(bytes: Uint8Array, at: number, visit: (name: string, span: Span) => void): number | null {
  let place = skipSpace(bytes, at);
  if (bytes[place] !== OPEN_BRACE) return null;
  place = skipSpace(bytes, place + 1);
  if (bytes[place] === CLOSE_BRACE) return place + 1;
  for (;;) {
    if (bytes[place] !== QUOTE) return null;
    const nameEnd = textEnd(bytes, place);
    const colon = skipSpace(bytes, nameEnd);
    if (bytes[colon] !== COLON) return null;
    const span = spanAt(bytes, skipSpace(bytes, colon + 1));
    if (span === null) return null;
    visit(nameOf(bytes, place, nameEnd), span);
    place = skipSpace(bytes, span.to);
    if (bytes[place] === CLOSE_BRACE) return place + 1;
    if (bytes[place] !== COMMA) return null;
    place = skipSpace(bytes, place + 1);
  }
}

/** The items of the list that begins at `at`; null if commas and brackets do not match. */
function itemsOf(bytes: Uint8Array, at: number): readonly Span[] | null {
  const items: Span[] = [];
  let place = skipSpace(bytes, at + 1);
  if (bytes[place] === CLOSE_BRACKET) return items;
  for (;;) {
    const span = spanAt(bytes, place);
    if (span === null) return null;
    items.push(span);
    if (items.length > EVENTS_LIMIT) return items;
    place = skipSpace(bytes, span.to);
    if (bytes[place] === CLOSE_BRACKET) return items;
    if (bytes[place] !== COMMA) return null;
    place = skipSpace(bytes, place + 1);
  }
}

/** The value that begins at `from`: up to its closing bracket or quote, or up to the end of a number or a word. */
function spanAt(bytes: Uint8Array, from: number): Span | null {
  const first = bytes[from];
  if (first === QUOTE) return spanOf(bytes, from, textEnd(bytes, from), 0);
  if (first !== OPEN_BRACE && first !== OPEN_BRACKET) {
    let to = from;
    while (to < bytes.length && !ENDS_WORD.has(bytes[to] as number)) to++;
    return to === from ? null : { from, to, depth: 0 };
  }
  let depth = 0;
  let deepest = 0;
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) at = textEnd(bytes, at) - 1;
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      depth++;
      if (depth > deepest) deepest = depth;
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      depth--;
      if (depth === 0) return { from, to: at + 1, depth: deepest };
    }
  }
  return null;
}

function spanOf(bytes: Uint8Array, from: number, to: number, depth: number): Span | null {
  return to > bytes.length ? null : { from, to, depth };
}

/** The position after the closing quote of the text that begins at `from`; beyond the end if there is none. */
function textEnd(bytes: Uint8Array, from: number): number {
  for (let at = from + 1; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === BACKSLASH) at++;
    else if (byte === QUOTE) return at + 1;
  }
  return bytes.length + 1;
}

/** A field's name as `JSON.parse` reads it; empty for a long one, which has no meaning here. */
function nameOf(bytes: Uint8Array, from: number, to: number): string {
  if (to - from > NAME_BYTES) return '';
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('utf8');
  if (!text.includes('\\')) return text.slice(1, -1);
  try {
    return String(JSON.parse(text));
  } catch {
    return '';
  }
}

function skipSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  while (bytes[at] === 0x20 || bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x09) at++;
  return at;
}

/** Where the text begins: after a byte order mark. */
function afterMark(bytes: Uint8Array): number {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
}

const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const OPEN_BRACKET = 91;
const BACKSLASH = 92;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;
const ENDS_WORD: ReadonlySet<number> = new Set([COMMA, CLOSE_BRACKET, CLOSE_BRACE, 0x20, 0x0a, 0x0d, 0x09]);
/** "writeKey" with each character escaped. */
const NAME_BYTES = 64;
