import type { Pool } from 'pg';
import type { KeptRejection } from '../domain/replay-event.ts';
import type { ReasonCount, Rejection, RejectionFilter, RejectionStore } from '../ports.ts';

interface Row extends Omit<Rejection, 'received_at' | 'replayed_at_ms'> {
  readonly received_at_ms: string;
  readonly replayed_at_ms: string | null;
}

interface KeptRow extends Omit<KeptRejection, 'received_at_ms' | 'sent_at_ms' | 'replayed_at_ms' | 'isWhole'> {
  readonly sent_at_ms: string | null;
  readonly received_at_ms: string;
  readonly replayed_at_ms: string | null;
  readonly original_bytes: number | null;
}

/**
 * Bytes that a list reads of a rejected event: more than it shows, so that a secret at the end is not cut before it is
 * found.
 */
const EXCERPT_BYTES = 8192 + 2048;
/** The most that rows from before lengths were recorded can hold. */
const OLD_EXCERPT_BYTES = 8192;

/** Reads the recent rejections in PostgreSQL; the stage writes them in its commits. */
export class PostgresRejections implements RejectionStore {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  async list(
    { reason, source }: RejectionFilter,
    limit: number,
    after: { readonly receivedMs: number; readonly id: string } | null,
  ): Promise<readonly Rejection[]> {
    const { rows } = await this.#pool.query<Row>(
      `SELECT rejection_id, source, message_id, type, reason, field, message, via, received_at_ms,
         substring(original FROM 1 FOR ${EXCERPT_BYTES}) AS original, original_bytes, replayed_at_ms
       FROM rejection
       WHERE ($2::bigint IS NULL OR (received_at_ms, rejection_id) < ($2, $3))
         AND ($4::text IS NULL OR reason = $4) AND ($5::text IS NULL OR source = $5)
       ORDER BY received_at_ms DESC, rejection_id DESC LIMIT $1`,
      [limit, after?.receivedMs ?? null, after?.id ?? null, reason, source],
    );
    return rows.map(({ received_at_ms, replayed_at_ms, ...row }) => ({
      ...row,
      received_at: Number(received_at_ms),
      replayed_at_ms: numberOf(replayed_at_ms),
    }));
  }

  async reasons(): Promise<readonly ReasonCount[]> {
    const { rows } = await this.#pool.query<{ reason: string; count: number; latest_ms: string }>(
      `SELECT reason, count(*)::integer AS count, max(received_at_ms) AS latest_ms FROM rejection
       GROUP BY reason ORDER BY count(*) DESC, reason`,
    );
    return rows.map(({ latest_ms, ...row }) => ({ ...row, latest_ms: Number(latest_ms) }));
  }

  async find(ids: readonly string[]): Promise<readonly KeptRejection[]> {
    const { rows } = await this.#pool.query<KeptRow>(
      `SELECT rejection_id, source, message_id, type, via, received_at_ms, original, original_bytes, replayed_at_ms,
         request_position, sent_at_ms
       FROM rejection WHERE rejection_id = ANY ($1)`,
      // PostgreSQL's text has no NUL, so no rejection has such an id.
      [ids.filter((id) => !id.includes('\0'))],
    );
    return rows.map(({ received_at_ms, sent_at_ms, replayed_at_ms, original_bytes, ...row }) => ({
      ...row,
      received_at_ms: Number(received_at_ms),
      sent_at_ms: numberOf(sent_at_ms),
      replayed_at_ms: numberOf(replayed_at_ms),
      isWhole: isWhole(row.original, original_bytes),
    }));
  }

  async markReplayed(ids: readonly string[], at_ms: number): Promise<void> {
    if (ids.length === 0) return;
    await this.#pool.query(
      'UPDATE rejection SET replayed_at_ms = $2 WHERE rejection_id = ANY ($1) AND replayed_at_ms IS NULL',
      [ids, at_ms],
    );
  }
}

function isWhole(original: Buffer | null, original_bytes: number | null): boolean {
  if (original === null) return false;
  return original_bytes === null ? original.length < OLD_EXCERPT_BYTES : original.length === original_bytes;
}

function numberOf(text: string | null): number | null {
  return text === null ? null : Number(text);
}
