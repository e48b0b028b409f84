import { Client, DatabaseError, escapeIdentifier, escapeLiteral } from 'pg';
import { underSetUpLock } from './migrate-postgres.ts';
import { scramVerifier } from './scram-verifier.ts';

/** URLs with which the services connect, by schema; null or absent: that service connects as the owner. */
export type ServiceUrls = Readonly<Record<string, string | null | undefined>>;

/** The user of one service. */
interface ServiceUser {
  readonly schema: string;
  readonly url: string;
  readonly name: string;
  readonly password: string;
}

const CONNECT_WITHIN_MS = 10_000;

/** PostgreSQL's answers to a user that does not exist, or has another password. */
const NOT_THIS_LOGIN = new Set(['28000', '28P01']);

/** PostgreSQL's answer to a user that may not connect to this database, although its password is right. */
const MAY_NOT_CONNECT = '42501';

/**
 * Gives each service's PostgreSQL user the rights that it needs in the schema of its service, and no others: it reads and
 * writes rows, owns nothing, and cannot open another schema. Creates a user that does not exist, and sets the password of one
 * that has another; for that, the owner must be a superuser or have CREATEROLE. Safe to repeat. Returns the schemas whose
 * service has no user of its own.
 */
export async function grantPostgresUsers(
  ownerUrl: string,
  urls: ServiceUrls,
  schemas: readonly string[],
): Promise<readonly string[]> {
  const owner = decodeURIComponent(new URL(ownerUrl).username);
  const users = schemas.flatMap((schema) => userOf(schema, urls[schema], owner));
  await underSetUpLock(ownerUrl, async (client) => {
    for (const user of users) {
      if (!(await canLogIn(user.url))) await setPassword(client, user);
      await grant(client, user);
    }
  });
  return schemas.filter((schema) => !users.some((user) => user.schema === schema));
}

function userOf(schema: string, url: string | null | undefined, owner: string): readonly ServiceUser[] {
  if (url === null || url === undefined) return [];
  const { username, password } = new URL(url);
  const name = decodeURIComponent(username);
  if (name === '' || name === owner) return [];
  return [{ schema, url, name, password: decodeURIComponent(password) }];
}

async function canLogIn(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: CONNECT_WITHIN_MS });
  // It reports the end of a refused connection once more.
  client.on('error', () => {});
  try {
    await client.connect();
    return true;
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    if (error.code === MAY_NOT_CONNECT) return true;
    if (NOT_THIS_LOGIN.has(error.code ?? '')) return false;
    throw error;
  } finally {
    await client.end();
  }
}

async function setPassword(client: Client, { schema, name, password }: ServiceUser): Promise<void> {
  if (password === '')
    throw new Error(`the PostgreSQL user ${name} of ${schema} cannot log in, and its URL has no password to give it`);
  const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [name]);
  const how = rowCount === 0 ? 'CREATE' : 'ALTER';
  try {
    await client.query(
      `${how} ROLE ${escapeIdentifier(name)} LOGIN PASSWORD ${escapeLiteral(scramVerifier(password))}`,
    );
  } catch (error) {
    throw new Error(
      `PostgreSQL refuses to ${how.toLowerCase()} the user ${name} of ${schema} (${(error as Error).message}): ` +
        'create it yourself with the password of its URL, or give the owner CREATEROLE',
    );
  }
}

/** In one transaction: a running service never lacks a right meanwhile. */
async function grant(client: Client, { schema, name }: ServiceUser): Promise<void> {
  const [inside, user] = [escapeIdentifier(schema), escapeIdentifier(name)];
  const { rows } = await client.query<{ database: string }>('SELECT current_database() AS database');
  const database = escapeIdentifier(rows[0]?.database ?? '');
  await client.query(`
    BEGIN;
    GRANT CONNECT ON DATABASE ${database} TO ${user};
    GRANT USAGE ON SCHEMA ${inside} TO ${user};
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${inside} TO ${user};
    REVOKE INSERT, UPDATE, DELETE ON ${inside}.migration FROM ${user};
    GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA ${inside} TO ${user};
    REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA ${inside} FROM PUBLIC;
    GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ${inside} TO ${user};
    COMMIT`);
}
