import type { AnswerColumn } from '../domain/answer-lines.ts';
import { csvLine } from '@hilo/service';
import type { OpenAnswer } from '../ports.ts';

/** A whole answer, or the beginning of one that exceeds the limit. */
export interface CollectedAnswer {
  readonly columns: readonly AnswerColumn[];
  readonly rows: readonly (readonly unknown[])[];
  /** What cut the answer; null: it is whole. */
  readonly truncated: 'rows' | 'bytes' | null;
}

/** Most bytes of JSON in the rows of an answer. */
export const ANSWER_BYTES = 4 * 1024 * 1024;

/** Most characters and rows of a file. */
export const FILE_LIMITS = { characters: 100 * 1024 * 1024, rows: 1_000_000 } as const;

/** A file would exceed its limit. */
export class FileTooLargeError extends Error {
  override readonly name = 'FileTooLargeError';
}

/** Reads an answer, and ends its statement as soon as it has enough rows. */
export async function collect(
  answer: OpenAnswer,
  rowsAtMost: number,
  bytesAtMost = ANSWER_BYTES,
): Promise<CollectedAnswer> {
  const { columns } = answer;
  const rows: (readonly unknown[])[] = [];
  let bytes = 0;
  for await (const row of answer.rows()) {
    bytes += Buffer.byteLength(JSON.stringify(row));
    // One extra row shows that there are more.
    if (rows.length === rowsAtMost) return { columns, rows, truncated: 'rows' };
    if (bytes > bytesAtMost) return { columns, rows, truncated: 'bytes' };
    rows.push(row);
  }
  return { columns, rows, truncated: null };
}

/** How a file writes the column names, and each row. */
type LineOf = (values: readonly unknown[]) => string;

/** Forms of a file: CSV for spreadsheets, and JSON lines with every value as it is. */
export const FILE_FORMS = {
  csv: { line: csvLine, type: 'text/csv; charset=utf-8; header=present', name: 'answer.csv' },
  jsonl: { line: jsonLine, type: 'application/jsonl; charset=utf-8', name: 'answer.jsonl' },
} as const;

/** A list of values as a line of JSON. */
function jsonLine(values: readonly unknown[]): string {
  return `${JSON.stringify(values)}\n`;
}

/**
 * An answer as a file that begins with a line of names, in pieces. Throws `FileTooLargeError` beyond the limits: nobody
 * mistakes a file that breaks off for a whole one.
 */
export async function* filePieces(
  answer: OpenAnswer,
  lineOf: LineOf,
  limits: { readonly characters: number; readonly rows: number } = FILE_LIMITS,
): AsyncGenerator<string, void, void> {
  let piece = lineOf(answer.columns.map(({ name }) => name));
  let characters = 0;
  let rows = 0;
  for await (const row of answer.rows()) {
    piece += lineOf(row);
    rows += 1;
    if (rows > limits.rows || characters + piece.length > limits.characters)
      throw new FileTooLargeError('a file is too large');
    if (piece.length < PIECE_CHARACTERS) continue;
    characters += piece.length;
    yield piece;
    piece = '';
  }
  yield piece;
}

const PIECE_CHARACTERS = 64 * 1024;
