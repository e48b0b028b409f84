import type pg from 'pg';
import type { StoredLink } from '../domain/one-time-link.ts';
import { leavesNoAdmin, type Person, PERSON_ID } from '../domain/person.ts';
import type { By, Kept, KnownPerson, NewPerson, PeopleStore, PersonChange } from '../ports.ts';
import {
  addPerson,
  changeOf,
  changingPeople,
  findPerson,
  forgetDevices,
  PEOPLE_AT_MOST,
  PERSON_COLUMNS,
  type PersonRow,
  personOf,
  shownOf,
} from './person-rows.ts';
import { appendChange } from './postgres-audit-log.ts';
import type { PostgresConsole } from './postgres-console.ts';
import { insertLink } from './postgres-one-time-links.ts';

/** Stores people in PostgreSQL, table `person`. */
export class PostgresPeople implements PeopleStore {
  readonly #console: PostgresConsole;

  constructor(console: PostgresConsole) {
    this.#console = console;
  }

  async find(email: string): Promise<KnownPerson | null> {
    const [row] = await this.#console.rows<PersonRow & { readonly password_hash: string | null }>(
      `SELECT ${PERSON_COLUMNS}, password_hash FROM person WHERE email = $1`,
      [email],
    );
    return row === undefined ? null : { ...personOf(row), password_hash: row.password_hash };
  }

  async emailOf(id: string): Promise<string | null> {
    if (!PERSON_ID.test(id)) return null;
    const [row] = await this.#console.rows<Pick<PersonRow, 'email'>>('SELECT email FROM person WHERE id = $1', [id]);
    return row?.email ?? null;
  }

  async list(after: string | null, limit: number): Promise<readonly Person[]> {
    const sql = `SELECT ${PERSON_COLUMNS} FROM person WHERE email > $1 ORDER BY email LIMIT $2`;
    return (await this.#console.rows<PersonRow>(sql, [after ?? '', limit])).map(personOf);
  }

  async add(
    person: NewPerson,
    by: By,
    invitation: StoredLink | null = null,
  ): Promise<Person | 'email_taken' | 'limit_reached'> {
    return this.#changing(async (client) => {
      const { rows } = await client.query<{ count: number; taken: boolean }>(
        'SELECT count(*)::integer AS count, coalesce(bool_or(email = $1), false) AS taken FROM person',
        [person.email],
      );
      if (rows[0]?.taken === true) return 'email_taken';
      if ((rows[0]?.count ?? 0) >= PEOPLE_AT_MOST) return 'limit_reached';
      const added = await addPerson(client, person, by);
      if (invitation !== null) await insertLink(client, person.email, invitation);
      return added;
    });
  }

  async addFirst(person: NewPerson, by: By): Promise<boolean> {
    return this.#changing(async (client) => {
      const { rowCount } = await client.query('SELECT FROM person LIMIT 1');
      if (rowCount !== 0) return false;
      await addPerson(client, person, by);
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
      const before = await findPerson(client, email);
      if (before === null) return 'unknown';
      const { name = before.name, role = before.role, disabled = before.disabled, password } = change;
      if (leavesNoAdmin(await admins(client), email, { role, disabled })) return 'last_admin';
      const { rows } = await client.query<PersonRow>(
        `UPDATE person SET name = $2, role = $3, disabled = $4, password_hash = coalesce($5, password_hash),
          must_change_password = coalesce($6, must_change_password), updated_at_ms = $7,
          openid_issuer = CASE WHEN $5::text IS NULL THEN openid_issuer END,
          openid_subject = CASE WHEN $5::text IS NULL THEN openid_subject END
          WHERE email = $1 RETURNING ${PERSON_COLUMNS}`,
        [email, name, role, disabled, password?.hash ?? null, password?.mustChange ?? null, by.nowMs],
      );
      if (disabled || password !== undefined)
        await client.query('DELETE FROM session WHERE email = $1 AND ($2::bytea IS NULL OR token_hash <> $2)', [
          email,
          kept?.session ?? null,
        ]);
      if (password !== undefined) {
        await forgetDevices(client, email, kept?.device ?? null);
        await client.query('DELETE FROM one_time_link WHERE email = $1', [email]);
      }
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
      const before = await findPerson(client, email);
      if (before === null) return 'unknown';
      if (leavesNoAdmin(await admins(client), email, null)) return 'last_admin';
      await client.query('DELETE FROM person WHERE email = $1', [email]);
      await appendChange(client, { ...changeOf(email, by), before: shownOf(before), after: null });
      return 'removed';
    });
  }

  #changing<T>(work: (client: pg.ClientBase) => Promise<T>): Promise<T> {
    return changingPeople(this.#console, work);
  }
}

/** Admins who can sign in. */
async function admins(client: pg.ClientBase): Promise<readonly string[]> {
  const { rows } = await client.query<Pick<PersonRow, 'email'>>(
    `SELECT email FROM person WHERE role = 'admin' AND NOT disabled
      AND (password_hash IS NOT NULL OR openid_subject IS NOT NULL)`,
  );
  return rows.map(({ email }) => email);
}

/** What the audit log shows of a new password. */
function shownPassword({ password }: PersonChange) {
  if (password === undefined) return {};
  return { password: 'new', ...(password.revoke_tokens ? { revoke_tokens: true } : {}) };
}
