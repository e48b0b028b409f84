import type { Role, Scope } from '../domain/rights.ts';
import { SEEN_EVERY_MS } from '../domain/session.ts';
import type { ApiToken, ApiTokenStore, By } from '../ports.ts';
import { appendChange } from './postgres-audit-log.ts';
import type { PostgresConsole } from './postgres-console.ts';

/** Tokens of one person; those that have expired don't count. */
const TOKENS_PER_PERSON = 50;

interface Row {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly owner: string;
  readonly created_at_ms: string;
  readonly expires_at_ms: string;
  readonly last_used_at_ms: string | null;
}

const COLUMNS = 'api_token.id, api_token.name, scopes, owner, api_token.created_at_ms, expires_at_ms, last_used_at_ms';

/** API tokens in PostgreSQL, table `api_token`. */
export class PostgresApiTokens implements ApiTokenStore {
  readonly #console: PostgresConsole;

  constructor(console: PostgresConsole) {
    this.#console = console;
  }

  async add(token: ApiToken, token_hash: Buffer, by: By): Promise<'added' | 'limit_reached'> {
    const { id, name, scopes, owner, created_at_ms, expires_at_ms } = token;
    return this.#console.transaction(async (client) => {
      // One at a time for a person: two at once could both find room for the last one.
      await client.query('SELECT FROM person WHERE email = $1 FOR UPDATE', [owner]);
      await client.query('DELETE FROM api_token WHERE owner = $1 AND expires_at_ms <= $2', [owner, by.nowMs]);
      const { rowCount } = await client.query('SELECT FROM api_token WHERE owner = $1', [owner]);
      if ((rowCount ?? 0) >= TOKENS_PER_PERSON) return 'limit_reached';
      await client.query(
        `INSERT INTO api_token (id, token_hash, name, scopes, owner, created_at_ms, expires_at_ms)
          VALUES ($1, $2, $3, $4, $5, $6, $7)`,
        [id, token_hash, name, scopes, owner, created_at_ms, expires_at_ms],
      );
      await appendChange(client, { ...changeOf(id, by), before: null, after: shownOf(token) });
      return 'added';
    });
  }

  async use(token_hash: Buffer, nowMs: number): Promise<(ApiToken & { readonly role: Role }) | null> {
    const [row] = await this.#console.rows<Row & { readonly role: Role }>(
      `SELECT ${COLUMNS}, role FROM api_token JOIN person ON person.email = owner
        WHERE token_hash = $1 AND expires_at_ms > $2 AND NOT disabled`,
      [token_hash, nowMs],
    );
    if (row === undefined) return null;
    const token = tokenOf(row);
    if (nowMs - (token.last_used_at_ms ?? 0) >= SEEN_EVERY_MS)
      await this.#console.rows('UPDATE api_token SET last_used_at_ms = $2 WHERE token_hash = $1', [token_hash, nowMs]);
    return { ...token, role: row.role };
  }

  async list(owner: string | null, after: string | null, limit: number): Promise<readonly ApiToken[]> {
    const rows = await this.#console.rows<Row>(
      `SELECT ${COLUMNS} FROM api_token WHERE ($1::text IS NULL OR owner = $1) AND id > $2 ORDER BY id LIMIT $3`,
      [owner, after ?? '', limit],
    );
    return rows.map(tokenOf);
  }

  async remove(id: string, owner: string | null, by: By): Promise<boolean> {
    return this.#console.transaction(async (client) => {
      const { rows } = await client.query<Row>(
        `DELETE FROM api_token WHERE id = $1 AND ($2::text IS NULL OR owner = $2) RETURNING ${COLUMNS}`,
        [id, owner],
      );
      if (rows[0] === undefined) return false;
      await appendChange(client, { ...changeOf(id, by), before: shownOf(tokenOf(rows[0])), after: null });
      return true;
    });
  }
}

function changeOf(id: string, { who, address, nowMs }: By) {
  return { when_ms: nowMs, who, address, target: `tokens/${id}` };
}

function shownOf({ name, scopes, owner, expires_at_ms }: ApiToken) {
  return { name, scopes, owner, expires_at: new Date(expires_at_ms).toISOString() };
}

function tokenOf({ id, name, scopes, owner, created_at_ms, expires_at_ms, last_used_at_ms }: Row): ApiToken {
  return {
    ...{ id, name, scopes, owner },
    created_at_ms: Number(created_at_ms),
    expires_at_ms: Number(expires_at_ms),
    last_used_at_ms: last_used_at_ms === null ? null : Number(last_used_at_ms),
  };
}
