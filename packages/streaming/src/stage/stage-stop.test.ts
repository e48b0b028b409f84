import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Effector, KeyedLogic } from '../language/logic.ts';
import { forward } from '../language/outcome.ts';
import { LEAVE_MS } from '../partitions/owned-partition.ts';
import { type Instance, instanceOf } from '../testing/instance.ts';
import { JsonCodec } from '../testing/json-codec.ts';
import { MemoryLog } from '../testing/memory-log.ts';
import { MemoryDatabase } from '../testing/memory-stage-store.ts';
import { TurnedClock } from '../testing/turned-clock.ts';

interface Order {
  /** Calls that were asked for and have not come back. */
  readonly asked: number;
  readonly done: number;
  readonly wanted: number;
}

/** Each record makes its key ask for a call, one after the other. A key that is woken asks again for what has not come back. */
const LOGIC: KeyedLogic<Order, { hits: object }> = {
  kind: 'keyed',
  codec: { encode: (state) => Buffer.from(JSON.stringify(state)), decode: (bytes) => JSON.parse(bytes.toString()) },
  keyOf: ({ key }) => key,
  initial: () => ({ asked: 0, done: 0, wanted: 0 }),
  apply: (state, input) => {
    if (input.kind === 'record') return { state: { ...state, wanted: state.wanted + 1 } };
    if (input.kind === 'effect') return { state: { ...state, asked: 0, done: state.done + 1 } };
    return { state: { ...state, asked: 0 } };
  },
  publish: (key, state, cause, at) => {
    const outcomes = cause.kind === 'effect' ? [forward('told', key, { done: state.done })] : [];
    if (state.done === state.wanted) return { state, outcomes, wakeAtMs: null };
    if (state.asked > 0) return { state, outcomes, wakeAtMs: at.nowMs };
    const effects = [{ id: `${key}${state.done}`, payload: null }];
    return { state: { ...state, asked: 1 }, outcomes, wakeAtMs: at.nowMs, effects };
  },
};
const TOPOLOGY = { stage: 'toy', sources: ['hits'], sinks: ['told'], deadLetter: 'toy.dead-letter' };

describe('an instance that lets partitions go', () => {
  const codec = new JsonCodec();
  let clock: TurnedClock;
  let log: MemoryLog;
  let database: MemoryDatabase;
  let performed: string[];
  let answers: (() => void)[];

  const effector: Effector = {
    perform: async ({ id }) => {
      performed.push(id);
      await new Promise<void>((resolve) => answers.push(resolve));
      return 'ok';
    },
  };

  beforeEach(() => {
    clock = new TurnedClock(1_000_000);
    log = new MemoryLog(2, clock);
    database = new MemoryDatabase();
    performed = [];
    answers = [];
  });

  afterEach(() => void vi.useRealTimers());

  async function started(owner: string, partitions: readonly number[]): Promise<Instance> {
    const instance = instanceOf({ topology: TOPOLOGY, logic: LOGIC, log, database, clock, owner, effector });
    await instance.runtime.start();
    instance.consumer.assign(partitions);
    await steps(instance);
    return instance;
  }

  async function steps({ runtime }: Instance, count = 5): Promise<void> {
    for (let step = 0; step < count; step += 1) {
      await runtime.step(0);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  function hit(key: string, partition = 0): void {
    log.append({ topic: 'hits', partition, key: Buffer.from(key), value: codec.encode('hits', {}), headers: {} });
  }

  function answerAll(): void {
    for (const answer of answers.splice(0)) answer();
  }

  const outputs = () => log.all('told').map(({ key }) => String(key));

  it('commits what comes back while it stops, asks for nothing more, and leaves that to the next', async () => {
    for (const key of ['a', 'a', 'b']) hit(key);
    const first = await started('first', [0, 1]);
    expect(performed).toEqual(['a0', 'b0']);
    first.runtime.stop();
    const closing = first.runtime.close();
    setImmediate(answerAll);
    await closing;
    expect(outputs()).toEqual(['a', 'b']);
    expect(performed).toEqual(['a0', 'b0']);
    const second = await started('second', [0, 1]);
    answerAll();
    await steps(second);
    expect(performed).toEqual(['a0', 'b0', 'a1']);
    expect(outputs()).toEqual(['a', 'b', 'a']);
  });

  it('stops in the end, though a call never comes back', async () => {
    hit('a');
    const first = await started('first', [0, 1]);
    vi.useFakeTimers();
    const closing = first.runtime.close();
    await vi.advanceTimersByTimeAsync(LEAVE_MS - 1_000);
    expect(database.partitions.get(0)?.leaseUntilMs).toBeGreaterThan(0);
    await vi.advanceTimersByTimeAsync(2_000);
    await closing;
    expect(database.partitions.get(0)?.leaseUntilMs).toBe(-Infinity);
  });

  it('keeps a partition that goes to another until its calls are back, and reads nothing more of it', async () => {
    hit('a', 0);
    hit('b', 1);
    const first = await started('first', [0, 1]);
    expect(performed).toEqual(['a0', 'b0']);
    first.consumer.assign([1]);
    await steps(first);
    hit('c', 0);
    hit('d', 1);
    const second = await started('second', [0]);
    for (let turn = 0; turn < 5; turn += 1) {
      clock.turn(1_000);
      await steps(first);
      await steps(second);
    }
    expect([...second.runtime.owned]).toEqual([]);
    expect(performed).toEqual(['a0', 'b0', 'd0']);
    answerAll();
    await steps(first);
    expect([...first.runtime.owned]).toEqual([1]);
    clock.turn(100);
    await steps(second);
    expect(performed).toEqual(['a0', 'b0', 'd0', 'c0']);
    expect(outputs().sort()).toEqual(['a', 'b', 'd']);
  });

  it('reads a partition on that comes back before its calls do', async () => {
    hit('a', 0);
    const first = await started('first', [0, 1]);
    first.consumer.assign([1]);
    await steps(first);
    first.consumer.assign([0, 1]);
    hit('c', 0);
    await steps(first);
    expect(first.runtime.ready).toBe(true);
    expect(performed).toEqual(['a0', 'c0']);
    answerAll();
    await steps(first);
    expect(outputs().sort()).toEqual(['a', 'c']);
  });

  it('gives a partition up whose calls take too long: the next owner asks again', async () => {
    hit('a', 0);
    const first = await started('first', [0, 1]);
    first.consumer.assign([1]);
    await steps(first);
    const second = await started('second', [0]);
    for (let turn = 0; turn < LEAVE_MS / 1_000 + 1; turn += 1) {
      clock.turn(1_000);
      await steps(first);
      await steps(second);
    }
    expect([...first.runtime.owned]).toEqual([1]);
    expect([...second.runtime.owned]).toEqual([0]);
    expect(performed).toEqual(['a0', 'a0']);
  });
});
