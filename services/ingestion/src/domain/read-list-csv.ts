import { parseTime } from './parse-time.ts';
import { type CsvCell, type CsvFault, readCsv } from './read-csv.ts';
import { IDENTIFIER_TYPES, identifierOf, LIST_LIMITS, type ListEntry } from './static-list.ts';

/** Entries of a CSV, or its faults in the order of the lines. */
export type ReadListCsv =
  | { readonly kind: 'entries'; readonly entries: readonly ListEntry[] }
  | { readonly kind: 'faults'; readonly faults: readonly CsvFault[] };

/** Most faults named. */
const FAULTS_NAMED = 20;

/**
 * Reads entries of a static list. The first line names the columns, in any order: `type` and `value`, and if you like `until`. If
 * there is any fault, there are no entries.
 */
export function readListCsv(text: string): ReadListCsv {
  const read = readCsv(text);
  if (read.kind === 'fault') return { kind: 'faults', faults: [read.fault] };
  const [header = [], ...rows] = read.rows;
  const names = header.map((cell) => cell.text.trim().toLowerCase());
  const faults = headerFaults(header, names);
  if (rows.length > LIST_LIMITS.lines) {
    const first = rows[LIST_LIMITS.lines]?.[0];
    faults.push({ line: first?.line ?? 1, column: 1, message: `is beyond the ${LIST_LIMITS.lines} lines of one CSV` });
  }
  if (faults.length > 0) return { kind: 'faults', faults };
  const entries: ListEntry[] = [];
  for (const row of rows) {
    const entry = readRow(row, names, faults);
    if (entry !== null) entries.push(entry);
    if (faults.length >= FAULTS_NAMED) break;
  }
  return faults.length > 0 ? { kind: 'faults', faults } : { kind: 'entries', entries };
}

const COLUMNS = ['type', 'value', 'until'];

function headerFaults(header: readonly CsvCell[], names: readonly string[]): CsvFault[] {
  const missing = ['type', 'value'].filter((name) => !names.includes(name));
  if (missing.length > 0) {
    return [
      { line: 1, column: 1, message: `must name the columns type and value; ${missing.join(' and ')} is missing` },
    ];
  }
  return header.flatMap(({ line, column }, index) => {
    const name = names[index] as string;
    if (!COLUMNS.includes(name)) return [{ line, column, message: 'must be type, value or until' }];
    return names.indexOf(name) === index ? [] : [{ line, column, message: `is the second column ${name}` }];
  });
}

function readRow(row: readonly CsvCell[], names: readonly string[], faults: CsvFault[]): ListEntry | null {
  const [first] = row;
  if (first === undefined) return null;
  if (row.length !== names.length) {
    faults.push({
      line: first.line,
      column: row.length,
      message: `is the last of ${row.length} fields; the first line has ${names.length}`,
    });
    return null;
  }
  const cellOf = (name: string): CsvCell => row[names.indexOf(name)] ?? { ...first, text: '' };
  const [type, value, until] = [cellOf('type'), cellOf('value'), cellOf('until')];
  const add = ({ line, column }: CsvCell, message: string): null => {
    faults.push({ line, column, message });
    return null;
  };
  if (!IDENTIFIER_TYPES.some((known) => known === type.text))
    return add(type, `must be ${IDENTIFIER_TYPES.join(', ')}`);
  const identifier = identifierOf(type.text, value.text);
  if (identifier === null) return add(value, `must be a ${type.text} of one person`);
  const until_ms = until.text === '' ? null : parseTime(until.text);
  if (until.text !== '' && until_ms === null)
    return add(until, 'must be a moment such as 2026-12-31T23:00:00Z, or empty');
  return { identifier, until_ms };
}
