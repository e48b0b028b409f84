import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { outlineOf } from './journal.ts';
import { JsonCodec } from './json-codec.ts';
import { StageDriver } from './stage-driver.ts';
import { type Bar, type Hit, type Tally, TOY_LOGIC, TOY_TOPOLOGY, type ToyState, type ToyTopics } from './toy-stage.ts';

const START_MS = 1_700_000_000_000;

type Toy = StageDriver<never, ToyTopics, ToyState, Bar>;

function toy(partitions = 3, batchKeys = 2): Toy {
  const limits = { batchKeys };
  return new StageDriver({
    topology: TOY_TOPOLOGY,
    logic: TOY_LOGIC,
    startMs: START_MS,
    partitions,
    codec: new JsonCodec(),
    limits,
  });
}

function tallies(driver: Toy, key?: string): Tally[] {
  const all = driver.outputs('tallies').map(({ value }) => value as Tally);
  return key === undefined ? all : all.filter((tally) => tally.key === key);
}

describe('a stage', () => {
  let driver: Toy;

  beforeEach(() => {
    driver = toy();
  });

  it('commits its states, then sends', async () => {
    driver.pipe('hits', 'a', { id: '1' });
    await driver.run();
    const partition = driver.outputs('tallies')[0]?.partition;
    expect(outlineOf(driver.journal)).toEqual([
      { kind: 'commit', partitions: [partition], writes: ['state'] },
      { kind: 'send', topics: ['tallies'] },
    ]);
  });

  it('commits that it has read what changes nothing, and sends nothing', async () => {
    driver.pipe('bars', 'bar', { least: 1 }, 0);
    await driver.run();
    expect(outlineOf(driver.journal)).toEqual([{ kind: 'commit', partitions: [0], writes: [] }]);
  });

  it('sends what was committed before a crash once more, with the sequences it had', async () => {
    driver.pipe('hits', 'a', { id: '1' });
    await driver.run();
    driver.crash();
    driver.pipe('hits', 'a', { id: '2' });
    await driver.run();
    const sequences = driver.headers('tallies').map((headers) => `${headers['hilo-origin']} ${headers['hilo-seq']}`);
    const [origin] = (sequences[0] ?? '').split(' ');
    expect(sequences).toEqual([`${origin} 1`, `${origin} 1`, `${origin} 2`]);
    expect(tallies(driver).map(({ version }) => version)).toEqual([1, 1, 2]);
  });

  it('sets aside what does not decode and what its logic refuses, with key, bytes and headers, and reads on', async () => {
    driver.pipeBytes('hits', 'a', Buffer.from('{'), 1);
    driver.pipeBytes('hits', 'b', null, 1);
    driver.pipe('hits', 'c', { id: '1', bad: true }, 1);
    driver.pipe('hits', 'd', { id: '2' }, 1);
    await driver.run();
    const dead = driver.outputs('toy.dead-letter');
    expect(dead.map(({ key, value }) => [key, String(value)])).toEqual([
      ['a', '{'],
      ['b', 'null'],
      ['c', '{"id":"1","bad":true}'],
    ]);
    expect(driver.headers('toy.dead-letter')).toMatchObject([
      {
        'hilo-reason': 'undecodable',
        'hilo-source-topic': 'hits',
        'hilo-source-partition': '1',
        'hilo-source-offset': '0',
      },
      { 'hilo-reason': 'no_value', 'hilo-source-offset': '1', 'hilo-stage': 'toy' },
      { 'hilo-reason': 'bad_hit', 'hilo-message': 'A hit must be good.', 'hilo-failed-at': '2023-11-14T22:13:20.000Z' },
    ]);
    expect(tallies(driver, 'd')).toHaveLength(1);
  });
});

describe('a stage whose keys merge', () => {
  const MERGE = { merge_id: 'm', survivor: 'b' };
  let driver: Toy;

  beforeEach(async () => {
    driver = toy();
    driver.pipe('hits', 'a', { id: 'a1' });
    driver.pipe('hits', 'b', { id: 'b1' });
    await driver.run();
  });

  it('says nothing of the survivor from the record that names the merge until the state is in, and then all', async () => {
    driver.pipe('hits', 'b', { id: 'b2', merged: ['m'] });
    driver.pipe('hits', 'b', { id: 'b3' });
    await driver.run();
    expect(tallies(driver, 'b')).toHaveLength(1);
    driver.pipe('merges', 'a', MERGE);
    await driver.run();
    expect(tallies(driver, 'b')).toMatchObject([
      { version: 1 },
      { version: 2, cause: 'handover', live: 4, hits: { a1: 1, b1: 1, b2: 1, b3: 1 } },
    ]);
    expect(tallies(driver, 'a').at(-1)).toMatchObject({ cause: 'farewell', live: 0 });
  });

  it('takes a state that comes before the record that names it', async () => {
    driver.pipe('merges', 'a', MERGE);
    await driver.run();
    expect(tallies(driver, 'b').at(-1)).toMatchObject({ cause: 'handover', hits: { a1: 1, b1: 1 } });
    driver.pipe('hits', 'b', { id: 'b2', merged: ['m'] });
    await driver.run();
    expect(tallies(driver, 'b').at(-1)).toMatchObject({ cause: 'record', hits: { a1: 1, b1: 1, b2: 1 } });
  });

  it('takes over nothing from a key that had nothing', async () => {
    driver.pipe('merges', 'never-seen', { merge_id: 'n', survivor: 'b' });
    driver.pipe('hits', 'b', { id: 'b2', merged: ['n'] });
    await driver.run();
    expect(tallies(driver, 'b').at(-1)).toMatchObject({ live: 2, hits: { b1: 1, b2: 1 } });
    expect(tallies(driver, 'never-seen')).toEqual([]);
  });

  it('forwards what comes late, and hears a notice once', async () => {
    driver.pipe('merges', 'a', MERGE);
    driver.pipe('merges', 'a', MERGE);
    await driver.run();
    driver.pipe('hits', 'a', { id: 'a2' });
    driver.pipe('hits', 'a', { id: 'a3', bad: true });
    await driver.run();
    expect(tallies(driver, 'b').at(-1)).toMatchObject({ live: 3, hits: { a1: 1, a2: 1, b1: 1 } });
    expect(tallies(driver, 'a').filter(({ cause }) => cause === 'farewell')).toHaveLength(1);
    expect(driver.headers('toy.dead-letter')).toMatchObject([
      { 'hilo-reason': 'bad_hit', 'hilo-source-topic': 'toy.handover' },
    ]);
  });

  it('lets the windows of the absorbed end at the survivor, by one wake-up', async () => {
    driver.pipe('hits', 'a', { id: 'a2', until_ms: START_MS + 500 });
    driver.pipe('merges', 'a', MERGE);
    await driver.run();
    expect(tallies(driver, 'b').at(-1)).toMatchObject({ live: 3 });
    await driver.advance(500);
    expect(tallies(driver, 'b').at(-1)).toMatchObject({ live: 2, cause: 'wake', at_ms: START_MS + 500 });
  });

  it('is woken in vain once while it waits for a handover, and lets end with that what ended meanwhile', async () => {
    driver.pipe('merges', 'a', MERGE);
    driver.pipe('hits', 'b', { id: 'b2', merged: ['m', 'n'], until_ms: START_MS + 500 });
    await driver.run();
    const commits = driver.journal.length;
    await driver.advance(1_000);
    await driver.advance(10_000);
    expect(driver.journal.length).toBeLessThanOrEqual(commits + 1);
    driver.pipe('merges', 'c', { merge_id: 'n', survivor: 'b' });
    await driver.run();
    expect(tallies(driver, 'b').at(-1)).toMatchObject({ live: 2, cause: 'handover', hits: { a1: 1, b1: 1, b2: 1 } });
  });

  it('ends the same in all orders in which the records of a chain of merges can come, whole or one by one', async () => {
    // a goes to b and b to c; each merge is announced to the absorbed key and named at the survivor, a late hit comes at
    // any time.
    const records: [keyof ToyTopics & string, string, Hit | ToyTopics['merges']][] = [
      ['merges', 'a', { merge_id: 'm1', survivor: 'b' }],
      ['hits', 'b', { id: 'n1', merged: ['m1'] }],
      ['merges', 'b', { merge_id: 'm2', survivor: 'c' }],
      ['hits', 'c', { id: 'n2', merged: ['m2'] }],
      ['hits', 'a', { id: 'late-a' }],
    ];
    for (const order of permutations(records)) {
      for (const size of [1, 5]) {
        const chain = toy(2);
        for (const key of ['a', 'b', 'c']) chain.pipe('hits', key, { id: `${key}0` });
        chain.clock.turn(1);
        for (const [index, [topic, key, value]] of order.entries()) {
          chain.pipe(topic as 'hits', key, value as Hit);
          if ((index + 1) % size === 0) await chain.run();
        }
        const said = tallies(chain, 'c');
        const when = order.map(([topic, key]) => `${topic}/${key}`).join(' ');
        expect(said.at(-1)?.hits, when).toEqual({ a0: 1, b0: 1, c0: 1, n1: 1, n2: 1, 'late-a': 1 });
        expect(
          said.map(({ version }) => version),
          when,
        ).toEqual(said.map((_, index) => index + 1));
        for (const { hits } of said) {
          if (hits['n1'] !== undefined) expect(hits['a0'], `${when}: knows of a and has it`).toBe(1);
          if (hits['n2'] !== undefined) expect(hits['b0'], `${when}: knows of b and has it`).toBe(1);
        }
      }
    }
  }, 120_000);
});

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, at) => permutations(items.toSpliced(at, 1)).map((rest) => [item, ...rest]));
}

describe('a stage with a state that all keys share', () => {
  it('visits every key when it changes, page by page, also when it is killed on the way or changes again', async () => {
    const step = fc.oneof(
      fc.record({ bar: fc.integer({ min: 1, max: 4 }) }),
      fc.record({ hit: fc.nat(8) }),
      fc.constant('run' as const),
      fc.constant('kill' as const),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (script) => {
        const driver = toy(1, 2);
        const counts = new Map<string, number>();
        let least = 1;
        let id = 0;
        for (const action of [...script, 'run' as const]) {
          if (action === 'run') await driver.run();
          else if (action === 'kill') driver.crash();
          else if ('bar' in action) {
            least = action.bar;
            driver.pipe('bars', 'bar', { least });
          } else {
            const key = `k${action.hit}`;
            id += 1;
            counts.set(key, (counts.get(key) ?? 0) + 1);
            driver.pipe('hits', key, { id: String(id) });
          }
        }
        const last = new Map(tallies(driver).map((tally) => [tally.key, [tally.live, tally.big]]));
        expect(last).toEqual(new Map([...counts].map(([key, count]) => [key, [count, count >= least]])));
      }),
      { numRuns: 60 },
    );
  });
});

describe('a stage with timers', () => {
  it('wakes a key at the moment it asked for, not before, and once', async () => {
    const driver = toy();
    driver.pipe('hits', 'a', { id: '1', until_ms: START_MS + 1_000 });
    driver.pipe('hits', 'a', { id: '2', until_ms: START_MS + 3_000 });
    await driver.run();
    await driver.advance(999);
    expect(tallies(driver).map(({ live }) => live)).toEqual([1, 2]);
    await driver.advance(1);
    await driver.advance(1_999);
    expect(tallies(driver).map(({ live }) => live)).toEqual([1, 2, 1]);
    await driver.advance(1);
    const { length } = driver.journal;
    await driver.advance(60_000);
    expect(tallies(driver).map(({ live, at_ms }) => [live, at_ms - START_MS])).toEqual([
      [1, 0],
      [2, 0],
      [1, 1_000],
      [0, 3_000],
    ]);
    expect(driver.journal).toHaveLength(length);
  });

  it('wakes every one of many that are due at once, also those that were due while nothing ran', async () => {
    const driver = toy(2);
    for (let index = 0; index < 2_000; index += 1) {
      driver.pipe('hits', `k${index}`, { id: String(index), until_ms: START_MS + 1_000 + (index % 3) });
    }
    await driver.run();
    driver.crash();
    await driver.advance(60_000);
    const ended = tallies(driver).filter(({ cause }) => cause === 'wake');
    expect(new Set(ended.map(({ key }) => key)).size).toBe(2_000);
    expect(ended.every(({ live }) => live === 0)).toBe(true);
  });
});
