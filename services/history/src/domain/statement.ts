/** A place in a text; both from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Why a text is no statement that is run, and where. */
export interface StatementFault {
  readonly reason: 'empty' | 'several_statements' | 'not_a_read' | 'not_allowed' | 'unclear';
  readonly place: Place;
}

/** Statements that are run begin with one of these; ClickHouse refuses the rest besides. */
const READS = new Set(['select', 'with', 'from', 'show', 'describe', 'desc', 'explain', 'exists']);

/**
 * What matters of SQL here: space and comments, quoted texts and names (with doubled and escaped quotes), words, and the
 * semicolon. Anything else is one character.
 */
const TOKEN = new RegExp(
  [
    String.raw`(?<space>\s+|--[^\n]*|#[! ][^\n]*|/\*[\s\S]*?(?:\*/|$))`,
    String.raw`'(?:[^'\\]|\\[\s\S]|'')*(?:'|$)`,
    String.raw`"(?:[^"\\]|\\[\s\S]|"")*(?:"|$)`,
    '`(?:[^`\\\\]|\\\\[\\s\\S]|``)*(?:`|$)',
    String.raw`(?<word>\w+)`,
    String.raw`(?<end>;)`,
    String.raw`[\s\S]`,
  ].join('|'),
  'gu',
);

/**
 * The function that no grant keeps back: it reads the server's files, all of them where the server is the embedded one. A
 * name may also be written in quotes, with escapes, or come as a parameter.
 */
const FILE_NAMES = /^(file|["`]file["`]|["`].*\\.*["`])$/is;

/**
 * What ClickHouse reads otherwise than this does: curly quotes, heredocs, comments within comments. A quote in one of them
 * would hide from this what ClickHouse runs.
 */
const UNCLEAR = /^([‘’“”$]|\/\*[\s\S]*\/\*[\s\S]*)$/;

/**
 * Whether a token may name the function that reads files, or begin settings: in a part of a statement ClickHouse takes
 * them without looking whether they may be changed.
 */
function isKeptBack(token: string, before: string): boolean {
  if (before === '.') return false;
  return FILE_NAMES.test(token) || /^settings$/i.test(token) || (before === ':' && /^identifier$/i.test(token));
}

/**
 * The one statement of a text, without what follows its end: semicolons, space, comments. Faults: there is none, there are
 * several, it is not one that reads, it may read files or change settings, or it can't be told. What else it may do, ClickHouse knows.
 */
export function readStatement(text: string): { readonly sql: string } | StatementFault {
  let length = 0;
  let ended = false;
  let first: string | null = null;
  let before = '';
  for (const { 0: token, index, groups } of text.matchAll(TOKEN)) {
    if (UNCLEAR.test(token)) return { reason: 'unclear', place: placeAt(text, index) };
    if (groups?.space !== undefined) continue;
    if (groups?.end !== undefined) {
      ended = length > 0;
      continue;
    }
    const place = placeAt(text, index);
    if (ended) return { reason: 'several_statements', place };
    if (isKeptBack(token, before)) return { reason: 'not_allowed', place };
    before = token;
    length = index + token.length;
    if (first === null && token !== '(') {
      first = groups?.word?.toLowerCase() ?? '';
      if (!READS.has(first)) return { reason: 'not_a_read', place };
    }
  }
  return first === null ? { reason: 'empty', place: { line: 1, column: 1 } } : { sql: text.slice(0, length) };
}

/** The place of a character, by its index from 0; behind the end of the text it is the end. */
export function placeAt(text: string, index: number): Place {
  const before = text.slice(0, Math.max(0, index)).split('\n');
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}
