import { parseJson } from '@hilo/exact-json';
import type pg from 'pg';
import { type AuditEntry, auditEntry, type Change } from '../domain/audit-entry.ts';
import type { AuditVerb } from '../domain/audit-verb.ts';
import type { AuditFilter } from '../domain/audit-filter.ts';
import type { AuditLog, AuditPage, StoredEntry } from '../ports.ts';
import { conditionsOf } from './audit-conditions.ts';
import { noteEntry, type PostgresConsole } from './postgres-console.ts';

interface Row {
  readonly id: string;
  readonly when_ms: string;
  readonly who: string;
  readonly what: AuditVerb;
  readonly target: string;
  readonly method: string | null;
  readonly address: string | null;
  readonly reason: string | null;
  readonly count: number;
  readonly before: string | null;
  readonly after: string | null;
  readonly change_id: string | null;
}

// Both the console that forwarded a change and the service report it: the first entry stays.
const APPEND = `INSERT INTO audit_entry (when_ms, who, what, target, method, address, reason, count, before, after, change_id)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (change_id) WHERE change_id IS NOT NULL DO NOTHING`;

const COLUMNS = 'id, when_ms, who, what, target, method, address, reason, count, before::text, after::text, change_id';

/** What a search looks at. */
const TEXT = "concat_ws(' ', who, what, method, target, address, reason, before::text, after::text)";

/** Entries that one search looks at: before and after have up to 64 KB each. */
const SEARCHED_AT_ONCE = 10_000;

/** Stores the audit log in PostgreSQL, table `audit_entry`, which refuses changes, and deletions of young entries. */
export class PostgresAuditLog implements AuditLog {
  readonly #console: PostgresConsole;

  constructor(console: PostgresConsole) {
    this.#console = console;
  }

  async check(): Promise<void> {
    await this.#console.rows('SELECT FROM audit_entry LIMIT 1', []);
  }

  async append(entry: AuditEntry): Promise<void> {
    await this.#console.rows(APPEND, valuesOf(entry));
    // A service that made a change reports it itself.
    if (entry.change_id === null) this.#console.recorded(entry);
  }

  async deleteBefore(beforeMs: number, limit: number): Promise<number> {
    // What another console deletes at the same time is left to it.
    const rows = await this.#console.rows(
      `DELETE FROM audit_entry WHERE id IN (SELECT id FROM audit_entry WHERE when_ms < $1 ORDER BY when_ms, id LIMIT $2
        FOR UPDATE SKIP LOCKED) RETURNING id`,
      [beforeMs, limit],
    );
    return rows.length;
  }

  async taken(service: string): Promise<number> {
    const [row] = await this.#console.rows<{ readonly position: string }>(
      'SELECT position FROM service_changes_read WHERE service = $1',
      [service],
    );
    return Number(row?.position ?? 0);
  }

  async take(service: string, from: number, to: number, entries: readonly AuditEntry[]): Promise<void> {
    await this.#console.transaction(async (client) => {
      await client.query('INSERT INTO service_changes_read VALUES ($1, 0) ON CONFLICT DO NOTHING', [service]);
      const { rowCount } = await client.query(
        'UPDATE service_changes_read SET position = $3 WHERE service = $1 AND position = $2',
        [service, from, to],
      );
      // Another console was first, with the same changes.
      if (rowCount === 0) return;
      for (const entry of entries) await client.query(APPEND, valuesOf(entry));
    });
  }

  async list(filter: AuditFilter, before: string | null, limit: number): Promise<AuditPage> {
    const { where, values } = conditionsOf(filter, before);
    // One more shows whether there are more.
    const rows = await this.#rows(where, values, filter.text, limit + 1);
    const entries = rows.slice(0, limit).map(entryOf);
    const last = entries.at(-1);
    if (rows.length > limit && last !== undefined) return { entries, next: last.id };
    return { entries, next: filter.text === null ? null : await this.#lastSearched(where, values) };
  }

  #rows(where: string, values: readonly unknown[], text: string | null, limit: number): Promise<readonly Row[]> {
    if (text === null)
      return this.#console.rows<Row>(
        `SELECT ${COLUMNS} FROM audit_entry WHERE ${where} ORDER BY id DESC LIMIT ${limit}`,
        values,
      );
    return this.#console.rows<Row>(
      `SELECT ${COLUMNS} FROM
        (SELECT * FROM audit_entry WHERE ${where} ORDER BY id DESC LIMIT ${SEARCHED_AT_ONCE}) AS searched
        WHERE strpos(lower(${TEXT}), lower($${values.length + 1})) > 0 ORDER BY id DESC LIMIT ${limit}`,
      [...values, text],
    );
  }

  /** The last entry that a search has looked at, if there are more to look at. */
  async #lastSearched(where: string, values: readonly unknown[]): Promise<string | null> {
    const [row] = await this.#console.rows<{ readonly id: string }>(
      `SELECT id FROM audit_entry WHERE ${where} ORDER BY id DESC OFFSET ${SEARCHED_AT_ONCE - 1} LIMIT 1`,
      values,
    );
    return row?.id ?? null;
  }
}

function entryOf(row: Row): StoredEntry {
  return { ...row, when_ms: Number(row.when_ms), before: valueOf(row.before), after: valueOf(row.after) };
}

/** Records a change in the transaction that makes it. */
export async function appendChange(client: pg.ClientBase, change: Change): Promise<void> {
  const entry = auditEntry(change);
  await client.query(APPEND, valuesOf(entry));
  noteEntry(client, entry);
}

function valuesOf({ before, after, change_id, ...entry }: AuditEntry): unknown[] {
  const { when_ms, who, what, target, method, address, reason, count } = entry;
  const texts = [who, what, target, method, address, reason];
  return [when_ms, ...texts.map(storable), count, jsonOf(before), jsonOf(after), change_id];
}

/** PostgreSQL's texts cannot contain this character. */
function storable(text: string | null): string | null {
  return text === null ? null : text.replaceAll('\0', '');
}

function valueOf(text: string | null): unknown {
  return text === null ? null : parseJson(text);
}

function jsonOf(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value);
}
