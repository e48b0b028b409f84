import { transaction } from '@hilo/service';
import type pg from 'pg';
import type { Backfill, BackfillPhase, BackfillProgress } from '../domain/backfill.ts';
import { countingWith } from '../domain/catalogue.ts';
import type { BackfillSteps, Backfills } from '../ports.ts';
import { lockCatalogue, queueRecord, readSegments, writeCounting } from './segment-rows.ts';

/** Advisory lock: one instance at a time advances backfills. It ends with the transaction, so also with its process. */
const ADVANCING = 7_203;

interface BackfillRow {
  readonly segment: string;
  readonly generation: string;
  readonly series: readonly string[];
  readonly phase: BackfillPhase;
  readonly number: string;
  readonly progress: string;
  readonly requested_at_ms: string;
  readonly ended_at_ms: string | null;
}

interface PositionRow {
  readonly partition: number;
  readonly number: string;
  readonly offsets: string;
}

/** The table `segment_backfill`, and what the stage says about its partitions. */
export class PostgresBackfills implements Backfills {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  async find(segment: string): Promise<Backfill | null> {
    const { rows } = await this.#pool.query<BackfillRow>('SELECT * FROM segment_backfill WHERE segment = $1', [
      segment,
    ]);
    return rows.map(backfillOf)[0] ?? null;
  }

  async underLock<T>(work: (steps: BackfillSteps) => Promise<T>): Promise<T | null> {
    return transaction(this.#pool, async (client) => {
      const { rows } = await client.query<{ got: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS got', [ADVANCING]);
      return rows[0]?.got === true ? work(new LockedSteps(client)) : null;
    });
  }
}

class LockedSteps implements BackfillSteps {
  readonly #client: pg.ClientBase;

  constructor(client: pg.ClientBase) {
    this.#client = client;
  }

  async unfinished(): Promise<readonly Backfill[]> {
    const { rows } = await this.#client.query<BackfillRow>(
      `SELECT * FROM segment_backfill WHERE phase <> 'done' ORDER BY generation`,
    );
    return rows.map(backfillOf);
  }

  async positions(numbers: readonly number[]): ReturnType<BackfillSteps['positions']> {
    const { rows } = await this.#client.query<PositionRow>(
      'SELECT partition, number, offsets FROM definition_position WHERE number = ANY ($1::bigint[])',
      [numbers],
    );
    const found = new Map<number, Map<number, Readonly<Record<string, number>>>>(
      numbers.map((one) => [one, new Map()]),
    );
    for (const { partition, number, offsets } of rows)
      found.get(Number(number))?.set(partition, JSON.parse(offsets) as Readonly<Record<string, number>>);
    return found;
  }

  async checkpoints(): ReturnType<BackfillSteps['checkpoints']> {
    const { rows } = await this.#client.query<{ partition: number; body: string }>(
      'SELECT partition, body FROM checkpoint',
    );
    return new Map(
      rows.map(({ partition, body }) => {
        const { offsets = {} } = JSON.parse(body) as { readonly offsets?: Readonly<Record<string, number>> };
        return [partition, offsets];
      }),
    );
  }

  async definitions(): ReturnType<BackfillSteps['definitions']> {
    return readSegments(this.#client);
  }

  async cut(backfills: readonly Backfill[]): Promise<void> {
    for (const backfill of backfills) await this.#write(backfill, 'cut', 'cutting');
  }

  async move(backfills: readonly Backfill[], phase: BackfillPhase, progress: BackfillProgress): Promise<void> {
    for (const { segment, generation } of backfills)
      await this.#client.query(
        'UPDATE segment_backfill SET phase = $3, progress = $4 WHERE segment = $1 AND generation = $2',
        [segment, generation, phase, JSON.stringify(progress)],
      );
  }

  async switchTo(backfills: readonly Backfill[], nowMs: number): Promise<void> {
    for (const backfill of backfills) {
      const { segment } = backfill;
      const catalogue = await lockCatalogue(this.#client);
      if (!(await this.#write(backfill, 'switched', 'switching'))) continue;
      await writeCounting(this.#client, countingWith(catalogue, { ...backfill, key: segment }, nowMs));
      await this.#client.query('UPDATE segment SET in_force = condition WHERE key = $1', [segment]);
    }
  }

  /** Writes the record that begins a phase; false: the definition was changed, cancelled or deleted meanwhile. */
  async #write(
    { segment, generation, series }: Backfill,
    record: 'cut' | 'switched',
    phase: BackfillPhase,
  ): Promise<boolean> {
    await lockCatalogue(this.#client);
    const { rowCount } = await this.#client.query(
      'UPDATE segment_backfill SET phase = $3 WHERE segment = $1 AND generation = $2',
      [segment, generation, phase],
    );
    if (rowCount === 0) return false;
    const number = await queueRecord(this.#client, { segment, phase: record, generation, series });
    await this.#client.query('UPDATE segment_backfill SET number = $2 WHERE segment = $1', [segment, number]);
    return true;
  }

  async end(backfills: readonly Backfill[], nowMs: number): Promise<void> {
    for (const { segment, generation } of backfills)
      await this.#client.query(
        `UPDATE segment_backfill SET phase = 'done', ended_at_ms = $3 WHERE segment = $1 AND generation = $2`,
        [segment, generation, nowMs],
      );
  }
}

function backfillOf(row: BackfillRow): Backfill {
  const { segment, series, phase } = row;
  return {
    ...{ segment, series, phase },
    generation: Number(row.generation),
    number: Number(row.number),
    progress: JSON.parse(row.progress) as BackfillProgress,
    requestedAtMs: Number(row.requested_at_ms),
    endedAtMs: row.ended_at_ms === null ? null : Number(row.ended_at_ms),
  };
}
