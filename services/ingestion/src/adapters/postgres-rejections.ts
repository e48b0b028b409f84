import type { Pool } from 'pg';
import type { Rejection, RejectionStore } from '../ports.ts';

interface Row extends Omit<Rejection, 'received_at'> {
  readonly received_at_ms: string;
}

/** The recent rejections in PostgreSQL; the stage writes them in its commits. */
export class PostgresRejections implements RejectionStore {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  async list(
    limit: number,
    after: { readonly received_ms: number; readonly id: string } | null,
  ): Promise<readonly Rejection[]> {
    const { rows } = await this.#pool.query<Row>(
      `SELECT rejection_id, source, message_id, type, reason, field, message, via, received_at_ms, original FROM rejection
       WHERE $2::bigint IS NULL OR (received_at_ms, rejection_id) < ($2, $3)
       ORDER BY received_at_ms DESC, rejection_id DESC LIMIT $1`,
      [limit, after?.received_ms ?? null, after?.id ?? null],
    );
    return rows.map(({ received_at_ms, ...row }) => ({ ...row, received_at: Number(received_at_ms) }));
  }
}
