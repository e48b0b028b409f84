import { randomBytes } from 'node:crypto';
import { Client } from 'pg';

/** The variable with the password of the console's first admin. */
export const FIRST_PASSWORD = 'HILO_CONSOLE_FIRST_PASSWORD';

const BYTES = 12;

/**
 * A password for the console's first admin; null if somebody can already sign in, or the environment has one. It is
 * generated at the start that adds the admin, passed on in memory, and stored nowhere.
 */
export async function firstPassword(
  postgresUrl: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string | null> {
  if (environment[FIRST_PASSWORD] !== undefined || environment[`${FIRST_PASSWORD}_FILE`] !== undefined) return null;
  const client = new Client({ connectionString: postgresUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT FROM console.person LIMIT 1');
    return rowCount === 0 ? randomBytes(BYTES).toString('base64url') : null;
  } finally {
    await client.end();
  }
}
