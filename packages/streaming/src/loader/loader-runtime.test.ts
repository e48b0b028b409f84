import { beforeEach, describe, expect, it } from 'vitest';
import type { LoaderLogic } from '../language/loader-logic.ts';
import type { LogConsumer } from '../ports/log.ts';
import { TransientFaultError } from '../ports/retry.ts';
import type { StageStore } from '../ports/store.ts';
import { intercept } from '../testing/faults.ts';
import { JsonCodec } from '../testing/json-codec.ts';
import { type LoaderInstanceOptions, loaderOf, MemorySink } from '../testing/loader-instance.ts';
import { MemoryLog } from '../testing/memory-log.ts';
import { MemoryDatabase } from '../testing/memory-stage-store.ts';
import { TurnedClock } from '../testing/turned-clock.ts';
import { DEFAULT_LOADER_LIMITS, lingerAfter, lingerOf, type LoaderLimits } from './loader-limits.ts';

interface Topics {
  readonly a: { readonly id: string };
  readonly b: { readonly id: string };
}

const LOGIC: LoaderLogic<Topics> = {
  kind: 'loader',
  rows: ({ topic, value }) => [{ table: `t_${topic}`, row: value }],
};
const TOPOLOGY = {
  stage: 'load',
  sources: ['a', 'b'],
  sinks: [],
  deadLetter: 'load.dead-letter',
  replay: 'load.replay',
};

describe('LoaderRuntime', () => {
  const codec = new JsonCodec();
  let clock: TurnedClock;
  let log: MemoryLog;
  let database: MemoryDatabase;
  let sink: MemorySink;
  let written: string[];

  beforeEach(() => {
    clock = new TurnedClock(1_000_000);
    log = new MemoryLog(2, clock);
    database = new MemoryDatabase();
    sink = new MemorySink();
    written = [];
  });

  function put(topic: keyof Topics, partition: number, count: number, headers: Record<string, string> = {}): void {
    for (let index = 0; index < count; index += 1) {
      const id = `${topic}/${partition}/${log.read(topic, partition).length}`;
      written.push(id);
      log.append({ topic, partition, key: null, value: codec.encode(topic, { id }), headers });
    }
  }

  function loaded(): string[] {
    return [...sink.rows('t_a'), ...sink.rows('t_b')].map((row) => (row as { id: string }).id).sort();
  }

  async function started(
    owner: string,
    limits: Partial<LoaderLimits>,
    around: LoaderInstanceOptions<Topics>['around'] = {},
    logic = LOGIC,
  ) {
    const loader = loaderOf({ topology: TOPOLOGY, logic, log, database, clock, owner, sink, limits, around });
    await loader.runtime.start();
    loader.consumer.assign([0, 1]);
    return loader;
  }

  async function steps(loader: { runtime: { step(waitMs: number): Promise<void> } }, count: number): Promise<void> {
    for (let step = 0; step < count; step += 1) {
      clock.turn(500);
      await loader.runtime.step(0);
    }
  }

  /** Lets the first `until - 1` commits through and never answers the next, as an instance that was killed then. */
  const killedAtCommit = (until: number) => ({
    store: (store: StageStore) => {
      let count = 0;
      return intercept(store, {
        commit: async (call) => {
          count += 1;
          return count < until ? call() : new Promise(() => undefined);
        },
      });
    },
  });

  it('inserts every record once', async () => {
    put('a', 0, 5);
    put('b', 1, 3);
    const loader = await started('one', {});
    await steps(loader, 6);
    put('a', 1, 2);
    await steps(loader, 6);
    expect(loaded()).toEqual(written.sort());
  });

  it('inserts soon where few records come, and later where many do', async () => {
    const loader = await started('one', { lingerMs: 1000, lingerMaxMs: 3000 });
    const loadedAfterSteps = async (count: number) => {
      await steps(loader, count);
      return loaded().length;
    };
    put('a', 0, 1);
    expect(await loadedAfterSteps(2)).toBe(0);
    expect(await loadedAfterSteps(2)).toBe(1);
    put('a', 1, 1000);
    expect(await loadedAfterSteps(4)).toBe(1001);
    put('b', 0, 1000);
    expect(await loadedAfterSteps(4)).toBe(1001);
    expect(await loadedAfterSteps(4)).toBe(2001);
    put('b', 1, 1);
    expect(await loadedAfterSteps(2)).toBe(2001);
    expect(await loadedAfterSteps(2)).toBe(2002);
  });

  it.each([
    ['nothing came', 0, 1000, 250],
    ['few came', 25, 1000, 250],
    ['more came', 200, 1000, 2000],
    ['many came', 4000, 1000, 5000],
    ['all came at once', 4000, 0, 5000],
  ])('waits next time as suits the stream: %s', (_, records, tookMs, lingerMs) => {
    expect(lingerAfter(records, tookMs, DEFAULT_LOADER_LIMITS)).toBe(lingerMs);
  });

  it.each([
    ['one', 1, 250],
    ['a few', 100, 1000],
    ['many', 4000, 5000],
  ])('waits no longer than a stream does in which so many come: %s', (_, records, lingerMs) => {
    expect(lingerOf(records, DEFAULT_LOADER_LIMITS)).toBe(lingerMs);
    // In that stream both say the same.
    expect(lingerAfter(records, lingerMs, DEFAULT_LOADER_LIMITS)).toBe(lingerMs);
  });

  it('waits the whole time of a poll once all is loaded', async () => {
    const waits: unknown[] = [];
    const loader = await started(
      'one',
      { lingerMs: 100 },
      {
        consumer: (consumer: LogConsumer) =>
          intercept(consumer, {
            poll: async (call, [, waitMs]) => {
              waits.push(waitMs);
              return call();
            },
          }),
      },
    );
    put('a', 0, 1);
    await steps(loader, 3);
    clock.turn(60_000);
    await loader.runtime.step(200);
    await loader.runtime.step(200);
    expect(waits.slice(-2)).toEqual([200, 200]);
    expect(loaded()).toEqual(written);
  });

  it('finishes the ranges of a killed loader though far more of another topic has come since', async () => {
    put('a', 0, 10);
    put('b', 0, 10);
    const killed = await started('killed', { flushRecords: 20 }, killedAtCommit(2));
    void steps(killed, 4);
    await new Promise((resolve) => setImmediate(resolve));
    expect(loaded()).toHaveLength(20);
    put('a', 0, 100);
    put('b', 0, 100);
    clock.turn(60_000);
    const next = await started('next', { flushRecords: 20 });
    await steps(next, 60);
    expect(loaded()).toEqual(written.sort());
  });

  const placed: LoaderLogic<Topics> = {
    kind: 'loader',
    rows: ({ topic, value, logPosition }) => [{ table: `t_${topic}`, row: { ...value, position: logPosition } }],
  };

  it('inserts nothing again though the sink has forgotten the tokens of a killed loader', async () => {
    put('a', 0, 10);
    put('b', 0, 10);
    const killed = await started('killed', { flushRecords: 20 }, killedAtCommit(2), placed);
    void steps(killed, 4);
    await new Promise((resolve) => setImmediate(resolve));
    expect(loaded()).toHaveLength(20);
    sink.forgetTokens();
    clock.turn(60_000);
    const next = await started('next', { flushRecords: 20 }, {}, placed);
    await steps(next, 10);
    put('a', 0, 1);
    await steps(next, 10);
    expect(loaded()).toEqual(written.sort());
  });

  it('inserts nothing again though the sink has forgotten the token of an insert whose answer was lost', async () => {
    put('a', 0, 10);
    const insert = sink.insert.bind(sink);
    let lost = false;
    sink.insert = async (table, rows, token) => {
      await insert(table, rows, token);
      if (lost) return;
      lost = true;
      sink.forgetTokens();
      throw new TransientFaultError('the answer was lost');
    };
    const loader = await started('one', {}, {}, placed);
    await steps(loader, 10);
    expect(loaded()).toEqual(written.sort());
  });

  it('finishes many ranges though together they exceed what one loader gathers', async () => {
    for (const owner of [0, 1]) {
      put('a', owner, 20);
      const killed = await started(`killed ${owner}`, { flushRecords: 20 }, killedAtCommit(2));
      killed.consumer.assign([owner]);
      void steps(killed, 4);
      await new Promise((resolve) => setImmediate(resolve));
    }
    put('a', 0, 30);
    put('a', 1, 30);
    clock.turn(60_000);
    const next = await started('next', { flushRecords: 20 });
    await steps(next, 40);
    expect(loaded()).toEqual(written.sort());
  });

  it('holds a partition with a gap and goes on with the others', async () => {
    put('a', 0, 1, { 'hilo-origin': 'up/0/x', 'hilo-seq': '1' });
    const before = [...written];
    put('a', 0, 1, { 'hilo-origin': 'up/0/x', 'hilo-seq': '3' });
    put('a', 0, 30);
    written = before;
    const loader = await started('one', { flushRecords: 20, lingerMaxMs: 1000 });
    await steps(loader, 10);
    put('a', 1, 30);
    await steps(loader, 10);
    expect(loaded()).toEqual(written.sort());
  });

  it('keeps to its ranges when the outcome of a commit is lost', async () => {
    put('a', 0, 4);
    let count = 0;
    const loader = await started(
      'one',
      {},
      {
        store: (store: StageStore) =>
          intercept(store, {
            commit: async (call) => {
              const result = await call();
              count += 1;
              if (count <= 2) throw new TransientFaultError('the outcome was lost');
              return result;
            },
          }),
      },
    );
    await steps(loader, 4);
    put('a', 0, 4);
    await steps(loader, 10);
    expect(loaded()).toEqual(written.sort());
  });

  it('loads a dead letter that is replayed, once, as the record that it was', async () => {
    log.append({ topic: 'a', partition: 1, key: null, value: Buffer.from('{'), headers: {} });
    const loader = await started('one', {});
    await steps(loader, 4);
    const [deadLetter] = log.all('load.dead-letter');
    if (deadLetter === undefined) throw new Error('nothing was set aside');
    const mended = codec.encode('a', { id: 'late' });
    for (let time = 0; time < 2; time += 1) log.append({ ...deadLetter, topic: 'load.replay', value: mended });
    put('a', 1, 2);
    await steps(loader, 4);
    log.append({ ...deadLetter, topic: 'load.replay', value: mended });
    await steps(loader, 4);
    expect(loaded()).toEqual([...written, 'late'].sort());
    expect(log.all('load.dead-letter')).toHaveLength(1);
  });
});
