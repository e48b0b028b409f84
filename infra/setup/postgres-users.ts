import { Client, DatabaseError, escapeIdentifier, escapeLiteral } from 'pg';
import { underSetUpLock } from './migrate-postgres.ts';
import { scramVerifier } from './scram-verifier.ts';

/** URLs with which the services connect, by schema; null or absent: that service connects as the owner. */
export type ServiceUrls = Readonly<Record<string, string | null | undefined>>;

/** A user that logs in. */
interface User {
  readonly url: string;
  readonly name: string;
  /** Empty: a certificate, or another way of the server's, lets it in. */
  readonly password: string;
}

/** The user of one service. */
interface ServiceUser extends User {
  readonly schema: string;
}

/** Reads PostgreSQL's own figures for the exporter, and no rows. */
const MONITOR = 'hilo_monitor';

const CONNECT_WITHIN_MS = 10_000;

/** PostgreSQL's answers to a user that does not exist, or has another password. */
const NOT_THIS_LOGIN = new Set(['28000', '28P01']);

/** PostgreSQL's answer to a user that may not connect to this database, although its password is right. */
const MAY_NOT_CONNECT = '42501';

/**
 * Gives each service's PostgreSQL user the rights that it needs in the schema of its service, and no others: it reads and
 * writes rows, owns nothing, and cannot open another schema. Creates a user that does not exist, and sets the password of one
 * that has another; for that, the owner must be a superuser or have CREATEROLE. A user whose URL has no password gets none.
 * Safe to repeat. Returns the schemas whose service has no user of its own.
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
      await letLogIn(client, user);
      await grant(client, user);
    }
  });
  return schemas.filter((schema) => !users.some((user) => user.schema === schema));
}

/**
 * Gives the user of the exporter, `hilo_monitor`, PostgreSQL's role `pg_monitor` and nothing else; creates it, or sets its password.
 * For that, the owner must be a superuser or be allowed to give that role. Safe to repeat.
 */
export async function grantPostgresMonitor(ownerUrl: string, password: string): Promise<void> {
  const url = new URL(ownerUrl);
  Object.assign(url, { username: MONITOR, password: encodeURIComponent(password) });
  await underSetUpLock(ownerUrl, async (client) => {
    await letLogIn(client, { url: url.href, name: MONITOR, password });
    await client.query(`GRANT CONNECT ON DATABASE ${await databaseOf(client)} TO ${MONITOR}`);
    await giveFigures(client);
  });
}

/** Gives the role, unless somebody has: whoever may not give it fails even if there is nothing to do. */
async function giveFigures(client: Client): Promise<void> {
  const { rows } = await client.query<{ may: boolean }>("SELECT pg_has_role($1, 'pg_monitor', 'MEMBER') AS may", [
    MONITOR,
  ]);
  if (rows[0]?.may === true) return;
  try {
    await client.query(`GRANT pg_monitor TO ${MONITOR}`);
  } catch (error) {
    throw new Error(
      `PostgreSQL refuses to give ${MONITOR} the role pg_monitor (${(error as Error).message}): ` +
        'give it yourself, or do not set HILO_MONITOR_POSTGRES_PASSWORD',
    );
  }
}

function userOf(schema: string, url: string | null | undefined, owner: string): readonly ServiceUser[] {
  if (url === null || url === undefined) return [];
  const { username, password } = new URL(url);
  const name = decodeURIComponent(username);
  if (name === '' || name === owner) return [];
  return [{ schema, url, name, password: decodeURIComponent(password) }];
}

async function letLogIn(client: Client, user: User): Promise<void> {
  if (user.password === '' ? !(await exists(client, user)) : !(await canLogIn(user.url))) await define(client, user);
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

async function exists(client: Client, { name }: User): Promise<boolean> {
  return (await client.query('SELECT FROM pg_roles WHERE rolname = $1', [name])).rowCount !== 0;
}

/** Creates the user, or sets its password. */
async function define(client: Client, user: User): Promise<void> {
  const { name, password } = user;
  const how = (await exists(client, user)) ? 'ALTER' : 'CREATE';
  const login = password === '' ? '' : ` PASSWORD ${escapeLiteral(scramVerifier(password))}`;
  try {
    await client.query(`${how} ROLE ${escapeIdentifier(name)} LOGIN${login}`);
  } catch (error) {
    throw new Error(
      `PostgreSQL refuses to ${how.toLowerCase()} the user ${name} (${(error as Error).message}): ` +
        `create it yourself${password === '' ? '' : ' with the password of its URL'}, or give the owner CREATEROLE`,
    );
  }
}

/** In one transaction: a running service never lacks a right meanwhile. */
async function grant(client: Client, { schema, name }: ServiceUser): Promise<void> {
  const [inside, user] = [escapeIdentifier(schema), escapeIdentifier(name)];
  const database = await databaseOf(client);
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

/** The name of the database, to write into a statement. */
async function databaseOf(client: Client): Promise<string> {
  const { rows } = await client.query<{ database: string }>('SELECT current_database() AS database');
  return escapeIdentifier(rows[0]?.database ?? '');
}
