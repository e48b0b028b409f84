import type { Person } from '../domain/person.ts';
import type { Role } from '../domain/rights.ts';
import {
  ABSOLUTE_MS,
  IDLE_MS,
  isOver,
  SEEN_EVERY_MS,
  SESSIONS_PER_PERSON,
  type SessionTimes,
} from '../domain/session.ts';
import type { SessionStore } from '../ports.ts';
import type { PostgresConsole } from './postgres-console.ts';

interface Row {
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly created_at_ms: string;
  readonly updated_at_ms: string;
  readonly started_at_ms: string;
  readonly seen_at_ms: string;
}

const FIND = `SELECT person.email, name, role, created_at_ms, updated_at_ms, started_at_ms, seen_at_ms
  FROM session JOIN person USING (email) WHERE token_hash = $1 AND NOT disabled`;

/** Stores sessions in PostgreSQL, table `session`. */
export class PostgresSessions implements SessionStore {
  readonly #console: PostgresConsole;

  constructor(console: PostgresConsole) {
    this.#console = console;
  }

  async start(token_hash: Buffer, email: string, nowMs: number): Promise<void> {
    await this.#console.transaction(async (client) => {
      // One at a time per person, so that no two count the same sessions.
      await client.query('SELECT FROM person WHERE email = $1 FOR UPDATE', [email]);
      await client.query('INSERT INTO session (token_hash, email, started_at_ms, seen_at_ms) VALUES ($1, $2, $3, $3)', [
        token_hash,
        email,
        nowMs,
      ]);
      await client.query(
        `DELETE FROM session WHERE email = $1 AND token_hash <> $2 AND (started_at_ms <= $3 OR seen_at_ms <= $4
          OR token_hash NOT IN (
            SELECT token_hash FROM session WHERE email = $1 ORDER BY started_at_ms DESC, token_hash = $2 DESC LIMIT $5))`,
        [email, token_hash, nowMs - ABSOLUTE_MS, nowMs - IDLE_MS, SESSIONS_PER_PERSON],
      );
    });
  }

  async use(token_hash: Buffer, nowMs: number): Promise<(SessionTimes & { readonly person: Person }) | null> {
    const [row] = await this.#console.rows<Row>(FIND, [token_hash]);
    if (row === undefined) return null;
    const times = { started_at_ms: Number(row.started_at_ms), seen_at_ms: Number(row.seen_at_ms) };
    if (isOver(times, nowMs)) {
      await this.end(token_hash);
      return null;
    }
    if (nowMs - times.seen_at_ms >= SEEN_EVERY_MS)
      await this.#console.rows('UPDATE session SET seen_at_ms = $2 WHERE token_hash = $1 AND seen_at_ms < $2', [
        token_hash,
        nowMs,
      ]);
    return { ...times, person: personOf(row) };
  }

  async end(token_hash: Buffer): Promise<void> {
    await this.#console.rows('DELETE FROM session WHERE token_hash = $1', [token_hash]);
  }
}

function personOf({ email, name, role, created_at_ms, updated_at_ms }: Row): Person {
  return {
    ...{ email, name, role, disabled: false },
    created_at_ms: Number(created_at_ms),
    updated_at_ms: Number(updated_at_ms),
  };
}
