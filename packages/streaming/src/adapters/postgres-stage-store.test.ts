import { readFile } from 'node:fs/promises';
import { type StoresFor, openStores } from '@hilo/test-stack';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TransientFaultError } from '../ports/retry.ts';
import type { Acquired } from '../ports/store.ts';
import { insertNote, NOTES, stageStoreContract } from '../testing/stage-store-contract.ts';
import { PostgresStageStore } from './postgres-stage-store.ts';

const SCHEMA = 'contract';
const TABLES = new URL('../../postgres/0001-stage.sql', import.meta.url);
let stores: StoresFor<'postgres'>;
let admin: pg.Client;
let opened: PostgresStageStore[] = [];

function open(owner: string): PostgresStageStore {
  const store = new PostgresStageStore({ url: stores.postgresUrl, schema: SCHEMA, owner });
  opened.push(store);
  return store;
}

async function empty() {
  await admin.query('TRUNCATE checkpoint, outbox, state, note');
  return { open };
}

beforeAll(async () => {
  stores = await openStores('postgres');
  admin = new pg.Client({ connectionString: stores.postgresUrl, options: `-c search_path=${SCHEMA}` });
  await admin.connect();
  await admin.query(`CREATE SCHEMA ${SCHEMA}`);
  await admin.query(await readFile(TABLES, 'utf8'));
  await admin.query('CREATE TABLE note (id text PRIMARY KEY)');
}, 120_000);

afterEach(async () => {
  await Promise.all(opened.map((store) => store.close()));
  opened = [];
});

afterAll(async () => {
  await admin.end();
  await stores.close();
});

describe('PostgresStageStore', () => {
  describe('as every store', () => stageStoreContract(empty));

  describe('when its connection breaks', () => {
    let store: PostgresStageStore;

    beforeEach(async () => {
      await empty();
      store = open('one');
    });

    async function acquired(): Promise<Acquired> {
      const [one] = await store.acquire([0]);
      if (one === undefined) throw new Error('not acquired');
      return one;
    }

    function commit({ partition, epoch, checkpoint }: Acquired, sql = 'INSERT INTO note (id) VALUES ($1) RETURNING 1') {
      const writes = [{ ...insertNote('n'), name: sql, sql }];
      return store.commit([{ partition, epoch, checkpoint, outbox: [], acknowledged: [] }], writes);
    }

    async function terminate(where = 'true'): Promise<number> {
      const { rowCount } = await admin.query(
        `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
         WHERE application_name = 'hilo one' AND datname = current_database() AND ${where}`,
      );
      return rowCount ?? 0;
    }

    /** A part of a commit that waits for the lock on notes that `admin` holds. */
    async function blocked(work: () => Promise<unknown>): Promise<{ outcome: Promise<unknown> }> {
      await admin.query('BEGIN');
      await admin.query('LOCK TABLE note IN ACCESS EXCLUSIVE MODE');
      const outcome = work().then(
        (result) => result,
        (error: unknown) => error,
      );
      await expect
        .poll(async () => (await admin.query(`SELECT 1 FROM pg_locks WHERE NOT granted`)).rowCount, { timeout: 10_000 })
        .toBeGreaterThan(0);
      return { outcome };
    }

    it('says that it is unavailable, and connects again', async () => {
      const one = await acquired();
      expect(await terminate()).toBe(1);
      await expect.poll(() => store.rows(NOTES).catch((error: unknown) => error), { timeout: 10_000 }).toEqual([]);
      expect(await commit(one)).toEqual({ kind: 'committed' });
    });

    it('loses a commit that was under way as a whole', async () => {
      const one = await acquired();
      const { outcome } = await blocked(() => commit(one));
      await terminate(`wait_event_type = 'Lock'`);
      expect(await outcome).toBeInstanceOf(TransientFaultError);
      await admin.query('COMMIT');
      expect(await store.rows(NOTES)).toEqual([]);
      expect(await commit(one)).toEqual({ kind: 'committed' });
    });

    it('finds out that a commit given up went through after all', async () => {
      const one = await acquired();
      const { outcome } = await blocked(() => commit(one));
      // The client goes, the statement stays: its answer reaches nobody.
      await store.close();
      expect(await Promise.race([outcome, Promise.resolve('under way')])).toBe('under way');
      await admin.query('COMMIT');
      await expect.poll(() => store.rows(NOTES), { timeout: 10_000 }).toEqual([{ id: 'n' }]);
      expect(await commit(one)).toEqual({ kind: 'fenced', lost: [], outdated: [0] });
    });

    it('refuses a commit that waited while another instance took over', async () => {
      const one = await acquired();
      await admin.query('BEGIN');
      await admin.query('UPDATE checkpoint SET epoch = epoch + 1');
      const outcome = commit(one);
      await expect
        .poll(async () => (await admin.query(`SELECT 1 FROM pg_locks WHERE NOT granted`)).rowCount, { timeout: 10_000 })
        .toBeGreaterThan(0);
      await admin.query('COMMIT');
      expect(await outcome).toEqual({ kind: 'fenced', lost: [0], outdated: [] });
      expect(await store.rows(NOTES)).toEqual([]);
    });

    it('says that it is unavailable where nothing listens, and where the name leads nowhere', async () => {
      for (const address of ['127.0.0.1:1', 'no-such-host.invalid:5432']) {
        const url = new URL(stores.postgresUrl);
        url.host = address;
        const unreachable = new PostgresStageStore({ url: url.href, schema: SCHEMA, owner: 'away' });
        await expect(unreachable.start()).rejects.toBeInstanceOf(TransientFaultError);
      }
    });

    it('calls a statement that is wrong an error, and goes on', async () => {
      const one = await acquired();
      const wrong = commit(one, 'INSERT INTO note (id, x) VALUES ($1, 1) RETURNING 1');
      await expect(wrong).rejects.toThrow('column "x"');
      await expect(wrong).rejects.not.toBeInstanceOf(TransientFaultError);
      expect(await commit(one)).toEqual({ kind: 'committed' });
    });

    it('keeps to one connection, however many ask at once', async () => {
      const answers = await Promise.all(Array.from({ length: 8 }, () => store.rows(NOTES)));
      expect(answers).toHaveLength(8);
      expect(await terminate()).toBe(1);
    });
  });

  it('takes partitions over one instance after the other', async () => {
    await empty();
    const all = await Promise.all(['a', 'b', 'c', 'd'].map((owner) => open(owner).acquire([2, 0, 1])));
    for (const partition of [0, 1, 2]) {
      const epochs = all.flatMap((found) =>
        found.filter((one) => one.partition === partition).map(({ epoch }) => epoch),
      );
      expect(new Set(epochs).size).toBe(all.length);
    }
  });
});
