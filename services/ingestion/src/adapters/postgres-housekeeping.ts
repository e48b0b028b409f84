import { type Logger, transaction } from '@hilo/service';
import type { Pool, PoolClient } from 'pg';
import { daysToKeep } from '../domain/message-window.ts';

const EVERY_MS = 600_000;
/** Recent rejections kept for GET /v1/rejected. */
const REJECTIONS_KEPT = 100_000;
/** Bytes of rejected events kept whole, newest first; of older ones the beginning stays, for display. */
const ORIGINALS_BYTES = 1024 * 1024 * 1024;
const EXCERPT_BYTES = 8192;
/** Any number that nobody else in this database uses: instances do this one after the other. */
const LOCK = 4_001_007;

/**
 * Keeps the tables bounded: creates the partitions of message ids ahead of their day, drops expired ones, and deletes
 * all but the latest rejections.
 */
export class PostgresHousekeeping {
  readonly #pool: Pool;
  readonly #logger: Logger;
  readonly #nowMs: () => number;
  readonly #originalsBytes: number;
  #timer: NodeJS.Timeout | undefined;
  #working: Promise<void> | null = null;
  #ready = false;

  constructor(pool: Pool, logger: Logger, nowMs: () => number = Date.now, originalsBytes = ORIGINALS_BYTES) {
    this.#pool = pool;
    this.#logger = logger;
    this.#nowMs = nowMs;
    this.#originalsBytes = originalsBytes;
  }

  /** Fails if the partitions cannot be created: without them nothing can be accepted. */
  async start(): Promise<void> {
    await this.keep();
    this.#ready = true;
    this.#timer = setInterval(() => {
      this.#working ??= this.#tryToKeep().finally(() => (this.#working = null));
    }, EVERY_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#working;
  }

  ready(): boolean {
    return this.#ready;
  }

  /** Runs once, now. */
  async keep(): Promise<void> {
    await transaction(this.#pool, async (client) => {
      await client.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
      // Creating and dropping partitions locks the table; rather retry in ten minutes than stop every commit.
      await client.query("SET LOCAL lock_timeout = '2s'");
      await keepPartitions(client, daysToKeep(this.#nowMs()));
      await client.query(
        `DELETE FROM rejection WHERE (received_at_ms, rejection_id) <
           (SELECT received_at_ms, rejection_id FROM rejection ORDER BY received_at_ms DESC, rejection_id DESC
            OFFSET $1 LIMIT 1)`,
        [REJECTIONS_KEPT - 1],
      );
      await client.query(
        `UPDATE rejection SET original = substring(original FROM 1 FOR ${EXCERPT_BYTES})
         FROM (SELECT rejection_id, sum(octet_length(original)) OVER (ORDER BY received_at_ms DESC, rejection_id DESC)
                 AS bytes FROM rejection) AS newer
         WHERE newer.rejection_id = rejection.rejection_id AND newer.bytes > $1
           AND octet_length(original) > ${EXCERPT_BYTES}`,
        [this.#originalsBytes],
      );
    });
  }

  async #tryToKeep(): Promise<void> {
    try {
      await this.keep();
    } catch (error) {
      this.#logger.warn({ err: error }, 'Housekeeping failed; it is tried again in ten minutes');
    }
  }
}

async function keepPartitions(client: PoolClient, days: readonly string[]): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    "SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'seen_message'::regclass",
  );
  const existing = rows.map(({ name }) => name.replace(/^.*\./, ''));
  const wanted = days.map((day) => [`seen_message_${day.replaceAll('-', '')}`, day] as const);
  // Functions of the schema's owner create and drop them: this service's user owns no table.
  for (const [name, day] of wanted)
    if (!existing.includes(name)) await client.query('SELECT add_seen_message_day($1)', [day]);
  const oldest = wanted[0]?.[0] ?? '';
  for (const name of existing)
    if (name < oldest)
      await client.query("SELECT drop_seen_message_day(to_date($1, 'YYYYMMDD'))", [name.replace('seen_message_', '')]);
}
