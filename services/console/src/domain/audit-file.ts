import { csvLine } from '@hilo/service';

/** An entry as the API shows it. */
type Shown = Readonly<Record<(typeof COLUMNS)[number], unknown>>;

const COLUMNS = [
  ...(['id', 'when', 'who', 'what', 'method', 'target', 'address', 'reason', 'count'] as const),
  ...(['before', 'after'] as const),
] as const;

/** Forms of a file: CSV for spreadsheets, and JSON lines with every value as it is. */
export const AUDIT_FORMS = {
  csv: {
    ...{ type: 'text/csv; charset=utf-8; header=present', name: 'audit-log.csv' },
    head: csvLine(COLUMNS),
    line: (entry: Shown) => csvLine(COLUMNS.map((column) => entry[column])),
  },
  jsonl: {
    ...{ type: 'application/jsonl; charset=utf-8', name: 'audit-log.jsonl' },
    head: '',
    line: (entry: Shown) => `${JSON.stringify(entry)}\n`,
  },
} as const;
