import type pg from 'pg';
import type { OpenidIdentity, OpenidRefusal } from '../domain/openid-identity.ts';
import type { Person } from '../domain/person.ts';
import type { ConfirmedAttempt, OpenidPeople } from '../openid-ports.ts';
import {
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

/** What one sign-in knows. */
interface Entering {
  readonly identity: OpenidIdentity;
  readonly attempt: ConfirmedAttempt;
  readonly nowMs: number;
}

/** Finds and adds people who sign in by OpenID Connect, in PostgreSQL, table `person`. */
export class PostgresOpenidPeople implements OpenidPeople {
  readonly #console: PostgresConsole;

  constructor(console: PostgresConsole) {
    this.#console = console;
  }

  async enter(identity: OpenidIdentity, attempt: ConfirmedAttempt, nowMs: number): Promise<Person | OpenidRefusal> {
    const entering = { identity, attempt, nowMs };
    return changingPeople(this.#console, async (client) => {
      if (!(await useUp(client, entering))) return 'attempt_unknown';
      const linked = await findLinked(client, identity);
      if (linked !== null) return linked.disabled ? 'account_disabled' : withRole(client, linked, entering);
      const known = await findPerson(client, identity.email);
      if (known === null) return add(client, entering);
      if (known.disabled) return 'account_disabled';
      return (await isTheirs(client, known, entering)) ? link(client, known, entering) : 'email_taken';
    });
  }
}

/** False: the attempt has succeeded before. */
async function useUp(client: pg.ClientBase, { attempt, nowMs }: Entering): Promise<boolean> {
  await client.query('DELETE FROM openid_attempt WHERE expires_at_ms <= $1', [nowMs]);
  const { rowCount } = await client.query('INSERT INTO openid_attempt VALUES ($1, $2) ON CONFLICT DO NOTHING', [
    attempt.state_hash,
    attempt.endsMs,
  ]);
  return rowCount === 1;
}

async function findLinked(client: pg.ClientBase, { issuer, subject }: OpenidIdentity): Promise<Person | null> {
  const { rows } = await client.query<PersonRow>(
    `SELECT ${PERSON_COLUMNS} FROM person WHERE openid_issuer = $1 AND openid_subject = $2`,
    [issuer, subject],
  );
  return rows[0] === undefined ? null : personOf(rows[0]);
}

/**
 * Whether an account with the address of an identity is that person's, so that it can be linked. The provider must confirm the
 * address, and the account either waits for whoever was invited by it, or belongs to the session that began the attempt.
 */
async function isTheirs(client: pg.ClientBase, person: Person, { identity, attempt }: Entering): Promise<boolean> {
  if (!identity.isVerified || person.signs_in_by === 'openid') return false;
  if (person.signs_in_by === 'invitation') return true;
  const { rowCount } = await client.query('SELECT FROM session WHERE token_hash = $1 AND email = $2', [
    attempt.sessionHash,
    person.email,
  ]);
  return rowCount === 1;
}

async function withRole(client: pg.ClientBase, before: Person, entering: Entering): Promise<Person> {
  const { identity, nowMs } = entering;
  const { role } = identity;
  if (role === before.role) return before;
  const { email } = before;
  const { rows } = await client.query<PersonRow>(
    `UPDATE person SET role = $2, updated_at_ms = $3 WHERE email = $1 RETURNING ${PERSON_COLUMNS}`,
    [email, role, nowMs],
  );
  return recorded(client, before, rows, entering);
}

async function link(client: pg.ClientBase, before: Person, entering: Entering): Promise<Person> {
  const { identity, nowMs } = entering;
  const { issuer, subject, role } = identity;
  const { email } = before;
  const { rows } = await client.query<PersonRow>(
    `UPDATE person SET role = $2, password_hash = NULL, must_change_password = false, openid_issuer = $3, openid_subject = $4, updated_at_ms = $5
      WHERE email = $1 RETURNING ${PERSON_COLUMNS}`,
    [email, role, issuer, subject, nowMs],
  );
  await client.query('DELETE FROM session WHERE email = $1', [email]);
  await client.query('DELETE FROM one_time_link WHERE email = $1', [email]);
  await client.query('DELETE FROM second_factor WHERE email = $1', [email]);
  await forgetDevices(client, email, null);
  return recorded(client, before, rows, entering);
}

async function add(client: pg.ClientBase, entering: Entering): Promise<Person | 'limit_reached'> {
  const { identity, nowMs } = entering;
  const { issuer, subject, email, name, role } = identity;
  const { rows: counted } = await client.query<{ readonly count: number }>(
    'SELECT count(*)::integer AS count FROM person',
  );
  if ((counted[0]?.count ?? 0) >= PEOPLE_AT_MOST) return 'limit_reached';
  const { rows } = await client.query<PersonRow>(
    `INSERT INTO person (email, name, role, openid_issuer, openid_subject, disabled, created_at_ms, updated_at_ms)
      VALUES ($1, $2, $3, $4, $5, false, $6, $6) RETURNING ${PERSON_COLUMNS}`,
    [email, name, role, issuer, subject, nowMs],
  );
  return recorded(client, null, rows, entering);
}

/** The person of the changed row, once the change is in the audit log: the person made it by signing in. */
async function recorded(
  client: pg.ClientBase,
  before: Person | null,
  rows: readonly PersonRow[],
  { attempt, nowMs }: Entering,
): Promise<Person> {
  const after = personOf(rows[0] as PersonRow);
  const change = changeOf(after.email, { who: after.email, address: attempt.address, nowMs });
  await appendChange(client, {
    ...change,
    before: before === null ? null : shownOf(before),
    after: shownOf(after),
  });
  return after;
}
