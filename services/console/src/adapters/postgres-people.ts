import type pg from 'pg';
import { leavesNoAdmin, type Person } from '../domain/person.ts';
import type { Role } from '../domain/rights.ts';
import type { By, KnownPerson, NewPerson, PeopleStore, PersonChange } from '../ports.ts';
import { appendChange } from './postgres-audit-log.ts';
import type { PostgresConsole } from './postgres-console.ts';

/** Most people. */
const PEOPLE_AT_MOST = 1000;

/** Name of the lock for changes of people: two at once could both find another admin left. */
const CHANGING = 7_301;

interface Row {
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly password_hash: string;
  readonly disabled: boolean;
  readonly created_at_ms: string;
  readonly updated_at_ms: string;
}

const ADD = `INSERT INTO person (email, name, role, password_hash, disabled, created_at_ms, updated_at_ms)
  VALUES ($1, $2, $3, $4, false, $5, $5) RETURNING *`;

/** Stores people in PostgreSQL, table `person`. */
export class PostgresPeople implements PeopleStore {
  readonly #console: PostgresConsole;

  constructor(console: PostgresConsole) {
    this.#console = console;
  }

  async find(email: string): Promise<KnownPerson | null> {
    const [row] = await this.#console.rows<Row>('SELECT * FROM person WHERE email = $1', [email]);
    return row === undefined ? null : { ...personOf(row), password_hash: row.password_hash };
  }

  async list(after: string | null, limit: number): Promise<readonly Person[]> {
    const sql = 'SELECT * FROM person WHERE email > $1 ORDER BY email LIMIT $2';
    return (await this.#console.rows<Row>(sql, [after ?? '', limit])).map(personOf);
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
    keepSession: Buffer | null = null,
  ): Promise<Person | 'unknown' | 'last_admin'> {
    return this.#changing(async (client) => {
      const before = await find(client, email);
      if (before === null) return 'unknown';
      const { name = before.name, role = before.role, disabled = before.disabled, password_hash } = change;
      if (leavesNoAdmin(await admins(client), email, { role, disabled })) return 'last_admin';
      const { rows } = await client.query<Row>(
        `UPDATE person SET name = $2, role = $3, disabled = $4, password_hash = coalesce($5, password_hash),
          updated_at_ms = $6 WHERE email = $1 RETURNING *`,
        [email, name, role, disabled, password_hash ?? null, by.nowMs],
      );
      if (disabled || password_hash !== undefined)
        await client.query('DELETE FROM session WHERE email = $1 AND ($2::bytea IS NULL OR token_hash <> $2)', [
          email,
          keepSession,
        ]);
      const after = personOf(rows[0] as Row);
      const shown = password_hash === undefined ? shownOf(after) : { ...shownOf(after), password: 'new' };
      await appendChange(client, { ...changeOf(email, by), before: shownOf(before), after: shown });
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
  const { rows } = await client.query<Row>('SELECT * FROM person WHERE email = $1', [email]);
  return rows[0] === undefined ? null : personOf(rows[0]);
}

async function admins(client: pg.ClientBase): Promise<readonly string[]> {
  const { rows } = await client.query<Row>(`SELECT * FROM person WHERE role = 'admin' AND NOT disabled`);
  return rows.map(({ email }) => email);
}

async function add(client: pg.ClientBase, person: NewPerson, by: By): Promise<Person> {
  const { email, name, role, password_hash } = person;
  const { rows } = await client.query<Row>(ADD, [email, name, role, password_hash, by.nowMs]);
  const added = personOf(rows[0] as Row);
  await appendChange(client, { ...changeOf(email, by), before: null, after: shownOf(added) });
  return added;
}

function changeOf(email: string, { who, address, nowMs }: By) {
  return { when_ms: nowMs, who, address, target: `users/${email}` };
}

function shownOf({ email, name, role, disabled }: Person) {
  return { email, name, role, disabled };
}

function personOf({ email, name, role, disabled, created_at_ms, updated_at_ms }: Row): Person {
  return {
    email,
    name,
    role,
    disabled,
    created_at_ms: Number(created_at_ms),
    updated_at_ms: Number(updated_at_ms),
  };
}
