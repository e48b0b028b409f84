/** A cell, and where it begins; both count from 1. */
export interface CsvCell {
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

/** What is wrong with a CSV, and where. */
export interface CsvFault {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** The rows of a CSV, or the first fault of its form. */
export type ReadCsv =
  | { readonly kind: 'rows'; readonly rows: readonly (readonly CsvCell[])[] }
  | { readonly kind: 'fault'; readonly fault: CsvFault };

/**
 * Reads a CSV by RFC 4180: fields between commas, quoted ones with `""` for a quote. Lines end with LF or CRLF; empty ones are
 * left out, and so is a byte order mark. `column` counts fields. Takes time linear in the text.
 */
export function readCsv(text: string): ReadCsv {
  const rows: CsvCell[][] = [];
  let row: CsvCell[] = [];
  let line = 1;
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  while (at < text.length) {
    const cell = text[at] === '"' ? quotedCell(text, at) : plainCell(text, at);
    const place = { line, column: row.length + 1 };
    if (cell.fault !== null) return { kind: 'fault', fault: { ...place, message: cell.fault } };
    row.push({ text: cell.text, ...place });
    line += cell.lines;
    at = cell.endsAt;
    if (text[at] === ',') {
      at += 1;
      if (at < text.length) continue;
      row.push({ text: '', line, column: row.length + 1 });
    }
    if (row.length > 1 || row[0]?.text !== '') rows.push(row);
    row = [];
    at += text.startsWith('\r\n', at) ? 2 : 1;
    line += 1;
  }
  return { kind: 'rows', rows };
}

interface ReadCell {
  readonly text: string;
  /** Where the comma, the end of the line or of the text is. */
  readonly endsAt: number;
  /** Ends of lines inside. */
  readonly lines: number;
  readonly fault: string | null;
}

const PLAIN_END = /,|\r?\n|$/g;

function plainCell(text: string, from: number): ReadCell {
  PLAIN_END.lastIndex = from;
  const endsAt = PLAIN_END.exec(text)?.index ?? text.length;
  const cell = text.slice(from, endsAt);
  const fault = cell.includes('"') ? 'has a quote inside a field without quotes; put the field in quotes' : null;
  return { text: cell, endsAt, lines: 0, fault };
}

const AFTER_QUOTE = /,|\r?\n/y;

function quotedCell(text: string, from: number): ReadCell {
  let at = from + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return { text: '', endsAt: text.length, lines: 0, fault: 'has a quote that is never closed' };
    at = quote + 1;
    if (text[at] !== '"') break;
    at += 1;
  }
  const inside = text.slice(from + 1, at - 1);
  AFTER_QUOTE.lastIndex = at;
  const isEnd = at === text.length || AFTER_QUOTE.test(text);
  return {
    text: inside.replaceAll('""', '"'),
    endsAt: at,
    lines: inside.split('\n').length - 1,
    fault: isEnd ? null : 'goes on after its closing quote; write a quote inside as ""',
  };
}
