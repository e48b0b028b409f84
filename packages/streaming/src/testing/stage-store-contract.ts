import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { BatchTooLargeError, STATE_BYTES } from '../commit/batch-bytes.ts';
import type { Statement } from '../language/logic.ts';
import { LEASE_MS } from '../partitions/owned-partition.ts';
import type { Checkpoint } from '../ports/checkpoint.ts';
import type { Acquired, PartitionCommit, StageStore, StateRow } from '../ports/store.ts';

/** A database that several instances open. */
export interface ContractDatabase {
  /** Another instance. */
  open(owner: string): StageStore;
}

/** Inserts a note; an existing note is a unique violation. */
export function insertNote(id: string): Statement {
  return { name: 'insert-note', sql: 'INSERT INTO note (id) VALUES ($1::text) RETURNING 1', values: [id] };
}

/** Renames an existing note. */
export function renameNote(id: string, to: string): Statement {
  const sql = 'UPDATE note SET id = $2::text WHERE id = $1::text RETURNING 1';
  return { name: 'rename-note', sql, values: [id, to], expectRows: 1 };
}

/** All notes. */
export const NOTES: Statement = { name: 'notes', sql: 'SELECT id FROM note ORDER BY id COLLATE "C"', values: [] };

function commitOf(acquired: Acquired, more: Partial<PartitionCommit> = {}, revision?: number): PartitionCommit {
  const { partition, epoch, checkpoint } = acquired;
  const moved = { ...checkpoint, revision: revision ?? checkpoint.revision };
  return { partition, epoch, checkpoint: moved, outbox: [], acknowledged: [], ...more };
}

async function acquireOne(store: StageStore, partition = 0): Promise<Acquired> {
  const [acquired] = await store.acquire([partition]);
  if (acquired === undefined) throw new Error('nothing was acquired');
  return acquired;
}

const KEY = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }).filter((key) => !key.includes('\0'));
const STATE: fc.Arbitrary<Omit<StateRow, 'partition' | 'key'>> = fc.record({
  body: fc.option(fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes))),
  due_ms: fc.option(fc.integer({ min: 0, max: 4_000_000_000_000 })),
  protocol: fc.option(fc.string({ unit: 'grapheme' }).map((text) => JSON.stringify({ text }))),
});

function row(key: string, due_ms: number | null = null, partition = 0): StateRow {
  return { partition, key, body: Buffer.from(key), due_ms, protocol: null };
}

/**
 * What every stage store guarantees; the same for memory and for PostgreSQL. `empty` returns a database without rows.
 */
export function stageStoreContract(empty: () => Promise<ContractDatabase>): void {
  let database: ContractDatabase;
  let store: StageStore;

  beforeEach(async () => {
    database = await empty();
    store = database.open('one');
    await store.start();
  });

  async function write(rows: readonly StateRow[], own: readonly Statement[] = []): Promise<void> {
    const partitions = [...new Set(rows.map(({ partition }) => partition))];
    const acquired = await store.acquire(partitions.length > 0 ? partitions : [0]);
    const writes = rows.length > 0 ? [store.writeStates(rows), ...own] : own;
    const commits = acquired.map((one) => commitOf(one));
    expect(await store.commit(commits, writes)).toEqual({ kind: 'committed' });
  }

  it('knows the checkpoints of all partitions, also of those that others own', async () => {
    const own = await acquireOne(store, 0);
    const [other] = await database.open('two').acquire([3]);
    const moved = { ...own.checkpoint, sent: { 'merges/1': 7 } };
    await store.commit([commitOf(own, { checkpoint: moved })], []);
    const found = await store.checkpoints();
    expect(found.toSorted((a, b) => a.partition - b.partition)).toEqual([
      { partition: 0, checkpoint: { ...moved, revision: own.checkpoint.revision + 1 } },
      { partition: 3, checkpoint: other?.checkpoint },
    ]);
  });

  describe('taking over', () => {
    it('makes a checkpoint once, and raises its epoch each time', async () => {
      const first = await store.acquire([0, 1]);
      expect(first.map(({ leaseLeftMs, outbox }) => ({ leaseLeftMs, outbox }))).toEqual([
        { leaseLeftMs: 0, outbox: [] },
        { leaseLeftMs: 0, outbox: [] },
      ]);
      const again = await database.open('two').acquire([1, 0]);
      for (const { partition, epoch } of again)
        expect(epoch).toBeGreaterThan(first.find((one) => one.partition === partition)?.epoch ?? Infinity);
      const byPartition = (all: readonly Acquired[]) =>
        new Map(all.map(({ partition, checkpoint }) => [partition, checkpoint]));
      expect(byPartition(again)).toEqual(byPartition(first));
    });

    it('finds what was committed: positions, and outputs in order, without those acknowledged', async () => {
      const acquired = await acquireOne(store);
      const checkpoint: Checkpoint = {
        ...acquired.checkpoint,
        offsets: { a: 7, 'b.c': 9_007_199_254_740_991 },
        received: { a: { 'up/0/"x\\': 3 } },
        sent: { 'a/1': 12 },
        outbox_id: 12,
        sweep_after: 'it\'s {a,"b"}',
        intent: { a: { from: 1, to: 2 } },
      };
      const outbox = [9, 10, 11, 12].map((id) => ({ id, body: Buffer.from([id, 0, 255]) }));
      await store.commit([commitOf(acquired, { checkpoint, outbox })], []);
      const second = commitOf(acquired, { checkpoint: { ...checkpoint, revision: 1 }, acknowledged: [9, 11] });
      expect(await store.commit([second], [])).toEqual({ kind: 'committed' });
      const found = await acquireOne(database.open('two'));
      expect(found.checkpoint).toEqual({ ...checkpoint, revision: 2 });
      expect(found.outbox).toEqual(outbox.filter(({ id }) => id === 10 || id === 12));
    });

    it('keeps large outputs whole', async () => {
      const body = Buffer.alloc(3_000_000, 'hilo');
      const small = Buffer.alloc(0);
      const outbox = [
        { id: 1, body },
        { id: 2, body: small },
        { id: 3, body },
      ];
      await store.commit([commitOf(await acquireOne(store), { outbox })], []);
      const found = await acquireOne(store);
      expect(found.outbox.map(({ body: bytes }, index) => bytes.equals(outbox[index]?.body ?? small))).toEqual([
        true,
        true,
        true,
      ]);
    });
  });

  describe('fencing', () => {
    it('refuses the owner before, and writes nothing of its batch', async () => {
      const [kept, taken] = await store.acquire([0, 1]);
      if (kept === undefined || taken === undefined) throw new Error('not acquired');
      await acquireOne(database.open('two'), 1);
      const outbox = [{ id: 1, body: Buffer.from('x') }];
      const commits = [commitOf(kept, { outbox }), commitOf(taken, { outbox })];
      const writes = [store.writeStates([row('a')]), insertNote('n')];
      expect(await store.commit(commits, writes)).toEqual({ kind: 'fenced', lost: [1], outdated: [] });
      expect(await store.states([{ partition: 0, key: 'a' }])).toEqual([]);
      expect(await store.rows(NOTES)).toEqual([]);
      expect(await store.commit([commitOf(kept, { outbox })], writes)).toEqual({ kind: 'committed' });
      expect((await acquireOne(store, 1)).outbox).toEqual([]);
    });

    it('applies a commit once, however often it is repeated', async () => {
      const [one, two] = await store.acquire([0, 1]);
      if (one === undefined || two === undefined) throw new Error('not acquired');
      const outbox = [{ id: 1, body: Buffer.from('x') }];
      const writes = [insertNote('n')];
      expect(await store.commit([commitOf(one, { outbox })], writes)).toEqual({ kind: 'committed' });
      const again = await store.commit([commitOf(one, { outbox }), commitOf(two)], writes);
      expect(again).toEqual({ kind: 'fenced', lost: [], outdated: [0] });
      expect((await acquireOne(store)).checkpoint.revision).toBe(1);
    });

    it('distinguishes those lost from those outdated', async () => {
      const acquired = await store.acquire([0, 1, 2]);
      await acquireOne(database.open('two'), 2);
      const [one, two, three] = acquired;
      if (one === undefined || two === undefined || three === undefined) throw new Error('not acquired');
      await store.commit([commitOf(two)], []);
      const result = await store.commit([commitOf(one), commitOf(two), commitOf(three)], []);
      expect(result).toEqual({ kind: 'fenced', lost: [2], outdated: [1] });
    });
  });

  describe('conflicts', () => {
    it('rolls back where a statement meets other rows than it must', async () => {
      const acquired = await acquireOne(store);
      const writes = [store.writeStates([row('a')]), insertNote('n'), renameNote('missing', 'm')];
      expect(await store.commit([commitOf(acquired)], writes)).toEqual({ kind: 'conflict' });
      expect(await store.states([{ partition: 0, key: 'a' }])).toEqual([]);
      expect(await store.rows(NOTES)).toEqual([]);
      expect(await store.commit([commitOf(acquired)], [insertNote('n')])).toEqual({ kind: 'committed' });
      const renamed = await store.commit([commitOf(acquired, {}, 1)], [renameNote('n', 'm')]);
      expect([renamed, await store.rows(NOTES)]).toEqual([{ kind: 'committed' }, [{ id: 'm' }]]);
    });

    it('takes a row that another instance inserted for a conflict', async () => {
      await write([], [insertNote('n')]);
      const acquired = await acquireOne(store);
      expect(await store.commit([commitOf(acquired)], [insertNote('n')])).toEqual({ kind: 'conflict' });
    });
  });

  describe('leases', () => {
    it('keep others waiting from a commit on, and not the owner itself', async () => {
      await store.commit([commitOf(await acquireOne(store))], []);
      const other = database.open('two');
      const { leaseLeftMs } = await acquireOne(other);
      expect(leaseLeftMs).toBeGreaterThan(0);
      expect(leaseLeftMs).toBeLessThanOrEqual(LEASE_MS);
      expect((await other.leasesLeft([0])).get(0)).toBeGreaterThan(0);
      expect(await store.leasesLeft([0, 7])).toEqual(new Map());
    });

    it('end when their owner lets go, and only then', async () => {
      await store.commit([commitOf(await acquireOne(store))], []);
      const other = database.open('two');
      await other.release([0]);
      expect((await other.leasesLeft([0])).get(0)).toBeGreaterThan(0);
      await store.release([0]);
      expect(await other.leasesLeft([0])).toEqual(new Map());
    });

    it('are renewed for owners alone', async () => {
      const mine = await store.acquire([0, 1]);
      const other = database.open('two');
      await acquireOne(other, 1);
      expect(await store.renew(mine)).toEqual([1]);
      expect((await other.leasesLeft([0])).get(0)).toBeGreaterThan(0);
      expect((await other.leasesLeft([0, 1])).has(1)).toBe(false);
    });

    it('are not renewed of a partition whose commits are not those that the owner knows of, as after the store lost some', async () => {
      const mine = await store.acquire([0, 1, 2]);
      await acquireOne(database.open('two'), 1);
      const more = mine.map((one) => ({
        ...one,
        checkpoint: { revision: one.checkpoint.revision + (one.partition === 2 ? 1 : 0) },
      }));
      expect(await store.changed(mine)).toEqual([1]);
      expect(await store.changed(more)).toEqual([1, 2]);
      expect(await store.renew(more)).toEqual([1, 2]);
      expect((await database.open('three').leasesLeft([0, 1, 2])).has(2)).toBe(false);
    });
  });

  describe('states', () => {
    it('come back as they were written, whatever the key and the bytes', async () => {
      const states = fc.uniqueArray(fc.tuple(fc.nat(2), KEY, STATE), {
        minLength: 1,
        maxLength: 12,
        selector: ([partition, key]) => `${partition}/${key}`,
      });
      await fc.assert(
        fc.asyncProperty(states, async (all) => {
          const rows = all.map(([partition, key, state]): StateRow => ({ partition, key, ...state }));
          await write(rows);
          const found = await store.states(rows);
          expect(sorted(found)).toEqual(sorted(rows));
        }),
        { numRuns: 25 },
      );
    });

    it('are overwritten by the next', async () => {
      await write([row('a', 5)]);
      const gone: StateRow = { partition: 0, key: 'a', body: null, due_ms: null, protocol: '{"x":1}' };
      await write([gone]);
      expect(
        await store.states([
          { partition: 0, key: 'a' },
          { partition: 1, key: 'a' },
        ]),
      ).toEqual([gone]);
    });

    it('are due in order of their time, up to the moment asked for and of the partitions asked for', async () => {
      const rows = [row('c', 30), row('a', 10), row('b', 20), row('d'), row('e', 5, 1), row('f', 15, 2)];
      await write(rows);
      const due = async (...asked: Parameters<StageStore['due']>) =>
        (await store.due(...asked)).map(({ key, due_ms, partition }) => `${key}${due_ms}/${partition}`);
      const windows = (...of: readonly (readonly [number, number, number])[]) =>
        new Map(of.map(([partition, from_ms, until_ms]) => [partition, { from_ms, until_ms }]));
      expect(await due(windows([0, -1, 20], [1, 5, 20]), 10)).toEqual(['e5/1', 'a10/0', 'b20/0']);
      expect(await due(windows([0, -1, 20.9], [1, 5, 20.9]), 1)).toEqual(['e5/1', 'a10/0']);
      expect(await due(windows([0, 10.5, 20]), 10)).toEqual(['a10/0', 'b20/0']);
      expect(await due(windows([0, 11, 20]), 10)).toEqual(['b20/0']);
      expect(await due(windows([0, 0, 9]), 10)).toEqual([]);
      expect(await due(windows([0, 0, 10], [1, 0, 4], [2, 0, 15]), 10)).toEqual(['a10/0', 'f15/2']);
      expect(await due(new Map(), 10)).toEqual([]);
    });

    it('are refused where those of several keys are too large to be loaded together, and one by one they are not', async () => {
      const body = Buffer.alloc(STATE_BYTES / 80, 'x');
      const rows = Array.from({ length: 100 }, (_, index): StateRow => ({ ...row(`k${index}`), body }));
      await write(rows);
      await expect(store.states(rows)).rejects.toThrow(BatchTooLargeError);
      for (const half of [rows.slice(0, 79), rows.slice(79)])
        expect(await store.states(half)).toHaveLength(half.length);
    });

    it('are told apart where their keys wait or are held', async () => {
      const waits: StateRow = { ...row('a'), protocol: '{"awaiting":{"m":1},"waits_since_ms":5}' };
      const held: StateRow = { ...row('b'), body: null, protocol: '{"held":{"letters":1}}' };
      const gone: StateRow = { ...row('c'), body: null, protocol: '{"redirect":{"to":"d","merge_id":"m"}}' };
      const elsewhere: StateRow = { ...waits, partition: 1 };
      await write([waits, held, gone, elsewhere, row('e')]);
      const found = (await store.unsettled([0, 2])).map(({ partition, key, protocol }) => ({
        partition,
        key,
        protocol,
      }));
      const named = ({ partition, key, protocol }: StateRow) => ({ partition, key, protocol });
      expect(found.sort((one, other) => (one.key < other.key ? -1 : 1))).toEqual([named(waits), named(held)]);
    });

    it('return the next due time after a moment, for partitions that have one', async () => {
      await write([row('a', 10), row('b', 20), row('c', 0, 1), row('d', null, 2)]);
      const nextDue = async (...after: readonly (readonly [number, number])[]) =>
        Object.fromEntries(await store.nextDue(new Map(after)));
      expect(await nextDue([0, -1], [1, -1], [2, -1])).toEqual({ 0: 10, 1: 0 });
      expect(await nextDue([0, 10], [1, 10])).toEqual({ 0: 20 });
      expect(await nextDue([0, 19.5], [1, -1])).toEqual({ 0: 20, 1: 0 });
    });

    it('are listed page by page in the order of their bytes, without shared states and absorbed keys', async () => {
      const keys = ['B', 'a', 'b', 'z', 'ä', 'é', '\uffee', '\u{10000}', '\u{1f600}'];
      const absorbed: StateRow = { partition: 0, key: 'c', body: null, due_ms: null, protocol: '{}' };
      await write([...keys.map((key) => row(key)), row(''), absorbed, row('other', null, 1)]);
      const pages: string[] = [];
      for (let after = '', page = await store.keysAfter(0, after, 2); page.length > 0; ) {
        pages.push(...page);
        after = page.at(-1) ?? '';
        page = await store.keysAfter(0, after, 2);
      }
      expect(pages).toEqual(keys);
    });
  });
}

function sorted(rows: readonly StateRow[]): StateRow[] {
  const id = ({ partition, key }: StateRow) => Buffer.from(`${partition}/${key}`);
  return rows
    .map(({ partition, key, body, due_ms, protocol }) => ({ partition, key, body, due_ms, protocol }))
    .sort((a, b) => Buffer.compare(id(a), id(b)));
}
