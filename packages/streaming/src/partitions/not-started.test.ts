import { beforeEach, describe, expect, it } from 'vitest';
import type { LoaderLogic } from '../language/loader-logic.ts';
import { type Checkpoint, newCheckpoint } from '../ports/checkpoint.ts';
import { headerText, ORIGIN_HEADER } from '../ports/sequence.ts';
import type { StageStore } from '../ports/store.ts';
import { intercept } from '../testing/faults.ts';
import { instanceOf, SILENT } from '../testing/instance.ts';
import { JsonCodec } from '../testing/json-codec.ts';
import { loaderOf, MemorySink } from '../testing/loader-instance.ts';
import { MemoryLog } from '../testing/memory-log.ts';
import { MemoryDatabase, MemoryStageStore } from '../testing/memory-stage-store.ts';
import { type Tally, TOY_LOGIC, TOY_TOPOLOGY } from '../testing/toy-stage.ts';
import { TurnedClock } from '../testing/turned-clock.ts';
import { LEASE_MS } from './owned-partition.ts';

const CODEC = new JsonCodec();
/** Longer than a lease, and than until a partition that is not started is looked at again. */
const LATER_MS = 60_000;

let clock: TurnedClock;
let log: MemoryLog;
let database: MemoryDatabase;
let errors: object[];

beforeEach(() => {
  clock = new TurnedClock(1_000_000);
  log = new MemoryLog(2, clock);
  database = new MemoryDatabase();
  errors = [];
});

function put(topic: string, partition: number, key: string, value: object): void {
  log.append({ topic, partition, key: Buffer.from(key), value: CODEC.encode(topic, value), headers: {} });
}

function change(partition: number, how: (checkpoint: Checkpoint) => Partial<Checkpoint>): void {
  const stored = database.partitions.get(partition);
  if (stored === undefined) throw new Error('there is no such partition');
  stored.checkpoint = { ...stored.checkpoint, ...how(stored.checkpoint) };
  stored.epoch += 1;
}

async function boot(owner: string) {
  const logger = { ...SILENT, error: (fields: object) => errors.push(fields) };
  const one = instanceOf({ topology: TOY_TOPOLOGY, logic: TOY_LOGIC, log, database, clock, owner, logger });
  await one.runtime.start();
  one.consumer.assign([0, 1]);
  return { ...one, steps: () => run(one.runtime) };
}

async function run(runtime: { step(waitMs: number): Promise<void> }): Promise<void> {
  for (let turn = 0; turn < 6; turn += 1) await runtime.step(0);
}

/** Keys of what was published because of a partition's inputs. */
function tallies(partition: number): string[] {
  return log
    .all('tallies')
    .filter(({ headers }) => headerText(headers, ORIGIN_HEADER).startsWith(`toy/${partition}/`))
    .map(({ value }) => {
      const decoded = CODEC.decode('tallies', value as Buffer);
      return ((decoded.ok ? decoded.value : null) as Tally).key;
    });
}

/** The partition as it lies in the store, of this checkpoint. */
function store(partition: number, checkpoint: Partial<Checkpoint>): void {
  database.partitions.set(partition, {
    epoch: 1,
    checkpoint: { ...newCheckpoint('made anew'), ...checkpoint },
    lease_owner: null,
    leaseUntilMs: 0,
    outbox: new Map(),
  });
}

describe('a store that went back in time', () => {
  /** Both partitions have work; the commits after the copy are lost. */
  async function loseCommits(partitions: readonly number[]): Promise<void> {
    put('hits', 0, 'a', { id: '1' });
    put('hits', 1, 'b', { id: '2' });
    const first = await boot('first');
    await first.steps();
    const standby = database.copy();
    for (const partition of partitions) put('hits', partition, 'late', { id: `late${partition}` });
    await first.steps();
    database = standby;
    clock.turn(LATER_MS);
  }

  it('is noticed at the take-over: the partition is not started, and the others go on', async () => {
    await loseCommits([0]);
    const before = tallies(0);
    put('hits', 0, 'c', { id: '3' });
    put('hits', 1, 'd', { id: '4' });
    const second = await boot('second');
    await second.steps();
    expect(tallies(1)).toContain('d');
    expect(tallies(0)).toEqual(before);
    expect(errors).toMatchObject([{ partition: 0, reason: 'store_went_back' }]);
    expect([...second.runtime.owned]).toEqual([1]);
    expect(second.runtime.ready).toBe(true);
    clock.turn(LATER_MS);
    await second.steps();
    expect(errors).toHaveLength(1);
  });

  it('is noticed by what was sent alone, where nothing was reported', async () => {
    const withoutReports = new MemoryLog(2, clock);
    await loseCommits([0]);
    for (const topic of ['hits', 'tallies']) {
      for (const record of log.all(topic)) {
        const headers = Object.fromEntries(
          Object.entries(record.headers).map(([name, value]) => [name, String(value)] as const),
        );
        withoutReports.append({ ...record, headers });
      }
    }
    log = withoutReports;
    await (await boot('second')).steps();
    expect(errors).toMatchObject([{ partition: 0, reason: 'store_went_back' }]);
  });

  it('is read on once it has a new incarnation, without a restart; what it says counts anew', async () => {
    await loseCommits([0]);
    const second = await boot('second');
    await second.steps();
    expect([...second.runtime.owned]).toEqual([1]);
    change(0, ({ incarnation, revision }) => ({
      ...{ incarnation: 'repaired', former: [incarnation] },
      ...{ revision: revision + 1, sent: {}, intent: null },
    }));
    clock.turn(LATER_MS);
    put('hits', 0, 'c', { id: '3' });
    await second.steps();
    expect(second.runtime.owned).toEqual(new Set([0, 1]));
    expect(tallies(0)).toContain('c');
    expect(new Set(log.all('tallies').map(({ headers }) => headerText(headers, ORIGIN_HEADER)))).toContain(
      'toy/0/repaired',
    );
    const third = await boot('third');
    clock.turn(LATER_MS);
    await third.steps();
    expect(errors).toHaveLength(1);
  });

  it('is noticed by the owner, though nothing comes for the partition any more', async () => {
    put('hits', 0, 'a', { id: '1' });
    const first = await boot('first');
    await first.steps();
    const standby = database.copy();
    put('hits', 0, 'late', { id: 'late' });
    await first.steps();
    database.becomes(standby);
    clock.turn(LEASE_MS / 2 - 1);
    await first.steps();
    expect(first.runtime.owned.size).toBe(2);
    clock.turn(1);
    await first.steps();
    expect([...first.runtime.owned]).toEqual([1]);
    expect(errors).toMatchObject([{ partition: 0, reason: 'store_went_back' }]);
  });

  it('is noticed by an owner that was frozen, though the store has forgotten the owner that came after it', async () => {
    put('hits', 0, 'a', { id: '1' });
    const frozen = await boot('frozen');
    await frozen.steps();
    const standby = database.copy();
    clock.turn(LATER_MS);
    put('hits', 0, 'late', { id: 'late' });
    await (await boot('forgotten')).steps();
    database.becomes(standby);
    clock.turn(LATER_MS);
    const published = tallies(0);
    put('hits', 0, 'more', { id: 'more' });
    await frozen.steps();
    expect(tallies(0)).toEqual(published);
    expect(errors).toMatchObject([{ partition: 0, reason: 'store_went_back' }]);
  });

  it('is noticed of a partition of which it has no commit left, where nothing was reported', async () => {
    const first = await boot('first');
    await first.runtime.step(0);
    const standby = database.copy();
    expect(standby.partitions.get(0)?.checkpoint.revision).toBe(0);
    put('hits', 0, 'late', { id: 'late' });
    await first.steps();
    log.forget('toy');
    database = standby;
    clock.turn(LATER_MS);
    await (await boot('second')).steps();
    expect(errors).toMatchObject([{ partition: 0, reason: 'store_went_back' }]);
  });

  it('gives no epoch a second time, though it has forgotten that it gave it', async () => {
    const first = new MemoryStageStore({ database, clock, owner: 'first' });
    await first.acquire([0]);
    const standby = database.copy();
    const [forgotten] = await first.acquire([0]);
    database.becomes(standby);
    clock.turn(LEASE_MS);
    const [next] = await first.acquire([0]);
    expect(next?.epoch).toBeGreaterThan(forgotten?.epoch ?? Infinity);
  });

  it('is noticed where it has nothing of the partition any more', async () => {
    await loseCommits([]);
    database = new MemoryDatabase();
    for (const partition of [0, 1]) store(partition, {});
    const second = await boot('second');
    await second.steps();
    expect(second.runtime.owned.size).toBe(0);
    expect(errors).toHaveLength(2);
  });
});

describe('a log that lost what was to be read next', () => {
  it('holds back its own partition, at the take-over and under way, until the checkpoint is moved', async () => {
    put('hits', 0, 'a', { id: '1' });
    put('hits', 1, 'b', { id: '2' });
    log.truncate('hits', 0, 1);
    store(0, { revision: 1, offsets: { hits: 0 } });
    const one = await boot('one');
    await one.steps();
    expect([...one.runtime.owned]).toEqual([1]);
    expect(one.runtime.ready).toBe(true);
    expect(tallies(1)).toEqual(['b']);
    expect(errors).toMatchObject([{ partition: 0, reason: 'log_truncated' }]);
    change(0, ({ offsets }) => ({ offsets: { ...offsets, hits: 1 }, received: {} }));
    put('hits', 0, 'c', { id: '3' });
    clock.turn(LATER_MS);
    await one.steps();
    expect(tallies(0)).toEqual(['c']);
    // Under way: what comes next is deleted before it is read.
    put('hits', 1, 'd', { id: '4' });
    put('hits', 1, 'e', { id: '5' });
    log.truncate('hits', 1, 2);
    await one.steps();
    expect([...one.runtime.owned]).toEqual([0]);
    expect(errors).toMatchObject([{ partition: 0 }, { partition: 1, reason: 'log_truncated' }]);
  });

  it('is noticed though nothing was read of it yet: where a topic begins is noted before it is read', async () => {
    put('hits', 0, 'a', { id: '1' });
    store(0, { revision: 3, offsets: {} });
    const one = await boot('one');
    await one.runtime.step(0);
    expect(database.partitions.get(0)?.checkpoint).toMatchObject({ revision: 4, offsets: { hits: 0 } });
    log.truncate('hits', 0, 1);
    clock.turn(LATER_MS);
    await (await boot('two')).steps();
    expect(errors).toMatchObject([{ partition: 0, reason: 'log_truncated' }]);
  });
});

describe('a loader', () => {
  interface Topics {
    readonly a: { readonly id: string };
    readonly b: { readonly id: string };
  }
  const LOGIC: LoaderLogic<Topics> = {
    kind: 'loader',
    rows: ({ topic, value }) => [{ table: `t_${topic}`, row: value }],
  };
  const TOPOLOGY = { stage: 'load', sources: ['a', 'b'], sinks: [], deadLetter: 'load.dead-letter' };
  let sink: MemorySink;

  beforeEach(() => {
    sink = new MemorySink();
  });

  async function load(owner: string, around: { store?: (store: StageStore) => StageStore } = {}, turns = 200) {
    const one = loaderOf({ topology: TOPOLOGY, logic: LOGIC, log, database, clock, owner, sink, around });
    await one.runtime.start();
    one.consumer.assign([0]);
    for (let turn = 0; turn < turns; turn += 1) {
      clock.turn(500);
      await one.runtime.step(0);
    }
    return one;
  }

  /** Ends a loader as a kill would: of its first commits, which write the intents, no answer comes back. */
  async function killAfterIntent(): Promise<void> {
    const silent = (store: StageStore) =>
      intercept(store, {
        commit: async (call) => {
          await call();
          return new Promise(() => undefined);
        },
      });
    void load('killed', { store: silent });
    await expect.poll(() => database.partitions.get(0)?.checkpoint.intent ?? null).not.toBeNull();
    clock.turn(LATER_MS);
  }

  it.each([{ lost: 5 }, { lost: 3 }])(
    'goes on after a log lost $lost of the 5 records of its intent',
    async ({ lost }) => {
      for (let index = 0; index < 5; index += 1) put('a', 0, 'k', { id: `old${index}` });
      for (let index = 0; index < 2; index += 1) put('b', 0, 'k', { id: `with${index}` });
      await killAfterIntent();
      expect(database.partitions.get(0)?.checkpoint.intent).toMatchObject({ a: { from: 0, to: 5 } });
      for (let index = 0; index < 5; index += 1) put('a', 0, 'k', { id: `new${index}` });
      for (let index = 0; index < 5; index += 1) put('b', 0, 'k', { id: `other${index}` });
      log.truncate('a', 0, lost);
      const held = await load('held', {}, 10);
      expect(held.runtime.owned.size).toBe(0);
      change(0, ({ offsets }) => ({ offsets: { ...offsets, a: lost }, received: {} }));
      clock.turn(LATER_MS);
      await load('next');
      expect(sink.rows('t_a')).toHaveLength(5 - lost + 5);
      expect(sink.rows('t_b')).toHaveLength(7);
      expect(database.partitions.get(0)?.checkpoint.intent).toBeNull();
    },
  );

  it('whose store went back is not started', async () => {
    put('a', 0, 'k', { id: '1' });
    await load('first', {}, 20);
    const standby = database.copy();
    put('a', 0, 'k', { id: '2' });
    await load('second', {}, 40);
    expect(sink.rows('t_a')).toHaveLength(2);
    database = standby;
    clock.turn(LATER_MS);
    put('a', 0, 'k', { id: '3' });
    const third = await load('third', {}, 40);
    expect(third.runtime.owned.size).toBe(0);
    expect(sink.rows('t_a')).toHaveLength(2);
  });
});
