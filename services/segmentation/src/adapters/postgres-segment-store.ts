import type { SegmentDefined } from '@hilo/schemas';
import { transaction } from '@hilo/service';
import type pg from 'pg';
import {
  cancelled,
  type Catalogue,
  countedFrom,
  saved,
  savedWithPast,
  type SaveResult,
  type WantedSegment,
} from '../domain/catalogue.ts';
import type { ListedSegment, Member, SegmentStore, WaitingPeople } from '../ports.ts';
import { lockCatalogue, readCounting, segmentOf, type SegmentRow, writeChange } from './segment-rows.ts';

/** Advisory lock: one publisher at a time. */
const PUBLISHING = 7_202;
/** Most records published in one transaction. */
const PUBLISHED_AT_ONCE = 50;

interface ListedRow extends SegmentRow {
  readonly members: string;
  readonly unpublished: boolean;
}

const LISTED = `SELECT segment.*,
    (SELECT coalesce(sum(members), 0) FROM member_count WHERE member_count.segment = segment.key) AS members,
    EXISTS (SELECT FROM unpublished_definition AS one WHERE one.segment = segment.key)
      OR EXISTS (SELECT FROM segment_backfill WHERE segment_backfill.segment = segment.key AND phase <> 'done') AS unpublished
  FROM segment WHERE condition IS NOT NULL`;

/** The service's tables in PostgreSQL, schema `segmentation`. */
export class PostgresSegmentStore implements SegmentStore, WaitingPeople {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  save(wanted: WantedSegment, nowMs: number): Promise<SaveResult> {
    return this.#change((catalogue) => saved(catalogue, wanted, nowMs));
  }

  saveWithPast(key: string, nowMs: number): Promise<SaveResult> {
    return this.#change((catalogue) => savedWithPast(catalogue, key, nowMs));
  }

  async cancelBackfill(key: string, nowMs: number): Promise<SaveResult | null> {
    return transaction(this.#pool, async (client) => {
      const catalogue = await lockCatalogue(client);
      const { rowCount } = await client.query(
        `SELECT FROM segment_backfill WHERE segment = $1 AND NOT phase IN ('switching', 'done')`,
        [key],
      );
      if (rowCount === 0) return null;
      return write(client, cancelled(catalogue, key, nowMs));
    });
  }

  async find(key: string): Promise<ListedSegment | null> {
    const { rows } = await this.#pool.query<ListedRow>(`${LISTED} AND key = $1`, [key]);
    const [found] = await this.#listed(rows);
    return found ?? null;
  }

  async list(after: string | null, limit: number): Promise<readonly ListedSegment[]> {
    const { rows } = await this.#pool.query<ListedRow>(`${LISTED} AND key > $1 ORDER BY key LIMIT $2`, [
      after ?? '',
      limit,
    ]);
    return this.#listed(rows);
  }

  async members(segment: string, after: string | null, limit: number): Promise<readonly Member[]> {
    const { rows } = await this.#pool.query<{ profile_id: string; segment_version: string; since_ms: string }>(
      `SELECT profile_id, segment_version, since_ms FROM member
        WHERE segment = $1 AND profile_id > $2 ORDER BY profile_id LIMIT $3`,
      [segment, after ?? '', limit],
    );
    return rows.map(({ profile_id, segment_version, since_ms }) => ({
      profile_id,
      segment_version: Number(segment_version),
      since_ms: Number(since_ms),
    }));
  }

  async waiting(
    due_ms: number,
    partitions: number,
    limit: number,
  ): Promise<{ readonly people: number; readonly since_ms: number | null }> {
    const { rows } = await this.#pool.query<{ people: number; since_ms: string | null }>(
      `SELECT count(*)::int AS people, min(due.due_ms) AS since_ms
        FROM generate_series(0, $2::int - 1) AS number,
          LATERAL (SELECT due_ms FROM state WHERE partition = number AND due_ms <= $1 ORDER BY due_ms LIMIT $3) AS due`,
      [due_ms, partitions, limit],
    );
    const { people = 0, since_ms = null } = rows[0] ?? {};
    return { people, since_ms: since_ms === null ? null : Number(since_ms) };
  }

  async publishNext(publish: (record: SegmentDefined) => Promise<void>): Promise<number | null> {
    return transaction(this.#pool, async (client) => {
      const lock = await client.query<{ got: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS got', [PUBLISHING]);
      if (lock.rows[0]?.got !== true) return null;
      const { rows } = await client.query<{
        id: string;
        segment: string;
        version: string;
        name: string;
        condition: string | null;
        saved_at_ms: string;
        number: string;
        phase: string;
        generation: string;
        series: readonly string[];
      }>('SELECT * FROM unpublished_definition ORDER BY id LIMIT $1', [PUBLISHED_AT_ONCE]);
      for (const { segment, version, name, condition, saved_at_ms, number, phase, generation, series } of rows) {
        const numbers = { version: Number(version), decided_at: Number(saved_at_ms), number: Number(number) };
        const way = { phase, generation: Number(generation), series };
        await publish({ segment, name, definition: condition, ...numbers, ...way });
      }
      if (rows.length === 0) return 0;
      await client.query('DELETE FROM unpublished_definition WHERE id = ANY ($1::bigint[])', [
        rows.map(({ id }) => id),
      ]);
      return rows.length;
    });
  }

  #change(decide: (catalogue: Catalogue) => SaveResult): Promise<SaveResult> {
    return transaction(this.#pool, async (client) => write(client, decide(await lockCatalogue(client))));
  }

  async #listed(rows: readonly ListedRow[]): Promise<readonly ListedSegment[]> {
    if (rows.length === 0) return [];
    const counting = await readCounting(this.#pool);
    return rows.flatMap((row) => {
      const segment = segmentOf(row);
      const { condition } = segment;
      if (condition === null) return [];
      const eventsCountedFromMs = countedFrom(segment, counting);
      return { ...segment, condition, members: Number(row.members), eventsCountedFromMs, published: !row.unpublished };
    });
  }
}

async function write(client: pg.ClientBase, result: SaveResult): Promise<SaveResult> {
  if (result.kind === 'saved') await writeChange(client, result.change);
  return result;
}
