import type pg from 'pg';
import { ONE_TIME_LINKS, type StoredLink } from '../domain/one-time-link.ts';
import type { Person } from '../domain/person.ts';
import type { Acceptance, LinkHolder, OneTimeLinks, PasswordReset, UsedAt } from '../link-ports.ts';
import type { By } from '../ports.ts';
import {
  changeOf,
  changingPeople,
  findPerson,
  forgetDevices,
  PERSON_COLUMNS,
  type PersonRow,
  personOf,
  shownOf,
} from './person-rows.ts';
import { appendChange } from './postgres-audit-log.ts';
import type { PostgresConsole } from './postgres-console.ts';

const RESETS: readonly StoredLink['purpose'][] = ['reset_by_admin', 'reset_by_mail'];

/** Stores one-time links in PostgreSQL, table `one_time_link`. */
export class PostgresOneTimeLinks implements OneTimeLinks {
  readonly #console: PostgresConsole;

  constructor(console: PostgresConsole) {
    this.#console = console;
  }

  async invite(email: string, link: StoredLink, by: By): Promise<'made' | 'unknown' | 'not_invited'> {
    return changingPeople(this.#console, async (client) => {
      const person = await findPerson(client, email);
      if (person === null) return 'unknown';
      if (person.signs_in_by !== 'invitation') return 'not_invited';
      await replaceLink(client, email, link);
      await appendChange(client, { ...changeOf(email, by), before: shownOf(person), after: withNew(person, link) });
      return 'made';
    });
  }

  async reset(email: string, link: StoredLink, by: By): Promise<'made' | 'unknown' | 'not_accepted'> {
    return changingPeople(this.#console, async (client) => {
      const person = await findPerson(client, email);
      if (person === null) return 'unknown';
      if (person.signs_in_by === 'invitation') return 'not_accepted';
      await replaceLink(client, email, link);
      await appendChange(client, { ...changeOf(email, by), before: shownOf(person), after: withNew(person, link) });
      return 'made';
    });
  }

  async resetByMail(email: string, link: StoredLink, nowMs: number): Promise<LinkHolder | null> {
    return changingPeople(this.#console, async (client) => {
      const person = await findPerson(client, email);
      if (person === null || person.disabled || person.signs_in_by !== 'password') return null;
      await client.query('DELETE FROM one_time_link WHERE email = $1 AND expires_at_ms <= $2', [email, nowMs]);
      const { rowCount } = await client.query('SELECT FROM one_time_link WHERE email = $1 AND purpose = $2', [
        email,
        link.purpose,
      ]);
      if ((rowCount ?? 0) >= ONE_TIME_LINKS.reset.byMailAtMost) return null;
      await insertLink(client, email, link);
      return { email, name: person.name };
    });
  }

  async holder(
    token_hash: Buffer,
    purposes: readonly StoredLink['purpose'][],
    nowMs: number,
  ): Promise<LinkHolder | null> {
    const [holder] = await this.#console.rows<LinkHolder>(
      `SELECT person.email, name FROM one_time_link JOIN person USING (email)
        WHERE token_hash = $1 AND purpose = ANY($2) AND expires_at_ms > $3 AND NOT disabled`,
      [token_hash, purposes, nowMs],
    );
    return holder ?? null;
  }

  async accept(token_hash: Buffer, { password_hash, name }: Acceptance, at: UsedAt): Promise<Person | null> {
    const { nowMs } = at;
    return changingPeople(this.#console, async (client) => {
      const before = await take(client, token_hash, ['invitation'], nowMs);
      if (before === null) return null;
      const { email } = before;
      const { rows } = await client.query<PersonRow>(
        `UPDATE person SET password_hash = $2, must_change_password = false, name = coalesce($3, name), updated_at_ms = $4
          WHERE email = $1 RETURNING ${PERSON_COLUMNS}`,
        [email, password_hash, name, nowMs],
      );
      const after = personOf(rows[0] as PersonRow);
      const change = { ...changeOf(email, { who: email, ...at }), before: shownOf(before), after: shownOf(after) };
      await appendChange(client, change);
      return after;
    });
  }

  async setPassword(
    token_hash: Buffer,
    { password_hash, revokesTokens }: PasswordReset,
    at: UsedAt,
  ): Promise<Person | null> {
    const { nowMs } = at;
    return changingPeople(this.#console, async (client) => {
      const before = await take(client, token_hash, RESETS, nowMs);
      if (before === null) return null;
      const { email } = before;
      const { rows } = await client.query<PersonRow>(
        `UPDATE person SET password_hash = $2, must_change_password = false, openid_issuer = NULL, openid_subject = NULL,
          updated_at_ms = $3
          WHERE email = $1 RETURNING ${PERSON_COLUMNS}`,
        [email, password_hash, nowMs],
      );
      await client.query('DELETE FROM one_time_link WHERE email = $1', [email]);
      await client.query('DELETE FROM session WHERE email = $1', [email]);
      await forgetDevices(client, email, null);
      if (revokesTokens) await client.query('DELETE FROM api_token WHERE owner = $1', [email]);
      const after = personOf(rows[0] as PersonRow);
      const shown = { ...shownOf(after), password: 'new', ...(revokesTokens ? { revoke_tokens: true } : {}) };
      await appendChange(client, { ...changeOf(email, { who: email, ...at }), before: shownOf(before), after: shown });
      return after;
    });
  }
}

/** Adds a link of a person. */
export async function insertLink(client: pg.ClientBase, email: string, link: StoredLink): Promise<void> {
  const { token_hash, purpose, created_at_ms, expires_at_ms } = link;
  await client.query(
    `INSERT INTO one_time_link (token_hash, purpose, email, created_at_ms, expires_at_ms) VALUES ($1, $2, $3, $4, $5)`,
    [token_hash, purpose, email, created_at_ms, expires_at_ms],
  );
}

async function replaceLink(client: pg.ClientBase, email: string, link: StoredLink): Promise<void> {
  await client.query('DELETE FROM one_time_link WHERE email = $1 AND purpose = $2', [email, link.purpose]);
  await insertLink(client, email, link);
}

/** Uses a link up, and returns whose it was; null if it does not work. */
async function take(
  client: pg.ClientBase,
  token_hash: Buffer,
  purposes: readonly StoredLink['purpose'][],
  nowMs: number,
): Promise<Person | null> {
  const { rows } = await client.query<{ readonly email: string }>(
    `DELETE FROM one_time_link USING person WHERE token_hash = $1 AND purpose = ANY($2) AND expires_at_ms > $3
      AND person.email = one_time_link.email AND NOT disabled RETURNING person.email`,
    [token_hash, purposes, nowMs],
  );
  return rows[0] === undefined ? null : findPerson(client, rows[0].email);
}

/** A person as the audit log shows them with a new link. */
function withNew(person: Person, { purpose, expires_at_ms }: StoredLink) {
  const kind = purpose === 'invitation' ? 'invitation' : 'reset_link';
  return { ...shownOf(person), [kind]: { expires_at: new Date(expires_at_ms).toISOString() } };
}
