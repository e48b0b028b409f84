import { isJsonNumber } from '@hilo/exact-json';

/** A column of an answer, with ClickHouse's type. */
export interface AnswerColumn {
  readonly name: string;
  readonly type: string;
}

/** The answer to a statement, or its beginning. */
export interface Answer {
  readonly columns: readonly AnswerColumn[];
  readonly rows: readonly (readonly unknown[])[];
  /** What cut it short; null: it is whole. */
  readonly truncated: 'rows' | 'bytes' | null;
  readonly elapsed_ms: number;
  readonly rows_read: number;
}

/** What a column holds, for showing it. */
export type ColumnKind = 'number' | 'time' | 'text';

/** Kind of a column, by its type without what is wrapped around it. */
export function kindOf(type: string): ColumnKind {
  const inner = /^(?:LowCardinality|Nullable|SimpleAggregateFunction)\((?:\w+, )?(.*)\)$/.exec(type)?.[1];
  if (inner !== undefined) return kindOf(inner);
  if (/^(U?Int\d+|B?Float\d+|Decimal(\d+)?(\(.*\))?)$/.test(type)) return 'number';
  return /^Date(Time)?(32|64)?(\(.*\))?$/.test(type) ? 'time' : 'text';
}

/** A value as a number, for plots; null where it is none. Exact numbers come as texts. */
export function numberOf(value: unknown): number | null {
  if (!isJsonNumber(value) && (typeof value !== 'string' || value.trim() === '')) return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

/** A time of ClickHouse's (`2026-01-02`, `2026-01-02 03:04:05.678`, in UTC) in seconds; null where it is none. */
export function secondsOf(value: unknown): number | null {
  if (typeof value !== 'string') return null;
  const time_ms = Date.parse(`${value.replace(' ', 'T')}${value.length > 10 ? 'Z' : ''}`);
  return Number.isNaN(time_ms) ? null : time_ms / 1000;
}
