import { parseJson } from '@hilo/exact-json';
import type pg from 'pg';
import {
  type BegunChange,
  CHANGE_LOST_AFTER_MS,
  type ChangeList,
  type ChangeLog,
  CHANGES_KEPT_MS,
  END_UNKNOWN,
  keptValue,
  type LoggedChange,
  type RefusedRequests,
  UNKNOWN_CALLER,
} from './change-log.ts';
import type { RecordedHere } from './trail-entry.ts';

const BEGIN = `INSERT INTO change (id, begun_ms, who, address, method, target, before)
  VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO NOTHING`;
// Transactions assign positions one after another, so a reader never sees a later one before an earlier one.
const TURN = "WITH turn AS MATERIALIZED (SELECT pg_advisory_xact_lock(hashtext(current_schema() || '.change')))";
const COLUMNS = `id, begun_ms::float8 AS begun_ms, who, address, method, target, reason, count, before::text, after::text`;
const END = `${TURN} UPDATE change SET after = $2, position = nextval('change_position')
  FROM turn WHERE id = $1 AND position IS NULL RETURNING ${COLUMNS}`;
const END_LOST = `${TURN} UPDATE change SET after = $2, position = nextval('change_position')
  FROM turn WHERE position IS NULL AND begun_ms < $1 RETURNING ${COLUMNS}`;
const REFUSED = `${TURN} INSERT INTO change (id, begun_ms, who, address, method, target, reason, count, position)
  SELECT $1, $2, $3, $4, $5, $6, $7, $8, nextval('change_position') FROM turn`;
const LIST = `SELECT ${COLUMNS}, position::float8 AS position
  FROM change WHERE position > $1 ORDER BY position LIMIT $2`;

interface Ended extends Omit<RecordedHere, 'before' | 'after'> {
  readonly before: string | null;
  readonly after: string | null;
}

type Row = Ended & Pick<LoggedChange, 'position'>;

/** What a log of changes may be given. */
interface PostgresChangesOptions {
  readonly nowMs?: () => number;
  /** Hears of each change and refusal once it is committed. Must not throw. */
  readonly recorded?: ((change: RecordedHere) => void) | undefined;
}

/** Stores changes in PostgreSQL, in table `change` of the service's schema. */
export class PostgresChanges implements ChangeLog {
  readonly #pool: pg.Pool;
  readonly #nowMs: () => number;
  readonly #recorded: (change: RecordedHere) => void;

  /** `pool`: of the service's schema, which has the tables of `packages/service/postgres`. */
  constructor(pool: pg.Pool, { nowMs = Date.now, recorded = () => undefined }: PostgresChangesOptions = {}) {
    this.#pool = pool;
    this.#nowMs = nowMs;
    this.#recorded = recorded;
  }

  async begin({ id, begun_ms, who, address, method, target, before }: BegunChange): Promise<'begun' | 'id_taken'> {
    await this.#forgetOld();
    const { rowCount } = await this.#pool.query(BEGIN, [id, begun_ms, who, address, method, target, jsonOf(before)]);
    return rowCount === 1 ? 'begun' : 'id_taken';
  }

  async end(id: string, after: unknown): Promise<void> {
    await this.#end(END, [id, jsonOf(after)]);
  }

  async drop(id: string): Promise<void> {
    await this.#pool.query('DELETE FROM change WHERE id = $1 AND position IS NULL', [id]);
  }

  async refused({ id, begun_ms, address, method, target, reason, count }: RefusedRequests): Promise<void> {
    await this.#forgetOld();
    await this.#pool.query(REFUSED, [id, begun_ms, UNKNOWN_CALLER, address, method, target, reason, count]);
    const nothing = { who: UNKNOWN_CALLER, before: null, after: null };
    this.#recorded({ ...{ id, begun_ms, address, method, target, reason, count }, ...nothing });
  }

  async list(after: number, limit: number): Promise<ChangeList> {
    const lostBefore = this.#nowMs() - CHANGE_LOST_AFTER_MS;
    const { rows: lost } = await this.#pool.query(
      'SELECT FROM change WHERE position IS NULL AND begun_ms < $1 LIMIT 1',
      [lostBefore],
    );
    if (lost.length > 0) await this.#end(END_LOST, [lostBefore, jsonOf(END_UNKNOWN)]);
    const { rows: listed } = await this.#pool.query<Row>(LIST, [after, limit]);
    const items = listed.map((row) => ({ ...row, ...valuesOf(row) }));
    const highest = 'SELECT coalesce(max(position), 0)::float8 AS last FROM change';
    const { rows } = await this.#pool.query<{ last: number }>(highest);
    return { items, last: Math.max(rows[0]?.last ?? 0, items.at(-1)?.position ?? 0) };
  }

  async #end(sql: string, values: readonly unknown[]): Promise<void> {
    const { rows } = await this.#pool.query<Ended>(sql, [...values]);
    for (const row of rows) this.#recorded({ ...row, ...valuesOf(row) });
  }

  async #forgetOld(): Promise<void> {
    await this.#pool.query('DELETE FROM change WHERE begun_ms < $1', [this.#nowMs() - CHANGES_KEPT_MS]);
  }
}

function valuesOf({ before, after }: Ended) {
  return { before: valueOf(before), after: valueOf(after) };
}

/** With every digit, as `jsonOf` wrote it. */
function valueOf(text: string | null): unknown {
  return text === null ? null : parseJson(text);
}

function jsonOf(value: unknown): string | null {
  const kept = keptValue(value);
  // PostgreSQL's texts cannot contain this character.
  return kept === null ? null : JSON.stringify(kept).replaceAll('\\u0000', '');
}
