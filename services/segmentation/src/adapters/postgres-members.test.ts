import { migratePostgres, openStores, type StoresFor } from '@hilo/test-stack';
import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newProfile, type ProfileState } from '../domain/profile-state.ts';
import { MEMBER_TABLES } from './postgres-members.ts';

let database: StoresFor<'postgres'>;
let client: pg.Client;

beforeAll(async () => {
  database = await openStores('postgres');
  await migratePostgres(database.postgresUrl, ['segmentation']);
  client = new pg.Client({ connectionString: database.postgresUrl, options: '-c search_path=segmentation' });
  await client.connect();
}, 120_000);

afterAll(async () => {
  await client.end();
  await database.close();
});

const memberships = fc
  .dictionary(
    fc.constantFrom('a', 'b', 'c'),
    fc.record({ segment_version: fc.nat({ max: 2 }), since_ms: fc.nat({ max: 9 }) }),
  )
  .map((entries) => new Map(Object.entries(entries)));
/** For each of four profiles: its memberships, or null where it is absorbed. */
const batch = fc.array(fc.option(memberships), { minLength: 4, maxLength: 4 });

describe('the mirror of members', () => {
  it('holds after every commit what the states hold', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(batch, { minLength: 1, maxLength: 6 }), async (batches) => {
        await client.query('TRUNCATE member, member_count');
        let states: readonly (ProfileState | null)[] = batches[0]?.map(() => null) ?? [];
        for (const next of batches) {
          const before = states;
          states = next.map((held, index) =>
            held === null ? null : { ...newProfile(`p${index}`), memberships: held },
          );
          const changes = states.map((after, index) => ({
            key: `p${index}`,
            partition: index % 2,
            before: before[index] ?? null,
            after,
          }));
          for (const { sql, values } of MEMBER_TABLES.project(changes)) await client.query(sql, [...values]);
          await expectMirrored(states);
        }
      }),
      { numRuns: 40 },
    );
  }, 60_000);
});

async function expectMirrored(states: readonly (ProfileState | null)[]): Promise<void> {
  const expected = states.flatMap((state, index) =>
    [...(state?.memberships ?? [])].map(([segment, { segment_version, since_ms }]) => ({
      segment,
      profile_id: `p${index}`,
      partition: index % 2,
      segment_version: String(segment_version),
      since_ms: String(since_ms),
    })),
  );
  const { rows } = await client.query('SELECT * FROM member ORDER BY segment, profile_id');
  const bySegment = (one: { segment: string }, other: { segment: string }): number =>
    one.segment < other.segment ? -1 : one.segment > other.segment ? 1 : 0;
  expect(rows).toEqual(expected.sort(bySegment));
  const counts = await client.query('SELECT segment, partition, members::int FROM member_count WHERE members <> 0');
  for (const { segment, partition, members } of counts.rows as {
    segment: string;
    partition: number;
    members: number;
  }[]) {
    expect(members).toBe(expected.filter((row) => row.segment === segment && row.partition === partition).length);
  }
  expect(counts.rows.length).toBe(new Set(expected.map(({ segment, partition }) => `${segment} ${partition}`)).size);
}
