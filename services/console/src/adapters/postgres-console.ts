import { transaction } from '@hilo/service';
import type pg from 'pg';
import type { AuditEntry } from '../domain/audit-entry.ts';

/** Hears of an entry of the audit log. Must not throw. */
type Hear = (entry: AuditEntry) => void;

/** Entries that the transaction of a connection has written and not committed. */
const uncommitted = new WeakMap<pg.ClientBase, AuditEntry[]>();

/** Remembers an entry that a transaction has written, until it is committed. */
export function noteEntry(client: pg.ClientBase, entry: AuditEntry): void {
  uncommitted.get(client)?.push(entry);
}

/** Connections to the console's schema. */
export class PostgresConsole {
  readonly #pool: pg.Pool;
  /** Hears of each entry of the audit log that the console itself makes, once it is committed. */
  readonly recorded: Hear;

  constructor(pool: pg.Pool, recorded: Hear = () => undefined) {
    this.#pool = pool;
    this.recorded = recorded;
  }

  /** Rows of one statement. */
  async rows<Row extends object>(sql: string, values: readonly unknown[]): Promise<readonly Row[]> {
    return (await this.#pool.query<Row>(sql, [...values])).rows;
  }

  /** Runs several statements, all or none. */
  async transaction<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const entries: AuditEntry[] = [];
    const result = await transaction(this.#pool, (client) => {
      uncommitted.set(client, entries);
      return work(client);
    });
    entries.forEach((entry) => this.recorded(entry));
    return result;
  }
}
