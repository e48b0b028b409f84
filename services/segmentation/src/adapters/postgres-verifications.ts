import type pg from 'pg';
import type { Verifications, VerifiedPartition } from '../ports.ts';

const CLAIM = `INSERT INTO verification (partition, begun_at_ms)
  SELECT number, $3 FROM generate_series(0, $1::int - 1) AS number LEFT JOIN verification AS known ON known.partition = number
  WHERE coalesce(known.begun_at_ms, 0) <= $2 ORDER BY coalesce(known.begun_at_ms, 0), number LIMIT 1
  ON CONFLICT (partition) DO UPDATE SET begun_at_ms = excluded.begun_at_ms WHERE verification.begun_at_ms <= $2
  RETURNING partition`;

/** The table `verification`. */
export class PostgresVerifications implements Verifications {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  async claim(partitions: number, notSinceMs: number, nowMs: number): Promise<number | null> {
    const { rows } = await this.#pool.query<{ partition: number }>(CLAIM, [partitions, notSinceMs, nowMs]);
    return rows[0]?.partition ?? null;
  }

  async done({ partition, endedMs, checked, undecided, differences }: VerifiedPartition): Promise<void> {
    await this.#pool.query(
      'UPDATE verification SET ended_at_ms = $2, checked = $3, undecided = $4, differences = $5 WHERE partition = $1',
      [partition, endedMs, checked, undecided, differences],
    );
  }

  async latest(): Promise<readonly VerifiedPartition[]> {
    const { rows } = await this.#pool.query<Readonly<Record<keyof VerifiedPartition, string | number>>>(
      `SELECT partition, ended_at_ms AS "endedMs", checked, undecided, differences FROM verification
        WHERE ended_at_ms IS NOT NULL ORDER BY partition`,
    );
    return rows.map(({ partition, endedMs, checked, undecided, differences }) => ({
      partition: Number(partition),
      endedMs: Number(endedMs),
      checked: Number(checked),
      undecided: Number(undecided),
      differences: Number(differences),
    }));
  }
}
