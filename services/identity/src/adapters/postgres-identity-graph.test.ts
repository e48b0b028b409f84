import { type StoresFor, migratePostgres, openStores } from '@hilo/test-stack';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventOf } from '../testing/events.ts';
import { agreesWithNaiveModel, staysOneGraph } from '../testing/identity-laws.ts';
import { postgresGraphStore } from '../testing/postgres-graph-store.ts';
import { resolveBatch } from '../testing/resolve-in-batches.ts';
import { graphWrites } from './postgres-identity-graph.ts';

const INSTANCES = 3;
let stores: Awaited<ReturnType<typeof postgresGraphStore>>[] = [];
let database: StoresFor<'postgres'>;
let admin: pg.Client;

async function emptied(): Promise<typeof stores> {
  await admin.query('TRUNCATE identity.identifier, identity.profile, identity.merge');
  return stores;
}

beforeAll(async () => {
  database = await openStores('postgres');
  await migratePostgres(database.postgresUrl, ['identity']);
  admin = new pg.Client({ connectionString: database.postgresUrl });
  await admin.connect();
  stores = await Promise.all(Array.from({ length: INSTANCES }, () => postgresGraphStore(database.postgresUrl)));
}, 120_000);

afterAll(async () => {
  await Promise.all(stores.map((store) => store.close()));
  await admin.end();
  await database.close();
});

function firstOf(opened: typeof stores): (typeof stores)[number] {
  const [store] = opened;
  if (store === undefined) throw new Error('no store is open');
  return store;
}

describe('the identity graph in PostgreSQL', () => {
  test('holds any history as the naive model says', async () => {
    await agreesWithNaiveModel(async () => firstOf(await emptied()), 30);
  });

  test('stays one graph where several connections work on it at once', async () => {
    await staysOneGraph(emptied, 30);
  });

  test('refuses what was folded over rows that changed since', async () => {
    const [one, two] = await emptied();
    if (one === undefined || two === undefined) throw new Error('two stores are open');
    const login = eventOf({ message_id: 'm1', user_id: 'u1', anonymous_id: 'a1' });
    const first = await resolveBatch(one, [login]);
    const second = await resolveBatch(two, [{ ...login, message_id: 'm2' }]);
    expect(await one.write(graphWrites(first.graph.changes()))).toBe(true);
    expect(await two.write(graphWrites(second.graph.changes()))).toBe(false);
    const again = await resolveBatch(two, [{ ...login, message_id: 'm2' }]);
    expect(again.resolved[0]?.profile_id).toBe('1');
    expect(graphWrites(again.graph.changes())).toEqual([]);
  });

  test('says the same in the identifier rows, the profile rows and the merge rows', async () => {
    await staysOneGraph(emptied, 1);
    const { rows } = await admin.query(`
      SELECT i.type, i.value FROM identity.identifier i
      FULL JOIN (
        SELECT p.profile_id, pair ->> 0 AS type, pair ->> 1 AS value
        FROM identity.profile p, jsonb_array_elements(p.identifiers) pair WHERE p.merged_into IS NULL
      ) listed USING (profile_id, type, value)
      WHERE i.profile_id IS NULL OR listed.profile_id IS NULL
      UNION ALL
      SELECT 'merge', p.profile_id FROM identity.profile p FULL JOIN identity.merge m ON m.absorbed = p.profile_id
      WHERE p.merged_into IS DISTINCT FROM m.survivor`);
    expect(rows).toEqual([]);
  });
});
