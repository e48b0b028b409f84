import { SERVICE_NAMES } from '@hilo/infra';
import { sharedStack } from '@hilo/test-stack';
import { Client } from 'pg';
import { expect, it } from 'vitest';

const { postgresUrl, postgresUrls } = sharedStack();

const userOf = (url: string) => decodeURIComponent(new URL(url).username);

it('every service is connected to PostgreSQL as its own user, and none as the owner', async () => {
  const client = new Client({ connectionString: postgresUrl });
  await client.connect();
  try {
    // Services call their connections "hilo …"; this one has no name.
    const { rows } = await client.query<{ usename: string }>(
      `SELECT DISTINCT usename FROM pg_stat_activity
       WHERE application_name LIKE 'hilo%' AND datname = current_database() ORDER BY usename`,
    );
    const own = SERVICE_NAMES.map((service) => userOf(postgresUrls[service])).sort();
    expect(new Set(own).size).toBe(SERVICE_NAMES.length);
    expect(own).not.toContain(userOf(postgresUrl));
    expect(rows.map(({ usename }) => usename)).toEqual(own);
  } finally {
    await client.end();
  }
});
