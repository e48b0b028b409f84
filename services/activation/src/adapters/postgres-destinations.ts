import { setTimeout } from 'node:timers/promises';
import { type Logger, transaction } from '@hilo/service';
import type pg from 'pg';
import type { Destination, Destinations } from '../domain/destination.ts';
import type { DestinationDraft, DestinationStore, Stored } from '../ports.ts';

/** Most destinations: every instance holds them all, and looks at each for every membership change. */
const MAX_DESTINATIONS = 200;
const REFRESH_MS = 500;
const CHANNEL = 'hilo_activation_destination';
const LOCK = 4_005_001;

interface Row extends Omit<Destination, 'name' | 'segments' | 'created_at_ms' | 'updated_at_ms'> {
  readonly name: string | null;
  readonly segments: readonly string[] | null;
  readonly created_at_ms: string;
  readonly updated_at_ms: string;
}

const COLUMNS = 'key, name, type, settings, segments, enabled, backfilled, created_at_ms, updated_at_ms';
const ALL = `SELECT ${COLUMNS} FROM destination ORDER BY key`;
const ONE = `SELECT ${COLUMNS} FROM destination WHERE key = $1`;
const PAGE = `SELECT ${COLUMNS} FROM destination WHERE $2::text IS NULL OR key > $2 ORDER BY key LIMIT $1`;
// No row: there is a destination of another type. `xmax = 0` tells a new row from a changed one.
const PUT = `
  INSERT INTO destination AS d (${COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, coalesce($10, false), $7, $7)
  ON CONFLICT (key) DO UPDATE SET name = coalesce($2, d.name),
    settings = excluded.settings ||
      (SELECT coalesce(jsonb_object_agg(field, value), '{}') FROM jsonb_each(d.settings) AS old (field, value)
       WHERE field = ANY($8::text[])),
    segments = CASE WHEN $9 THEN excluded.segments ELSE d.segments END, enabled = excluded.enabled,
    backfilled = coalesce($10, d.backfilled), updated_at_ms = excluded.updated_at_ms
  WHERE d.type = excluded.type
  RETURNING ${COLUMNS}, xmax = 0 AS created`;

/**
 * Destinations in PostgreSQL. Every instance holds them all in memory and refreshes them as soon as one changes
 * (NOTIFY), and twice a second to cover notifications that a lost connection missed. While the database is unavailable,
 * the last known ones hold.
 */
export class PostgresDestinations implements DestinationStore {
  readonly #pool: pg.Pool;
  readonly #logger: Logger;
  #current: Destinations = new Map();
  #loaded = false;
  #timer: NodeJS.Timeout | null = null;
  #listener: pg.PoolClient | null = null;
  #refreshing: Promise<void> | null = null;

  constructor(pool: pg.Pool, logger: Logger) {
    this.#pool = pool;
    this.#logger = logger;
  }

  /**
   * Loads the destinations and keeps them fresh. Waits for the database if it is unavailable: a stage that started with
   * no destinations would drop what they want.
   */
  async start(): Promise<void> {
    this.#timer = setInterval(() => void this.#keepFresh(), REFRESH_MS);
    for (await this.#keepFresh(); !this.#loaded && this.#timer !== null; await this.#keepFresh())
      await setTimeout(REFRESH_MS);
  }

  ready(): boolean {
    return this.#loaded;
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    await this.#refreshing;
    if (this.#listener !== null) this.#letGo(this.#listener);
  }

  current(): Destinations {
    return this.#current;
  }

  async find(key: string): Promise<Destination | null> {
    const { rows } = await this.#pool.query<Row>(ONE, [key]);
    return rows[0] === undefined ? null : destinationOf(rows[0]);
  }

  async list(limit: number, afterKey: string | null): Promise<readonly Destination[]> {
    const { rows } = await this.#pool.query<Row>(PAGE, [limit, afterKey]);
    return rows.map(destinationOf);
  }

  async put({ key, name, type, settings, kept, segments, enabled, backfilled }: DestinationDraft): Promise<Stored> {
    const listed = segments === 'all' ? null : segments;
    const stored = JSON.stringify(settings);
    const values = [key, name, type, stored, listed, enabled, Date.now(), kept, segments !== null, backfilled];
    return this.#change(async (client): Promise<Stored> => {
      // One at a time: two at once could both find room for the last one.
      await client.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
      const { rows: others } = await client.query<{ count: number }>(
        'SELECT count(*)::integer AS count FROM destination WHERE key <> $1',
        [key],
      );
      if ((others[0]?.count ?? 0) >= MAX_DESTINATIONS) return { kind: 'limit_reached' };
      const { rows } = await client.query<Row & { created: boolean }>(PUT, values);
      const [row] = rows;
      if (row === undefined) return { kind: 'other_type' };
      return { kind: 'stored', destination: destinationOf(row), created: row.created };
    });
  }

  async remove(key: string): Promise<boolean> {
    return this.#change(async (client) => {
      const { rowCount } = await client.query('DELETE FROM destination WHERE key = $1', [key]);
      return rowCount === 1;
    });
  }

  async #change<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const changed = await transaction(this.#pool, async (client) => {
      const result = await work(client);
      await client.query(`NOTIFY ${CHANNEL}`);
      return result;
    });
    await this.#refresh();
    return changed;
  }

  async #keepFresh(): Promise<void> {
    this.#refreshing ??= this.#listenAndRefresh()
      .catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : 'unknown';
        this.#logger.warn({ reason }, 'The destinations could not be read; the last known ones hold');
      })
      .finally(() => {
        this.#refreshing = null;
      });
    await this.#refreshing;
  }

  async #listenAndRefresh(): Promise<void> {
    if (this.#listener === null) {
      const listener = await this.#pool.connect();
      this.#listener = listener;
      listener.on('notification', () => void this.#keepFresh());
      listener.on('error', () => this.#letGo(listener));
      listener.on('end', () => this.#letGo(listener));
      await listener.query(`LISTEN ${CHANNEL}`).catch((error: unknown) => {
        this.#letGo(listener);
        throw error;
      });
    }
    await this.#refresh();
  }

  /** Closes the listening connection once; otherwise the pool waits for it. */
  #letGo(listener: pg.PoolClient): void {
    if (this.#listener !== listener) return;
    this.#listener = null;
    listener.release(true);
  }

  async #refresh(): Promise<void> {
    const { rows } = await this.#pool.query<Row>(ALL);
    this.#current = new Map(rows.map((row) => [row.key, destinationOf(row)]));
    this.#loaded = true;
  }
}

function destinationOf({
  key,
  name,
  type,
  settings,
  segments,
  enabled,
  backfilled,
  created_at_ms,
  updated_at_ms,
}: Row): Destination {
  return {
    ...{ key, type, settings, enabled, backfilled },
    name: name ?? key,
    segments: segments ?? 'all',
    created_at_ms: Number(created_at_ms),
    updated_at_ms: Number(updated_at_ms),
  };
}
