import type { Logger } from '@hilo/service';
import type pg from 'pg';
import type { DeliveryFilter, DeliveryReader, DeliveryRow } from '../ports.ts';

const KEEP_MS = 30 * 86_400_000;
const EXPIRE_EVERY_MS = 60_000;
const EXPIRE_ROWS = 5_000;
const COUNT_EVERY_MS = 15_000;
/** Counting stops here: more would add nothing. */
const COUNT_MAX = 100_000;

const COLUMNS = `delivery_id, destination, profile_id, segment, membership_version, membership_status, status, reason,
  attempts, response_status, response_body, message_id, created_at_ms, next_attempt_ms, ended_at_ms,
  retry, retry_of, idempotency_key`;

const EXPIRE = `
  DELETE FROM delivery WHERE delivery_id IN (
    SELECT delivery_id FROM delivery WHERE created_at_ms < $1 AND ended_at_ms IS NOT NULL
    ORDER BY created_at_ms LIMIT $2 FOR UPDATE SKIP LOCKED)`;

// Both use the index of what is not delivered.
const WAITING = `
  SELECT (SELECT count(*)::integer FROM (
      SELECT FROM delivery WHERE status <> 'delivered' AND status IN ('queued', 'retrying') LIMIT $1) AS counted) AS waiting,
    least(
      (SELECT min(created_at_ms) FROM delivery WHERE status <> 'delivered' AND status = 'queued'),
      (SELECT min(created_at_ms) FROM delivery WHERE status <> 'delivered' AND status = 'retrying')) AS oldest_ms`;

/** Receives the number of waiting deliveries. */
export type WatchWaiting = (deliveries: number, oldestSeconds: number) => void;

/** The API's table of deliveries: it lists them, counts them for metrics, and deletes those that ended 30 days ago. */
export class PostgresDeliveries implements DeliveryReader {
  readonly #pool: pg.Pool;
  readonly #logger: Logger;
  readonly #waiting: WatchWaiting;
  #timers: NodeJS.Timeout[] = [];
  #expiring: Promise<void> = Promise.resolve();
  #counting: Promise<void> = Promise.resolve();

  constructor(pool: pg.Pool, logger: Logger, waiting: WatchWaiting = () => undefined) {
    this.#pool = pool;
    this.#logger = logger;
    this.#waiting = waiting;
  }

  async start(): Promise<void> {
    const expire = () => {
      this.#expiring = this.expire(Date.now()).catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : 'unknown';
        this.#logger.warn({ reason }, 'Old deliveries could not be deleted; the next round tries again');
      });
    };
    const count = () => {
      this.#counting = this.countWaiting(Date.now()).catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : 'unknown';
        this.#logger.warn({ reason }, 'The waiting deliveries could not be counted; the next round tries again');
      });
    };
    this.#timers = [setInterval(expire, EXPIRE_EVERY_MS), setInterval(count, COUNT_EVERY_MS)];
    count();
  }

  ready(): boolean {
    return true;
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await Promise.all([this.#expiring, this.#counting]);
  }

  /** Reports how many deliveries wait, and since when. */
  async countWaiting(nowMs: number): Promise<void> {
    const { rows } = await this.#pool.query<{ waiting: number; oldest_ms: string | null }>(WAITING, [COUNT_MAX]);
    const { waiting = 0, oldest_ms = null } = rows[0] ?? {};
    this.#waiting(waiting, oldest_ms === null ? 0 : Math.max(0, nowMs - Number(oldest_ms)) / 1000);
  }

  /** Deletes a bounded number of rows that are too old. */
  async expire(nowMs: number): Promise<void> {
    await this.#pool.query(EXPIRE, [nowMs - KEEP_MS, EXPIRE_ROWS]);
  }

  async list(
    filter: DeliveryFilter,
    limit: number,
    after: { readonly created_at_ms: number; readonly delivery_id: string } | null,
  ): Promise<readonly DeliveryRow[]> {
    const values: unknown[] = [];
    const conditions: string[] = [];
    const where = (condition: (...places: string[]) => string, ...given: unknown[]): void => {
      conditions.push(condition(...given.map((value) => `$${values.push(value)}`)));
    };
    if (filter.status !== null) where((place) => `status = ${place}`, filter.status);
    if (filter.destination !== null) where((place) => `destination = ${place}`, filter.destination);
    if (filter.profile_id !== null) where((place) => `profile_id = ${place}`, filter.profile_id);
    // A retry whose first delivery is no longer kept stands for itself.
    if (filter.folded)
      where(
        () =>
          '(retry_of IS NULL OR NOT EXISTS (SELECT FROM delivery first WHERE first.delivery_id = delivery.retry_of))',
      );
    if (after !== null)
      where((time, id) => `(created_at_ms, delivery_id) < (${time}, ${id})`, after.created_at_ms, after.delivery_id);
    const sql = `SELECT ${COLUMNS} FROM delivery ${conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`}
      ORDER BY created_at_ms DESC, delivery_id DESC LIMIT $${values.push(limit)}`;
    const { rows } = await this.#pool.query<Record<string, unknown>>(sql, values);
    return rows.map(rowOf);
  }

  async find(ids: readonly string[]): Promise<readonly DeliveryRow[]> {
    const sql = `SELECT ${COLUMNS} FROM delivery WHERE delivery_id = ANY($1)`;
    const { rows } = await this.#pool.query<Record<string, unknown>>(sql, [ids]);
    return rows.map(rowOf);
  }
}

/** PostgreSQL's bigint arrives as text. */
function rowOf(row: Record<string, unknown>): DeliveryRow {
  const { membership_version, created_at_ms, next_attempt_ms, ended_at_ms } = row;
  const time = (value: unknown): number | null => (value === null ? null : Number(value));
  return {
    ...(row as unknown as DeliveryRow),
    membership_version: Number(membership_version),
    created_at_ms: Number(created_at_ms),
    next_attempt_ms: time(next_attempt_ms),
    ended_at_ms: time(ended_at_ms),
  };
}
