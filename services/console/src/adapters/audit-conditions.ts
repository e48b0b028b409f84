import type { AuditFilter } from '../domain/audit-filter.ts';

/** The condition of a statement, and the values that it names. */
export interface Conditions {
  /** SQL, true if there is nothing to ask. */
  readonly where: string;
  readonly values: readonly unknown[];
}

/** Columns with what a filter wants of them; `?` stands for the wanted value. */
const WANTED: readonly (readonly [name: Exclude<keyof AuditFilter, 'text'>, sql: string])[] = [
  ['who', "(who = ? OR starts_with(who, ? || ' by token '))"],
  ['what', 'what = ?'],
  ['target', "(target = ? OR starts_with(target, ? || '/'))"],
  ['address', 'address = ?'],
  ['from_ms', 'when_ms >= ?::bigint'],
  ['to_ms', 'when_ms < ?::bigint'],
];

/** The condition of everything that a filter wants but its text, before an entry of the log (null: from its end). */
export function conditionsOf(filter: AuditFilter, before: string | null): Conditions {
  const wanted = WANTED.flatMap(([name, sql]) => (filter[name] === null ? [] : [{ sql, value: filter[name] }]));
  const all = before === null ? wanted : [...wanted, { sql: 'id < ?::bigint', value: before }];
  const parts = all.map(({ sql }, index) => sql.replaceAll('?', `$${index + 1}`));
  return { where: parts.length === 0 ? 'true' : parts.join(' AND '), values: all.map(({ value }) => value) };
}
