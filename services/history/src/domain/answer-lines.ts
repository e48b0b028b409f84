/** A column of an answer. */
export interface AnswerColumn {
  readonly name: string;
  /** ClickHouse's type, such as `LowCardinality(Nullable(String))`. */
  readonly type: string;
}

/** A line of ClickHouse's answer (format JSONCompactEachRowWithProgress). */
export type AnswerLine =
  | { readonly kind: 'columns'; readonly columns: readonly AnswerColumn[] }
  | { readonly kind: 'row'; readonly row: readonly unknown[] }
  | { readonly kind: 'progress'; readonly rows_read: number; readonly bytes_read: number }
  | { readonly kind: 'exception'; readonly text: string }
  | { readonly kind: 'other' };

/** Reads a line of an answer. A line that is not JSON belongs to an error that came midway. */
export function readAnswerLine(line: string): AnswerLine {
  const value = parsed(line);
  if (value === null) return { kind: 'exception', text: line };
  if (Array.isArray(value.row)) return { kind: 'row', row: value.row };
  if (Array.isArray(value.meta)) return { kind: 'columns', columns: value.meta as readonly AnswerColumn[] };
  if (typeof value.exception === 'string') return { kind: 'exception', text: value.exception };
  const progress = value.progress as Record<string, unknown> | undefined;
  if (typeof progress !== 'object' || progress === null) return { kind: 'other' };
  return { kind: 'progress', rows_read: Number(progress.read_rows ?? 0), bytes_read: Number(progress.read_bytes ?? 0) };
}

function parsed(line: string): Record<string, unknown> | null {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return null;
  }
}
