import type { Condition } from '@hilo/behaviour/version-2';
import { parseJson } from '@hilo/exact-json';
import type pg from 'pg';
import type { Catalogue, Change, SavedSegment } from '../domain/catalogue.ts';
import { NO_PROGRESS } from '../domain/backfill.ts';
import type { Counting } from '../domain/definitions.ts';

/** A row of `segment`. */
export interface SegmentRow {
  readonly key: string;
  readonly name: string;
  readonly condition: string | null;
  readonly in_force: string | null;
  readonly version: string;
  readonly created_at_ms: string;
  readonly saved_at_ms: string;
}

type Queries = Pick<pg.ClientBase, 'query'> | pg.Pool;

/** Advisory lock: one change of definitions at a time. */
const SAVING = 7_201;

/** Reads the catalogue; until the transaction ends, nobody else changes it. */
export async function lockCatalogue(client: pg.ClientBase): Promise<Catalogue> {
  await client.query('SELECT pg_advisory_xact_lock($1)', [SAVING]);
  return { segments: await readSegments(client), counting: await readCounting(client) };
}

/** All segments ever saved. */
export async function readSegments(client: pg.ClientBase): Promise<ReadonlyMap<string, SavedSegment>> {
  const { rows } = await client.query<SegmentRow>('SELECT * FROM segment');
  return new Map(rows.map((row) => [row.key, segmentOf(row)]));
}

/** The series in use. */
export async function readCounting(client: Queries): Promise<Counting> {
  const { rows } = await client.query<{ id: string; since_ms: string; generation: string }>(
    'SELECT id, since_ms, generation FROM counter',
  );
  const isWhole = ({ generation }: { readonly generation: string }) => Number(generation) > 0;
  return {
    generations: new Map(rows.filter(isWhole).map(({ id, generation }) => [id, Number(generation)])),
    counting_since_ms: new Map(rows.filter((row) => !isWhole(row)).map(({ id, since_ms }) => [id, Number(since_ms)])),
  };
}

/** Writes a change: the segment, its series, its record for the partitions, and the backfill that it begins or ends. */
export async function writeChange(client: pg.ClientBase, { segment, counting, lacking }: Change): Promise<void> {
  const { key, name, condition, inForce, version, created_at_ms, saved_at_ms } = segment;
  await client.query(
    `INSERT INTO segment (key, name, condition, in_force, version, created_at_ms, saved_at_ms)
      VALUES ($1, $2, $3, $4, $5, $6, $7)
      ON CONFLICT (key) DO UPDATE SET name = excluded.name, condition = excluded.condition, in_force = excluded.in_force,
        version = excluded.version, created_at_ms = excluded.created_at_ms, saved_at_ms = excluded.saved_at_ms`,
    [key, name, textOf(condition), textOf(inForce), version, created_at_ms, saved_at_ms],
  );
  await writeCounting(client, counting);
  await client.query('DELETE FROM segment_backfill WHERE segment = $1', [key]);
  if (lacking === null) {
    await queueRecord(client, { segment: key, phase: 'in_force', generation: 0, series: [] });
    return;
  }
  const number = await queueRecord(client, { segment: key, phase: 'declared', generation: null, series: lacking });
  await client.query(
    `INSERT INTO segment_backfill (segment, generation, series, phase, number, progress, requested_at_ms)
      VALUES ($1, $2, $3, 'declared', $2, $4, $5)`,
    [key, number, lacking, JSON.stringify(NO_PROGRESS), saved_at_ms],
  );
}

/** Replaces the rows of `counter`. */
export async function writeCounting(
  client: pg.ClientBase,
  { counting_since_ms, generations }: Counting,
): Promise<void> {
  const ids = [...counting_since_ms.keys(), ...generations.keys()];
  await client.query('DELETE FROM counter WHERE NOT id = ANY ($1::text[])', [ids]);
  await client.query(
    `INSERT INTO counter (id, since_ms, generation) SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[])
      ON CONFLICT (id) DO UPDATE SET since_ms = excluded.since_ms, generation = excluded.generation
      WHERE (counter.since_ms, counter.generation) <> (excluded.since_ms, excluded.generation)`,
    [
      ids,
      [...counting_since_ms.values(), ...[...generations].map(() => 0)],
      [...[...counting_since_ms].map(() => 0), ...generations.values()],
    ],
  );
}

/** A record about a segment as it is saved, on its way to every partition. */
export interface QueuedRecord {
  readonly segment: string;
  readonly phase: 'in_force' | 'declared' | 'cut' | 'switched';
  /** Null: the number of this record. */
  readonly generation: number | null;
  readonly series: readonly string[];
}

/**
 * Queues a record with the next number, which it returns. The catalogue must be locked: one change at a time, and none half done, so
 * the numbers have no gaps.
 */
export async function queueRecord(client: pg.ClientBase, record: QueuedRecord): Promise<number> {
  const { segment, phase, generation, series } = record;
  const { rows } = await client.query<{ number: string }>(
    `WITH numbered AS (
        UPDATE segment SET number = (SELECT 1 + max(number) FROM segment) WHERE key = $1
        RETURNING key, version, name, condition, saved_at_ms, number
      )
      INSERT INTO unpublished_definition (segment, version, name, condition, saved_at_ms, number, phase, generation, series)
      SELECT key, version, name, condition, saved_at_ms, number, $2, coalesce($3, number), $4::text[] FROM numbered
      RETURNING number`,
    [segment, phase, generation, series],
  );
  return Number(rows[0]?.number);
}

/** The segment of a row. */
export function segmentOf(row: SegmentRow): SavedSegment {
  return {
    key: row.key,
    name: row.name,
    condition: conditionOf(row.condition),
    inForce: conditionOf(row.in_force),
    version: Number(row.version),
    created_at_ms: Number(row.created_at_ms),
    saved_at_ms: Number(row.saved_at_ms),
  };
}

function textOf(condition: Condition | null): string | null {
  return condition === null ? null : JSON.stringify(condition);
}

function conditionOf(text: string | null): Condition | null {
  return text === null ? null : (parseJson(text) as Condition);
}
