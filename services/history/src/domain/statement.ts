import { type Token, tokensOf } from './lexer.ts';

/** A place in a text; both from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Why a text is no statement that is run, and where. */
export interface StatementFault {
  readonly reason: 'empty' | 'several_statements' | 'not_a_read' | 'not_allowed' | 'syntax';
  readonly place: Place;
}

/** Statements that are run begin with one of these; ClickHouse refuses the rest besides. */
const READS = new Set(['select', 'with', 'from', 'show', 'describe', 'desc', 'explain', 'exists']);

/** What a statement begins with that does something else. Any other word begins none. */
const OTHERS = new Set(
  `alter analyze attach backup begin call check commit create delete detach drop execute exchange grant insert kill move
  optimize parallel rename replace restore revoke rollback set snapshot start stop system truncate undrop update use
  values watch`.split(/\s+/),
);

/**
 * The one statement of a text, without what follows its end: semicolons, space, comments. Faults: there is none, there are
 * several, it is not one that reads, it may read files or change settings, or it can't be read. This is the second line of
 * defence: what a statement may do is limited by ClickHouse's own grants, and by what its process may touch.
 */
export function readStatement(text: string): { readonly sql: string } | StatementFault {
  let length = 0;
  let ended = false;
  let first: string | null = null;
  let before = '';
  for (const token of tokensOf(text)) {
    const { kind, from, to } = token;
    if (kind === 'Whitespace' || kind === 'Comment') continue;
    if (kind === 'Semicolon') {
      ended = length > 0;
      continue;
    }
    const fault = (reason: StatementFault['reason']): StatementFault => ({ reason, place: placeAt(text, from) });
    if (kind === 'Error') return fault('syntax');
    if (ended) return fault('several_statements');
    const written = text.slice(from, to);
    if (isKeptBack(token, written, before)) return fault('not_allowed');
    before = written;
    length = to;
    if (first === null && written !== '(') {
      first = kind === 'BareWord' ? written.toLowerCase() : '';
      if (!READS.has(first)) return fault(OTHERS.has(first) ? 'not_a_read' : 'syntax');
    }
  }
  return first === null ? { reason: 'empty', place: { line: 1, column: 1 } } : { sql: text.slice(0, length) };
}

/**
 * Whether a part may name the function that reads the server's files, which no grant keeps back, or may begin settings,
 * which ClickHouse takes unlooked at in a part of a statement. A name may also be written in quotes, with escapes, or come
 * as a parameter. Where such a word stands makes no difference: telling a column from a function would be a parser's work.
 */
function isKeptBack({ kind }: Token, written: string, before: string): boolean {
  if (kind === 'QuotedIdentifier') return written.includes('\\') || isWord(written.slice(1, -1), 'file');
  if (kind !== 'BareWord') return false;
  return isWord(written, 'file') || isWord(written, 'settings') || (before === ':' && isWord(written, 'identifier'));
}

function isWord(written: string, word: string): boolean {
  return written.length === word.length && written.toLowerCase() === word;
}

/** The place of a character, by its index from 0; behind the end of the text it is the end. */
export function placeAt(text: string, index: number): Place {
  const before = text.slice(0, Math.max(0, index)).split('\n');
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}
