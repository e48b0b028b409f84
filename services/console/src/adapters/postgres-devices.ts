import type { DeviceStore } from '../ports.ts';
import type { PostgresConsole } from './postgres-console.ts';

/** Browsers of one person; a new one drops the one that was not used for the longest time. */
const DEVICES_PER_PERSON = 10;

/** Stores the browsers in which people have signed in, in PostgreSQL, table `device`. */
export class PostgresDevices implements DeviceStore {
  readonly #console: PostgresConsole;

  constructor(console: PostgresConsole) {
    this.#console = console;
  }

  async find(email: string, hashes: readonly Buffer[], since_ms: number): Promise<Buffer | null> {
    if (hashes.length === 0) return null;
    const [row] = await this.#console.rows<{ readonly token_hash: Buffer }>(
      `SELECT token_hash FROM device WHERE email = $1 AND token_hash = ANY($2) AND seen_at_ms > $3
        ORDER BY seen_at_ms DESC LIMIT 1`,
      [email, hashes, since_ms],
    );
    return row?.token_hash ?? null;
  }

  async remember(email: string, token_hash: Buffer, nowMs: number): Promise<void> {
    await this.#console.transaction(async (client) => {
      // One at a time per person, so that no two count the same browsers.
      await client.query('SELECT FROM person WHERE email = $1 FOR UPDATE', [email]);
      await client.query(
        `INSERT INTO device (email, token_hash, seen_at_ms) VALUES ($1, $2, $3)
          ON CONFLICT (email, token_hash) DO UPDATE SET seen_at_ms = EXCLUDED.seen_at_ms`,
        [email, token_hash, nowMs],
      );
      await client.query(
        `DELETE FROM device WHERE email = $1 AND token_hash <> $2 AND token_hash NOT IN (
          SELECT token_hash FROM device WHERE email = $1 ORDER BY seen_at_ms DESC, token_hash = $2 DESC LIMIT $3)`,
        [email, token_hash, DEVICES_PER_PERSON],
      );
    });
  }
}
