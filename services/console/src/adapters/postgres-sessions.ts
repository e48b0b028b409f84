import { isOver, SEEN_EVERY_MS, type SessionLifetimes, SESSIONS_PER_PERSON } from '../domain/session.ts';
import type { By, NewSession, OpenSession, SessionStore, UsedSession } from '../ports.ts';
import { PERSON_COLUMNS, type PersonRow, personOf } from './person-rows.ts';
import { appendChange } from './postgres-audit-log.ts';
import type { PostgresConsole } from './postgres-console.ts';

interface Row {
  readonly id: string;
  readonly started_at_ms: string;
  readonly seen_at_ms: string;
}

interface FoundRow extends Row, PersonRow {
  readonly confirmed_at_ms: string;
  readonly second_factor_shown: boolean;
}

const FIND = `SELECT session.id, started_at_ms, seen_at_ms, confirmed_at_ms, second_factor_shown, ${PERSON_COLUMNS}
  FROM session JOIN person USING (email) WHERE token_hash = $1 AND NOT disabled`;

/** Stores sessions in PostgreSQL, table `session`. */
export class PostgresSessions implements SessionStore {
  readonly #console: PostgresConsole;
  readonly #lifetimes: SessionLifetimes;

  constructor(console: PostgresConsole, lifetimes: SessionLifetimes) {
    this.#console = console;
    this.#lifetimes = lifetimes;
  }

  async start(session: NewSession, nowMs: number): Promise<void> {
    const { token_hash, email, address, user_agent, isSecondFactorShown } = session;
    const { absoluteMs, idleMs } = this.#lifetimes;
    await this.#console.transaction(async (client) => {
      // One at a time per person, so that no two count the same sessions.
      await client.query('SELECT FROM person WHERE email = $1 FOR UPDATE', [email]);
      await client.query(
        `INSERT INTO session (token_hash, email, started_at_ms, seen_at_ms, confirmed_at_ms, address, user_agent,
          second_factor_shown) VALUES ($1, $2, $3, $3, $3, $4, $5, $6)`,
        [token_hash, email, nowMs, address, user_agent, isSecondFactorShown],
      );
      await client.query(
        `DELETE FROM session WHERE email = $1 AND token_hash <> $2 AND (started_at_ms <= $3 OR seen_at_ms <= $4
          OR token_hash NOT IN (
            SELECT token_hash FROM session WHERE email = $1 ORDER BY started_at_ms DESC, token_hash = $2 DESC LIMIT $5))`,
        [email, token_hash, nowMs - absoluteMs, nowMs - idleMs, SESSIONS_PER_PERSON],
      );
    });
  }

  async use(token_hash: Buffer, nowMs: number): Promise<UsedSession | null> {
    const [row] = await this.#console.rows<FoundRow>(FIND, [token_hash]);
    if (row === undefined) return null;
    const times = {
      started_at_ms: Number(row.started_at_ms),
      seen_at_ms: Number(row.seen_at_ms),
      confirmed_at_ms: Number(row.confirmed_at_ms),
    };
    if (isOver(times, this.#lifetimes, nowMs)) {
      await this.end(token_hash);
      return null;
    }
    if (nowMs - times.seen_at_ms >= SEEN_EVERY_MS)
      await this.#console.rows('UPDATE session SET seen_at_ms = $2 WHERE token_hash = $1 AND seen_at_ms < $2', [
        token_hash,
        nowMs,
      ]);
    return { id: row.id, ...times, isSecondFactorShown: row.second_factor_shown, person: personOf(row) };
  }

  async renew(token_hash: Buffer, next: Buffer, nowMs: number): Promise<boolean> {
    const rows = await this.#console.rows(
      'UPDATE session SET token_hash = $2, confirmed_at_ms = $3, seen_at_ms = $3 WHERE token_hash = $1 RETURNING id',
      [token_hash, next, nowMs],
    );
    return rows.length > 0;
  }

  async showSecondFactor(token_hash: Buffer, next: Buffer): Promise<boolean> {
    const rows = await this.#console.rows(
      'UPDATE session SET token_hash = $2, second_factor_shown = true WHERE token_hash = $1 RETURNING id',
      [token_hash, next],
    );
    return rows.length > 0;
  }

  async list(email: string, nowMs: number): Promise<readonly OpenSession[]> {
    const rows = await this.#console.rows<Row & Pick<OpenSession, 'token_hash' | 'address' | 'user_agent'>>(
      `SELECT id, token_hash, started_at_ms, seen_at_ms, address, user_agent FROM session WHERE email = $1
        ORDER BY seen_at_ms DESC, id LIMIT $2`,
      // Two that begin at the same time may both stay for a moment.
      [email, 2 * SESSIONS_PER_PERSON],
    );
    return rows
      .map((row) => ({ ...row, started_at_ms: Number(row.started_at_ms), seen_at_ms: Number(row.seen_at_ms) }))
      .filter((session) => !isOver(session, this.#lifetimes, nowMs));
  }

  async end(token_hash: Buffer): Promise<void> {
    await this.#console.rows('DELETE FROM session WHERE token_hash = $1', [token_hash]);
  }

  async endOne(email: string, id: string, by: By): Promise<boolean> {
    return this.#console.transaction(async (client) => {
      const { rows } = await client.query<{ readonly address: string; readonly user_agent: string }>(
        'DELETE FROM session WHERE email = $1 AND id = $2 RETURNING address, user_agent',
        [email, id],
      );
      if (rows[0] === undefined) return false;
      const { address, user_agent } = rows[0];
      await appendChange(client, { ...changeOf(`${email}/sessions/${id}`, by), before: { address, user_agent } });
      return true;
    });
  }

  async endAll(email: string, keep: Buffer | null, by: By): Promise<number> {
    return this.#console.transaction(async (client) => {
      const { rowCount } = await client.query(
        'DELETE FROM session WHERE email = $1 AND ($2::bytea IS NULL OR token_hash <> $2)',
        [email, keep],
      );
      const sessions = rowCount ?? 0;
      if (sessions > 0) await appendChange(client, { ...changeOf(`${email}/sessions`, by), before: { sessions } });
      return sessions;
    });
  }
}

function changeOf(what: string, { who, address, nowMs }: By) {
  return { when_ms: nowMs, who, address, target: `users/${what}`, after: null };
}
