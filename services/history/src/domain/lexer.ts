/**
 * The kinds of tokens of a statement, by the names of ClickHouse's own function `tokenizeQuery`, as far as they matter
 * here: marks without a role are all `Mark`, and what ClickHouse cannot read is `Error`.
 */
export type TokenKind =
  | 'Whitespace'
  | 'Comment'
  | 'BareWord'
  | 'Number'
  | 'StringLiteral'
  | 'QuotedIdentifier'
  | 'HereDoc'
  | 'Semicolon'
  | 'Mark'
  | 'Error';

/** A token of a statement: `text.slice(from, to)`. */
export interface Token {
  readonly kind: TokenKind;
  readonly from: number;
  readonly to: number;
}

/** ASCII spaces, and those that word processors insert. */
const SPACES = /(?:[ \t\n\r\f\v\u0085\u00a0\u180e\u2028\u2029\u202f\u205f\u2060\u3000\ufeff]|[\u2000-\u200d])+/y;
const TO_THE_LINES_END = /(?:--|\/\/|#[ !])[^\n]*/y;
const DIGITS = String.raw`\d(?:_?\d)*`;
const HEX_DIGITS = String.raw`[\da-fA-F](?:_?[\da-fA-F])*`;
/** The digits after an exponent's `e`; the `e` and its sign are separate tokens if no digit follows. */
const EXPONENT = String.raw`(?=[^])(?:[+-](?=[^]))?(?:${DIGITS})?`;
const HEX_NUMBER = new RegExp(String.raw`0[xX]${HEX_DIGITS}(?:\.(?:${HEX_DIGITS})?)?(?:[pP]${EXPONENT})?`, 'y');
const NUMBER = new RegExp(String.raw`(?:0[bB](?=[01]))?${DIGITS}(?:\.(?:${DIGITS})?)?(?:[eE]${EXPONENT})?`, 'y');
/** `.5`; at the very beginning of a text, a lone dot is one, too. */
const FRACTION = new RegExp(String.raw`\.(?:${DIGITS})?(?:[eE]${EXPONENT})?`, 'y');
/** The second of two members, as in `pair.1.2`. */
const MEMBER = new RegExp(DIGITS, 'y');
const WORD_CHARACTERS = /\w+/y;
const WORD = /[\w$]+/y;
const HEREDOC_TAG = /\$\w*\$/y;
const BYTES = /[xX]'[\da-fA-F]*'|[bB]'[01]*'/y;
/** Longer ones come before shorter ones with the same beginning. */
const MARK = /<=>|->|==|!=|<=|<>|>=|::|\|\||@@|\\G|[-+*/%=<>?^:|@()[\]{},\u2212]/y;

/** Quotes, by their opening mark, with the closing one. */
const CURLY_QUOTES: Readonly<Record<string, { readonly end: string; readonly kind: TokenKind }>> = {
  '\u2018': { end: '\u2019', kind: 'StringLiteral' },
  '\u201c': { end: '\u201d', kind: 'QuotedIdentifier' },
};

const CURLY_QUOTE_BYTES = 3;

/** After these, a dot belongs to a name or a member, even before a digit. */
const BEFORE_MEMBER: ReadonlySet<string | null> = new Set([')', ']', 'BareWord', 'QuotedIdentifier', 'Number']);

/**
 * For each dollar sign, ClickHouse searches everything that follows for its match: more than these are not followed.
 */
const DOLLAR_SIGNS = 64;

/**
 * Tokenizes a statement as ClickHouse 26.7 does, in time linear in its length; a law compares it with a server's
 * `tokenizeQuery`. After 64 dollar signs that open no text, the rest is one `Error`.
 */
export function* tokensOf(text: string): Generator<Token, void, void> {
  let dollars = 0;
  // The last token that was neither space nor comment: ClickHouse reads numbers and dots by it.
  let before: string | null = null;
  for (let from = 0; from < text.length; ) {
    if (text[from] === '$') dollars += 1;
    const [kind, to]: Read = dollars > DOLLAR_SIGNS ? ['Error', text.length] : tokenAt(text, from, before);
    yield { kind, from, to };
    if (kind !== 'Whitespace' && kind !== 'Comment') before = kind === 'Mark' ? text.slice(from, to) : kind;
    from = to;
  }
}

type Read = readonly [TokenKind, number];

function tokenAt(text: string, from: number, before: string | null): Read {
  const c = text[from] ?? '';
  const end = endOf(SPACES, text, from);
  if (end !== null) return ['Whitespace', end];
  if (c === "'") return quoted(text, from, 'StringLiteral');
  if (c === '"' || c === '`') return quoted(text, from, 'QuotedIdentifier');
  if (c >= '0' && c <= '9') return numberAt(text, from, before);
  if (c === '.') return dotAt(text, from, before);
  if (c === ';') return ['Semicolon', from + 1];
  const line = endOf(TO_THE_LINES_END, text, from);
  if (line !== null) return ['Comment', line];
  if (c === '/' && text[from + 1] === '*') return nestedComment(text, from);
  if (c in CURLY_QUOTES) return curlyQuoted(text, from);
  if (c === '$') return dollarAt(text, from);
  if (/[xXbB]/.test(c) && text[from + 1] === "'" && from + 2 < text.length) {
    const bytes = endOf(BYTES, text, from);
    return bytes === null ? ['Error', text.length] : ['StringLiteral', bytes];
  }
  const word = endOf(WORD, text, from);
  if (word !== null) return ['BareWord', word];
  const mark = endOf(MARK, text, from);
  return mark === null ? ['Error', from + String.fromCodePoint(text.codePointAt(from) ?? 0).length] : ['Mark', mark];
}

/** Where a pattern that matches here ends; null if it does not. */
function endOf(pattern: RegExp, text: string, from: number): number | null {
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex : null;
}

function numberAt(text: string, from: number, before: string | null): Read {
  const patterns = before === '.' ? [MEMBER] : [HEX_NUMBER, NUMBER];
  const end = patterns.map((pattern) => endOf(pattern, text, from)).find((one) => one !== null) ?? from + 1;
  const longer = endOf(WORD_CHARACTERS, text, end);
  if (longer === null) return ['Number', end];
  // A name that begins with a digit, unless it contains a character that no name has.
  return [/^\w+$/.test(text.slice(from, longer)) ? 'BareWord' : 'Error', longer];
}

function dotAt(text: string, from: number, before: string | null): Read {
  const next = text[from + 1] ?? '';
  const isNumber = next >= '0' && next <= '9' && !BEFORE_MEMBER.has(before);
  if (from > 0 && !isNumber) return ['Mark', from + 1];
  return ['Number', endOf(FRACTION, text, from) ?? from + 1];
}

function quoted(text: string, from: number, kind: TokenKind): Read {
  const quote = text[from];
  let at = from + 1;
  while (at < text.length) {
    if (text[at] === '\\') at += 2;
    else if (text[at] !== quote) at += 1;
    else if (text[at + 1] === quote) at += 2;
    else return [kind, at + 1];
  }
  return ['Error', text.length];
}

/** Without escapes. ClickHouse looks for an end only if three more bytes follow. */
function curlyQuoted(text: string, from: number): Read {
  const rest = text.slice(from + 1, from + 4);
  if (Buffer.byteLength(rest) < CURLY_QUOTE_BYTES) return ['Error', from + 1];
  const { end, kind } = CURLY_QUOTES[text[from] ?? ''] ?? { end: '', kind: 'Error' };
  const at = text.indexOf(end, from + 1);
  return at < 0 ? ['Error', text.length] : [kind, at + 1];
}

function nestedComment(text: string, from: number): Read {
  let depth = 1;
  let at = from + 2;
  while (at < text.length) {
    const two = text.slice(at, at + 2);
    if (two === '/*') depth += 1;
    if (two === '*/') depth -= 1;
    at += two === '/*' || two === '*/' ? 2 : 1;
    if (depth === 0) return ['Comment', at];
  }
  return ['Error', text.length];
}

/** `$tag$ … $tag$`, where the tag is a word or empty; else a word, or the mark alone. */
function dollarAt(text: string, from: number): Read {
  const tagEnd = endOf(HEREDOC_TAG, text, from);
  if (tagEnd !== null) {
    const tag = text.slice(from, tagEnd);
    const end = text.indexOf(tag, tagEnd);
    if (end > 0) return ['HereDoc', end + tag.length];
  }
  const isWord = /\w/.test(text[from + 1] ?? '');
  return isWord ? ['BareWord', endOf(WORD, text, from) ?? from + 1] : ['Mark', from + 1];
}
