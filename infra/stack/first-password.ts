import { randomBytes } from 'node:crypto';
import { Client } from 'pg';

/** The variable that tells the console the password of its first admin. */
export const FIRST_PASSWORD = 'HILO_CONSOLE_FIRST_PASSWORD';

const BYTES = 12;

/**
 * A password for the console's first admin; null where somebody can sign in already, or the environment brings one. It
 * is made at the start that adds the admin, handed on in memory, and kept nowhere.
 */
export async function firstPassword(
  postgres_url: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string | null> {
  if (environment[FIRST_PASSWORD] !== undefined || environment[`${FIRST_PASSWORD}_FILE`] !== undefined) return null;
  const client = new Client({ connectionString: postgres_url });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT FROM console.person LIMIT 1');
    return rowCount === 0 ? randomBytes(BYTES).toString('base64url') : null;
  } finally {
    await client.end();
  }
}
