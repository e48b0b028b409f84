import { parseJson } from '@hilo/exact-json';
import type pg from 'pg';
import { type AuditEntry, auditEntry, type AuditVerb, type Change } from '../domain/audit-entry.ts';
import type { AuditLog, StoredEntry } from '../ports.ts';
import type { PostgresConsole } from './postgres-console.ts';

interface Row {
  readonly id: string;
  readonly when_ms: string;
  readonly who: string;
  readonly what: AuditVerb;
  readonly target: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly change_id: string | null;
}

// Both the console that forwarded a change and the service report it: the first entry stays.
const APPEND = `INSERT INTO audit_entry (when_ms, who, what, target, before, after, change_id)
  VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (change_id) WHERE change_id IS NOT NULL DO NOTHING`;

/** Stores the audit log in PostgreSQL, table `audit_entry`, which refuses changes and deletions. */
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

  async list(before: string | null, limit: number): Promise<readonly StoredEntry[]> {
    const rows = await this.#console.rows<Row>(
      `SELECT id, when_ms, who, what, target, before::text, after::text, change_id FROM audit_entry
       WHERE $1::bigint IS NULL OR id < $1 ORDER BY id DESC LIMIT $2`,
      [before, limit],
    );
    return rows.map((row) => ({
      ...row,
      when_ms: Number(row.when_ms),
      before: valueOf(row.before),
      after: valueOf(row.after),
    }));
  }
}

/** Records a change in the transaction that makes it. */
export async function appendChange(client: pg.ClientBase, change: Change): Promise<void> {
  await client.query(APPEND, valuesOf(auditEntry(change)));
}

function valuesOf({ when_ms, who, what, target, before, after, change_id }: AuditEntry): unknown[] {
  return [when_ms, who, what, target, jsonOf(before), jsonOf(after), change_id];
}

function valueOf(text: string | null): unknown {
  return text === null ? null : parseJson(text);
}

function jsonOf(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value);
}
