import type pg from 'pg';
import { leavesNoAdmin, type Person } from '../domain/person.ts';
import type { Role } from '../domain/rights.ts';
import type { By, Kept, KnownPerson, NewPerson, PeopleStore, PersonChange } from '../ports.ts';
import { appendChange } from './postgres-audit-log.ts';
import type { PostgresConsole } from './postgres-console.ts';

/** Most people. */
const PEOPLE_AT_MOST = 1000;

/** Name of the lock for changes of people: two at once could both find another admin left. */
const CHANGING = 7_301;

/** A row with `PERSON_COLUMNS`. */
export interface PersonRow {
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly disabled: boolean;
  readonly must_change_password: boolean;
  readonly has_second_factor: boolean;
  readonly created_at_ms: string;
  readonly updated_at_ms: string;
}

/** What `personOf` reads. */
export const PERSON_COLUMNS = `person.email, name, role, disabled, must_change_password, created_at_ms, updated_at_ms,
  EXISTS (SELECT FROM second_factor WHERE second_factor.email = person.email AND secret IS NOT NULL) AS has_second_factor`;

const ADD = `INSERT INTO person
  (email, name, role, password_hash, must_change_password, disabled, created_at_ms, updated_at_ms)
  VALUES ($1, $2, $3, $4, $5, false, $6, $6) RETURNING ${PERSON_COLUMNS}`;

/** Stores people in PostgreSQL, table `person`. */
export class PostgresPeople implements PeopleStore {
  readonly #console: PostgresConsole;

  constructor(console: PostgresConsole) {
    this.#console = console;
  }

  async find(email: string): Promise<KnownPerson | null> {
    const [row] = await this.#console.rows<PersonRow & { readonly password_hash: string }>(
      `SELECT ${PERSON_COLUMNS}, password_hash FROM person WHERE email = $1`,
      [email],
    );
    return row === undefined ? null : { ...personOf(row), password_hash: row.password_hash };
  }

  async list(after: string | null, limit: number): Promise<readonly Person[]> {
    const sql = `SELECT ${PERSON_COLUMNS} FROM person WHERE email > $1 ORDER BY email LIMIT $2`;
    return (await this.#console.rows<PersonRow>(sql, [after ?? '', limit])).map(personOf);
  }

  async add(person: NewPerson, by: By): Promise<Person | 'email_taken' | 'limit_reached'> {
    return this.#changing(async (client) => {
      const { rows } = await client.query<{ count: number; taken: boolean }>(
        'SELECT count(*)::integer AS count, coalesce(bool_or(email = $1), false) AS taken FROM person',
        [person.email],
      );
      if (rows[0]?.taken === true) return 'email_taken';
      if ((rows[0]?.count ?? 0) >= PEOPLE_AT_MOST) return 'limit_reached';
      return add(client, person, by);
    });
  }

  async addFirst(person: NewPerson, by: By): Promise<boolean> {
    return this.#changing(async (client) => {
      const { rowCount } = await client.query('SELECT FROM person LIMIT 1');
      if (rowCount !== 0) return false;
      await add(client, person, by);
      return true;
    });
  }

  async change(
    email: string,
    change: PersonChange,
    by: By,
    kept: Kept | null = null,
  ): Promise<Person | 'unknown' | 'last_admin'> {
    return this.#changing(async (client) => {
      const before = await find(client, email);
      if (before === null) return 'unknown';
      const { name = before.name, role = before.role, disabled = before.disabled, password } = change;
      if (leavesNoAdmin(await admins(client), email, { role, disabled })) return 'last_admin';
      const { rows } = await client.query<PersonRow>(
        `UPDATE person SET name = $2, role = $3, disabled = $4, password_hash = coalesce($5, password_hash),
          must_change_password = coalesce($6, must_change_password), updated_at_ms = $7
          WHERE email = $1 RETURNING ${PERSON_COLUMNS}`,
        [email, name, role, disabled, password?.hash ?? null, password?.mustChange ?? null, by.nowMs],
      );
      if (disabled || password !== undefined)
        await client.query('DELETE FROM session WHERE email = $1 AND ($2::bytea IS NULL OR token_hash <> $2)', [
          email,
          kept?.session ?? null,
        ]);
      if (password !== undefined) await forgetDevices(client, email, kept?.device ?? null);
      if (password?.revoke_tokens === true) await client.query('DELETE FROM api_token WHERE owner = $1', [email]);
      const after = personOf(rows[0] as PersonRow);
      await appendChange(client, {
        ...changeOf(email, by),
        before: shownOf(before),
        after: { ...shownOf(after), ...shownPassword(change) },
      });
      return after;
    });
  }

  async rehash(email: string, before: string, after: string): Promise<void> {
    const sql = 'UPDATE person SET password_hash = $3 WHERE email = $1 AND password_hash = $2';
    await this.#console.rows(sql, [email, before, after]);
  }

  async remove(email: string, by: By): Promise<'removed' | 'unknown' | 'last_admin'> {
    return this.#changing(async (client) => {
      const before = await find(client, email);
      if (before === null) return 'unknown';
      if (leavesNoAdmin(await admins(client), email, null)) return 'last_admin';
      await client.query('DELETE FROM person WHERE email = $1', [email]);
      await appendChange(client, { ...changeOf(email, by), before: shownOf(before), after: null });
      return 'removed';
    });
  }

  #changing<T>(work: (client: pg.ClientBase) => Promise<T>): Promise<T> {
    return this.#console.transaction(async (client) => {
      await client.query('SELECT pg_advisory_xact_lock($1)', [CHANGING]);
      return work(client);
    });
  }
}

async function find(client: pg.ClientBase, email: string): Promise<Person | null> {
  const { rows } = await client.query<PersonRow>(`SELECT ${PERSON_COLUMNS} FROM person WHERE email = $1`, [email]);
  return rows[0] === undefined ? null : personOf(rows[0]);
}

async function admins(client: pg.ClientBase): Promise<readonly string[]> {
  const { rows } = await client.query<Pick<PersonRow, 'email'>>(
    `SELECT email FROM person WHERE role = 'admin' AND NOT disabled`,
  );
  return rows.map(({ email }) => email);
}

async function add(client: pg.ClientBase, person: NewPerson, by: By): Promise<Person> {
  const { email, name, role, password_hash, must_change_password } = person;
  const values = [email, name, role, password_hash, must_change_password, by.nowMs];
  const { rows } = await client.query<PersonRow>(ADD, values);
  const added = personOf(rows[0] as PersonRow);
  await appendChange(client, { ...changeOf(email, by), before: null, after: shownOf(added) });
  return added;
}

function changeOf(email: string, { who, address, nowMs }: By) {
  return { when_ms: nowMs, who, address, target: `users/${email}` };
}

function shownOf({ email, name, role, disabled }: Person) {
  return { email, name, role, disabled };
}

/** What the audit log shows of a new password. */
function shownPassword({ password }: PersonChange) {
  if (password === undefined) return {};
  return { password: 'new', ...(password.revoke_tokens ? { revoke_tokens: true } : {}) };
}

async function forgetDevices(client: pg.ClientBase, email: string, keep: Buffer | null): Promise<void> {
  await client.query('DELETE FROM device WHERE email = $1 AND ($2::bytea IS NULL OR token_hash <> $2)', [email, keep]);
}

/** The person of a row. */
export function personOf(row: PersonRow): Person {
  const { email, name, role, disabled, must_change_password, has_second_factor, created_at_ms, updated_at_ms } = row;
  return {
    ...{ email, name, role, disabled, must_change_password },
    second_factor: has_second_factor ? 'totp' : 'none',
    created_at_ms: Number(created_at_ms),
    updated_at_ms: Number(updated_at_ms),
  };
}
