import type pg from 'pg';
import type { Person } from '../domain/person.ts';
import type { Role } from '../domain/rights.ts';
import { signInWayOf } from '../domain/sign-in-way.ts';
import type { By, NewPerson } from '../ports.ts';
import { appendChange } from './postgres-audit-log.ts';
import type { PostgresConsole } from './postgres-console.ts';

/** Most people. */
export const PEOPLE_AT_MOST = 1000;

/** Name of the lock for changes of people: two at once could both find another admin left. */
const CHANGING = 7_301;

/** A row with `PERSON_COLUMNS`. */
export interface PersonRow {
  readonly person_id: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly disabled: boolean;
  readonly must_change_password: boolean;
  readonly has_second_factor: boolean;
  readonly has_password: boolean;
  readonly is_linked: boolean;
  readonly created_at_ms: string;
  readonly updated_at_ms: string;
}

/** What `personOf` reads. */
export const PERSON_COLUMNS = `person.id AS person_id, person.email, name, role, disabled, must_change_password, created_at_ms, updated_at_ms,
  password_hash IS NOT NULL AS has_password, openid_subject IS NOT NULL AS is_linked,
  EXISTS (SELECT FROM second_factor WHERE second_factor.email = person.email AND secret IS NOT NULL) AS has_second_factor`;

const ADD = `INSERT INTO person
  (email, name, role, password_hash, must_change_password, disabled, created_at_ms, updated_at_ms)
  VALUES ($1, $2, $3, $4, $5, false, $6, $6) RETURNING ${PERSON_COLUMNS}`;

/** Runs a change of people, one at a time. */
export function changingPeople<T>(console: PostgresConsole, work: (client: pg.ClientBase) => Promise<T>): Promise<T> {
  return console.transaction(async (client) => {
    await client.query('SELECT pg_advisory_xact_lock($1)', [CHANGING]);
    return work(client);
  });
}

/** The person with this address. */
export async function findPerson(client: pg.ClientBase, email: string): Promise<Person | null> {
  const { rows } = await client.query<PersonRow>(`SELECT ${PERSON_COLUMNS} FROM person WHERE email = $1`, [email]);
  return rows[0] === undefined ? null : personOf(rows[0]);
}

/** Adds somebody, with the entry of the audit log. */
export async function addPerson(client: pg.ClientBase, person: NewPerson, by: By): Promise<Person> {
  const { email, name, role, password_hash, must_change_password } = person;
  const values = [email, name, role, password_hash, must_change_password, by.nowMs];
  const { rows } = await client.query<PersonRow>(ADD, values);
  const added = personOf(rows[0] as PersonRow);
  await appendChange(client, { ...changeOf(email, by), before: null, after: shownOf(added) });
  return added;
}

/** Makes a person's browsers unknown, but for one. */
export async function forgetDevices(client: pg.ClientBase, email: string, keep: Buffer | null): Promise<void> {
  await client.query('DELETE FROM device WHERE email = $1 AND ($2::bytea IS NULL OR token_hash <> $2)', [email, keep]);
}

/** Whose change an entry of the audit log is. */
export function changeOf(email: string, { who, address, nowMs }: By) {
  return { when_ms: nowMs, who, address, target: `users/${email}` };
}

/** A person as the audit log shows them. */
export function shownOf({ email, name, role, disabled, signs_in_by }: Person) {
  return { email, name, role, disabled, signs_in_by };
}

/** The person of a row. */
export function personOf(row: PersonRow): Person {
  const { email, name, role, disabled, must_change_password, has_second_factor, created_at_ms, updated_at_ms } = row;
  return {
    id: row.person_id,
    ...{ email, name, role, disabled, must_change_password },
    signs_in_by: signInWayOf(row.has_password, row.is_linked),
    second_factor: has_second_factor ? 'totp' : 'none',
    created_at_ms: Number(created_at_ms),
    updated_at_ms: Number(updated_at_ms),
  };
}
