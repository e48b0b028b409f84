import type { Condition } from '@hilo/behaviour/version-2';
import { parseJson } from '@hilo/exact-json';
import type { SegmentDefined } from '@hilo/schemas';
import { transaction } from '@hilo/service';
import type pg from 'pg';
import {
  type Catalogue,
  countedFrom,
  type SavedSegment,
  saved,
  type SaveResult,
  type WantedSegment,
} from '../domain/catalogue.ts';
import type { ListedSegment, Member, SegmentStore, WaitingPeople } from '../ports.ts';

/** Advisory locks: one save at a time, one publisher at a time. */
const SAVING = 7_201;
const PUBLISHING = 7_202;
/** Most records published in one transaction. */
const PUBLISHED_AT_ONCE = 50;

interface SegmentRow {
  readonly key: string;
  readonly name: string;
  readonly condition: string | null;
  readonly version: string;
  readonly created_at_ms: string;
  readonly saved_at_ms: string;
}

interface ListedRow extends SegmentRow {
  readonly condition: string;
  readonly members: string;
  readonly unpublished: boolean;
}

const LISTED = `SELECT segment.*,
    (SELECT coalesce(sum(members), 0) FROM member_count WHERE member_count.segment = segment.key) AS members,
    EXISTS (SELECT FROM unpublished_definition AS one WHERE one.segment = segment.key) AS unpublished
  FROM segment WHERE condition IS NOT NULL`;

/** The service's tables in PostgreSQL, schema `segmentation`. */
export class PostgresSegmentStore implements SegmentStore, WaitingPeople {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  async save(wanted: WantedSegment, nowMs: number): Promise<SaveResult> {
    return transaction(this.#pool, async (client) => {
      await client.query('SELECT pg_advisory_xact_lock($1)', [SAVING]);
      const catalogue = await readCatalogue(client);
      const result = saved(catalogue, wanted, nowMs);
      if (result.kind === 'saved') {
        await writeSegment(client, result.segment);
        await writeCounters(client, result.counting_since_ms);
      }
      return result;
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
      }>('SELECT * FROM unpublished_definition ORDER BY id LIMIT $1', [PUBLISHED_AT_ONCE]);
      for (const { segment, version, name, condition, saved_at_ms, number } of rows) {
        const numbers = { version: Number(version), decided_at: Number(saved_at_ms), number: Number(number) };
        await publish({ segment, name, definition: condition, ...numbers });
      }
      if (rows.length === 0) return 0;
      await client.query('DELETE FROM unpublished_definition WHERE id = ANY ($1::bigint[])', [
        rows.map(({ id }) => id),
      ]);
      return rows.length;
    });
  }

  async #listed(rows: readonly ListedRow[]): Promise<readonly ListedSegment[]> {
    if (rows.length === 0) return [];
    const counting_since_ms = await readCounters(this.#pool);
    return rows.map((row) => {
      const segment = segmentOf(row);
      return {
        ...segment,
        condition: conditionOf(row.condition),
        members: Number(row.members),
        eventsCountedFromMs: countedFrom(segment, counting_since_ms),
        published: !row.unpublished,
      };
    });
  }
}

type Queries = Pick<pg.ClientBase, 'query'> | pg.Pool;

async function readCatalogue(client: pg.ClientBase): Promise<Catalogue> {
  const { rows } = await client.query<SegmentRow>('SELECT * FROM segment');
  const segments = new Map(rows.map((row) => [row.key, segmentOf(row)]));
  return { segments, counting_since_ms: await readCounters(client) };
}

async function readCounters(client: Queries): Promise<ReadonlyMap<string, number>> {
  const { rows } = await client.query<{ id: string; since_ms: string }>('SELECT id, since_ms FROM counter');
  return new Map(rows.map(({ id, since_ms }) => [id, Number(since_ms)]));
}

async function writeSegment(client: pg.ClientBase, segment: SavedSegment): Promise<void> {
  const { key, name, version, created_at_ms, saved_at_ms } = segment;
  const condition = segment.condition === null ? null : JSON.stringify(segment.condition);
  // One save at a time, and none half done, so the numbers have no gaps.
  const { rows } = await client.query<{ number: string }>(
    `INSERT INTO segment (key, name, condition, version, created_at_ms, saved_at_ms, number)
      VALUES ($1, $2, $3, $4, $5, $6, (SELECT 1 + coalesce(max(number), 0) FROM segment))
      ON CONFLICT (key) DO UPDATE SET name = excluded.name, condition = excluded.condition, version = excluded.version,
        created_at_ms = excluded.created_at_ms, saved_at_ms = excluded.saved_at_ms, number = excluded.number
      RETURNING number`,
    [key, name, condition, version, created_at_ms, saved_at_ms],
  );
  await client.query(
    `INSERT INTO unpublished_definition (segment, version, name, condition, saved_at_ms, number)
      VALUES ($1, $2, $3, $4, $5, $6)`,
    [key, version, name, condition, saved_at_ms, rows[0]?.number],
  );
}

async function writeCounters(client: pg.ClientBase, since_ms: ReadonlyMap<string, number>): Promise<void> {
  const ids = [...since_ms.keys()];
  await client.query('DELETE FROM counter WHERE NOT id = ANY ($1::text[])', [ids]);
  await client.query(
    `INSERT INTO counter (id, since_ms) SELECT * FROM unnest($1::text[], $2::bigint[])
      ON CONFLICT (id) DO UPDATE SET since_ms = excluded.since_ms WHERE counter.since_ms <> excluded.since_ms`,
    [ids, [...since_ms.values()]],
  );
}

function segmentOf(row: SegmentRow): SavedSegment {
  return {
    key: row.key,
    name: row.name,
    condition: row.condition === null ? null : conditionOf(row.condition),
    version: Number(row.version),
    created_at_ms: Number(row.created_at_ms),
    saved_at_ms: Number(row.saved_at_ms),
  };
}

function conditionOf(text: string): Condition {
  return parseJson(text) as Condition;
}
