import { type Token, tokensOf } from './lexer.ts';

/** A place in a text; both count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Why a text is not a statement that runs, and where. */
export interface StatementFault {
  readonly reason: 'empty' | 'several_statements' | 'not_a_read' | 'not_allowed' | 'syntax';
  readonly place: Place;
}

/** First words of statements that run; ClickHouse refuses the rest as well. */
const READS = new Set(['select', 'with', 'from', 'show', 'describe', 'desc', 'explain', 'exists']);

/** First words of statements that do something else. Any other word begins none. */
const OTHERS = new Set(
  `alter analyze attach backup begin call check commit create delete detach drop execute exchange grant insert kill move
  optimize parallel rename replace restore revoke rollback set snapshot start stop system truncate undrop update use
  values watch`.split(/\s+/),
);

/**
 * The one statement of a text, without what follows its end: semicolons, space, comments. Faults: there is none, there
 * are several, it does not read, it may read files or change settings, or it cannot be tokenized. This is the second
 * line of defence: ClickHouse's own grants limit a statement, and the kernel limits the process.
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
 * Whether a token may name the function that reads the server's files, which no grant restricts, or may begin settings,
 * which ClickHouse does not check in a subquery. A name may also be quoted, escaped, or come as a parameter. The
 * token's place makes no difference: only a parser could tell a column from a function.
 */
function isKeptBack({ kind }: Token, written: string, before: string): boolean {
  if (kind === 'QuotedIdentifier') return written.includes('\\') || isWord(written.slice(1, -1), 'file');
  if (kind !== 'BareWord') return false;
  return isWord(written, 'file') || isWord(written, 'settings') || (before === ':' && isWord(written, 'identifier'));
}

function isWord(written: string, word: string): boolean {
  return written.length === word.length && written.toLowerCase() === word;
}

/** The place of a character, by its index from 0; an index beyond the text means its end. */
export function placeAt(text: string, index: number): Place {
  const before = text.slice(0, Math.max(0, index)).split('\n');
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}
