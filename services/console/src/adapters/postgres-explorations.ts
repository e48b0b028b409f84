import type pg from 'pg';
import type { ExplorationKind } from '../domain/exploration.ts';
import type { Exploration, ExplorationContent, ExplorationStore, NewExploration, Seer } from '../exploration-store.ts';
import type { By } from '../ports.ts';
import { appendChange } from './postgres-audit-log.ts';
import type { PostgresConsole } from './postgres-console.ts';

/** Of one kind, of one person; the holder of the admin token counts as one, too. */
const PER_PERSON = 200;

interface Row {
  readonly id: string;
  readonly kind: ExplorationKind;
  readonly name: string;
  readonly owner: string | null;
  readonly shared: boolean;
  readonly content: ExplorationContent;
  readonly version: number;
  readonly created_at_ms: string;
  readonly updated_at_ms: string;
}

/** Who sees what: one's own, what is shared, and admins everything. $1: the person, $2: whether an admin. */
const SEEN = '(shared OR owner = $1::text OR $2::boolean)';

/** Saved queries and dashboards in PostgreSQL, table `exploration`. */
export class PostgresExplorations implements ExplorationStore {
  readonly #console: PostgresConsole;

  constructor(console: PostgresConsole) {
    this.#console = console;
  }

  async list(kind: ExplorationKind, seer: Seer, after: string | null, limit: number): Promise<readonly Exploration[]> {
    const rows = await this.#console.rows<Row>(
      `SELECT * FROM exploration WHERE ${SEEN} AND kind = $3 AND id > $4 ORDER BY id LIMIT $5`,
      [seer.email, seer.isAdmin, kind, after ?? '', limit],
    );
    return rows.map(explorationOf);
  }

  async find(kind: ExplorationKind, id: string, seer: Seer): Promise<Exploration | null> {
    const [row] = await this.#console.rows<Row>(`SELECT * FROM exploration WHERE ${SEEN} AND kind = $3 AND id = $4`, [
      ...[seer.email, seer.isAdmin, kind, id],
    ]);
    return row === undefined ? null : explorationOf(row);
  }

  async add(id: string, added: NewExploration, owner: string | null, by: By): Promise<Exploration | 'limit_reached'> {
    const { kind, name, shared, content } = added;
    return this.#console.transaction(async (client) => {
      // One at a time for a person: two at once could both find room for the last one.
      await client.query('SELECT pg_advisory_xact_lock(hashtext($1))', [`exploration ${owner ?? ''}`]);
      const { rowCount } = await client.query(
        'SELECT FROM exploration WHERE owner IS NOT DISTINCT FROM $1 AND kind = $2',
        [owner, kind],
      );
      if ((rowCount ?? 0) >= PER_PERSON) return 'limit_reached';
      const { rows } = await client.query<Row>(
        `INSERT INTO exploration (id, kind, name, owner, shared, content, version, created_at_ms, updated_at_ms)
          VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $7) RETURNING *`,
        [id, kind, name, owner, shared, JSON.stringify(content), by.nowMs],
      );
      const made = explorationOf(rows[0] as Row);
      await appendChange(client, { ...changeOf(made, by), before: null, after: shownOf(made) });
      return made;
    });
  }

  async change(
    id: string,
    changed: NewExploration,
    version: number,
    seer: Seer,
    by: By,
  ): Promise<Exploration | 'unknown' | 'not_yours' | 'other_version'> {
    const { kind, name, shared, content } = changed;
    return this.#console.transaction(async (client) => {
      const before = await locked(client, kind, id, seer);
      if (typeof before === 'string') return before;
      if (before.version !== version) return 'other_version';
      const { rows } = await client.query<Row>(
        `UPDATE exploration SET name = $2, shared = $3, content = $4, version = version + 1, updated_at_ms = $5
          WHERE id = $1 RETURNING *`,
        [id, name, shared, JSON.stringify(content), by.nowMs],
      );
      const after = explorationOf(rows[0] as Row);
      await appendChange(client, { ...changeOf(after, by), before: shownOf(before), after: shownOf(after) });
      return after;
    });
  }

  async remove(kind: ExplorationKind, id: string, seer: Seer, by: By): Promise<'removed' | 'unknown' | 'not_yours'> {
    return this.#console.transaction(async (client) => {
      const before = await locked(client, kind, id, seer);
      if (typeof before === 'string') return before;
      await client.query('DELETE FROM exploration WHERE id = $1', [id]);
      await appendChange(client, { ...changeOf(before, by), before: shownOf(before), after: null });
      return 'removed';
    });
  }
}

/** What is to be changed, as long as the transaction lasts, if the person may. */
async function locked(
  client: pg.ClientBase,
  kind: ExplorationKind,
  id: string,
  { email, isAdmin }: Seer,
): Promise<Exploration | 'unknown' | 'not_yours'> {
  const { rows } = await client.query<Row>(
    `SELECT * FROM exploration WHERE ${SEEN} AND kind = $3 AND id = $4 FOR UPDATE`,
    [email, isAdmin, kind, id],
  );
  if (rows[0] === undefined) return 'unknown';
  const found = explorationOf(rows[0]);
  return isAdmin || found.owner === email ? found : 'not_yours';
}

function changeOf({ kind, id }: Exploration, { who, address, nowMs }: By) {
  return { when_ms: nowMs, who, address, target: `explore/${kind}/${id}` };
}

function shownOf({ name, owner, shared, content, version }: Exploration) {
  return { name, owner, shared, content, version };
}

function explorationOf({ created_at_ms, updated_at_ms, ...row }: Row): Exploration {
  return { ...row, created_at_ms: Number(created_at_ms), updated_at_ms: Number(updated_at_ms) };
}
