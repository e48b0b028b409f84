import { isJsonNumber } from '@hilo/exact-json';
import type { Api as HistoryApi } from '@hilo/history/contract';
import type { SchemaOf } from '@hilo/service/contract';
import { type Zone, zoneNamed } from '../../language/zone.ts';

/** The answer to a statement, or its beginning. */
export type Answer = SchemaOf<HistoryApi, 'Answer'>;

/** A column of an answer, with ClickHouse's type. */
export type AnswerColumn = Answer['columns'][number];

/** What a column holds, for showing it. */
export type ColumnKind = 'number' | 'time' | 'text';

/** Kind of a column, by its type without what is wrapped around it. */
export function kindOf(type: string): ColumnKind {
  const inner = /^(?:LowCardinality|Nullable|SimpleAggregateFunction)\((?:\w+, )?(.*)\)$/.exec(type)?.[1];
  if (inner !== undefined) return kindOf(inner);
  if (/^(U?Int\d+|B?Float\d+|Decimal(\d+)?(\(.*\))?)$/.test(type)) return 'number';
  return /^Date(Time)?(32|64)?(\(.*\))?$/.test(type) ? 'time' : 'text';
}

/** The zone that the times of a column are shown in; null: it has no times of the day. */
export function zoneOf(type: string): string | null {
  if (kindOf(type) !== 'time' || !type.includes('DateTime')) return null;
  return /'([^']+)'/.exec(type)?.[1] ?? 'UTC';
}

/** A value as a number, for plots; null where it is none. Exact numbers come as texts. */
export function numberOf(value: unknown): number | null {
  if (!isJsonNumber(value) && (typeof value !== 'string' || value.trim() === '')) return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

/**
 * The instant of a time of ClickHouse's (`2026-01-02`, `2026-01-02 03:04:05.678`), in seconds; null where it is none. A time is
 * one of the zone that its type names, UTC where it names none; a day begins when it begins in the workspace's zone.
 */
export function secondsOf(value: unknown, type: string, workspace: Zone): number | null {
  if (typeof value !== 'string') return null;
  const localMs = Date.parse(`${value.replace(' ', 'T')}${value.length > 10 ? 'Z' : ''}`);
  if (Number.isNaN(localMs)) return null;
  const zone = value.length > 10 ? zoneNamed(zoneOf(type) ?? 'UTC') : workspace;
  return zone.instantOf(localMs / 1000);
}
