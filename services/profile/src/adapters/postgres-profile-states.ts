import pg from 'pg';
import { PROFILE_CODEC } from '../domain/profile-codec.ts';
import type { PlacedProfile } from '../re-emission.ts';

const PAGE_ROWS = 500;

// For an absorbed profile, the stage keeps only its survivor; the copy has the state that it had.
const PAGE = `
  SELECT s.partition, s.key, coalesce(convert_from(s.body, 'UTF8'), d.body) AS body, s.protocol
  FROM state s LEFT JOIN document d ON d.profile_id = s.key
  WHERE (s.partition, s.key) > ($1::int, $2::text) ORDER BY s.partition, s.key LIMIT ${PAGE_ROWS}`;

interface Row {
  readonly partition: number;
  readonly key: string;
  readonly body: string | null;
  readonly protocol: string | null;
}

/** All profiles of the stage, by partition and id, page by page. */
export async function* storedProfiles(postgresUrl: string): AsyncGenerator<readonly PlacedProfile[]> {
  const client = new pg.Client({ connectionString: postgresUrl, options: '-c search_path=profile' });
  await client.connect();
  try {
    let after: readonly [partition: number, key: string] = [-1, ''];
    for (;;) {
      const { rows } = await client.query<Row>(PAGE, [...after]);
      const last = rows.at(-1);
      if (last === undefined) return;
      after = [last.partition, last.key];
      yield rows.flatMap((row) => profileOf(row) ?? []);
    }
  } finally {
    await client.end();
  }
}

function profileOf({ partition, body, protocol }: Row): PlacedProfile | null {
  if (body === null) return null;
  const { redirect } = (protocol === null ? {} : JSON.parse(protocol)) as {
    readonly redirect?: { readonly to: string };
  };
  return { partition, state: PROFILE_CODEC.decode(Buffer.from(body)), survivor: redirect?.to ?? null };
}
