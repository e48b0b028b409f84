import { beforeEach, describe, expect, it } from 'vitest';
import type { LogProducer } from '../ports/log.ts';
import { TransientFaultError } from '../ports/retry.ts';
import type { StageStore } from '../ports/store.ts';
import { intercept } from '../testing/faults.ts';
import { type Instance, type InstanceOptions, instanceOf } from '../testing/instance.ts';
import { JsonCodec } from '../testing/json-codec.ts';
import { MemoryLog } from '../testing/memory-log.ts';
import { MemoryDatabase } from '../testing/memory-stage-store.ts';
import {
  type Bar,
  type Hit,
  type Tally,
  TOY_LOGIC,
  TOY_TOPOLOGY,
  type ToyState,
  type ToyTopics,
} from '../testing/toy-stage.ts';
import { TurnedClock } from '../testing/turned-clock.ts';

type ToyOptions = InstanceOptions<never, ToyTopics, ToyState, Bar>;

/** One partition, so that every key is in it. */
describe('StageRuntime', () => {
  const codec = new JsonCodec();
  let clock: TurnedClock;
  let log: MemoryLog;
  let database: MemoryDatabase;

  beforeEach(() => {
    clock = new TurnedClock(1_000_000);
    log = new MemoryLog(1, clock);
    database = new MemoryDatabase();
  });

  async function started(owner: string, options: Partial<ToyOptions> = {}): Promise<Instance> {
    const instance = instanceOf({ topology: TOY_TOPOLOGY, logic: TOY_LOGIC, log, database, clock, owner, ...options });
    await instance.runtime.start();
    return instance;
  }

  function hit(key: string, value: Hit): void {
    put('hits', key, value);
  }

  function put(topic: string, key: string, value: object, headers: Record<string, string> = {}): void {
    log.append({ topic, partition: 0, key: Buffer.from(key), value: codec.encode(topic, value), headers });
  }

  async function steps(instance: Instance, count = 5): Promise<void> {
    for (let step = 0; step < count; step += 1) await instance.runtime.step(0);
  }

  function tallies(): Tally[] {
    return log.read('tallies', 0).map((record) => {
      const decoded = codec.decode('tallies', record.value ?? Buffer.alloc(0));
      return (decoded.ok ? decoded.value : null) as Tally;
    });
  }

  /** Throws a fault at the calls of these numbers, counted from 1. */
  function failing(...calls: readonly number[]) {
    let count = 0;
    return async (call: () => Promise<unknown>) => {
      count += 1;
      if (calls.includes(count)) throw new TransientFaultError('away');
      return call();
    };
  }

  it('reads on after a fault while it takes a partition over', async () => {
    hit('a', { id: '1' });
    const crashed = await started('crashed', {
      around: {
        producer: (producer: LogProducer) => intercept(producer, { send: () => new Promise(() => undefined) }),
      },
    });
    crashed.consumer.assign([0]);
    await crashed.runtime.step(0);
    void crashed.runtime.step(0);
    await new Promise((resolve) => setImmediate(resolve));
    clock.turn(60_000);
    hit('a', { id: '2' });
    const next = await started('next', {
      around: {
        producer: (producer: LogProducer) => intercept(producer, { send: failing(1) }),
        store: (store: StageStore) => intercept(store, { nextDue: failing(1) }),
      },
    });
    next.consumer.assign([0]);
    await steps(next);
    expect(tallies().map((tally) => tally.version)).toEqual([1, 2]);
  });

  it('forgets the states of a partition it let go, though the store was unavailable then', async () => {
    const first = await started('first', {
      around: { store: (store: StageStore) => intercept(store, { release: failing(1) }) },
    });
    const second = await started('second');
    first.consumer.assign([0]);
    hit('a', { id: '1' });
    await steps(first);
    first.consumer.assign([]);
    await steps(first);
    clock.turn(60_000);
    second.consumer.assign([0]);
    hit('a', { id: '2' });
    await steps(second);
    second.consumer.assign([]);
    await steps(second);
    first.consumer.assign([0]);
    hit('a', { id: '3' });
    await steps(first);
    expect([...new Set(tallies().map((tally) => tally.version))]).toEqual([1, 2, 3]);
    expect(tallies().at(-1)?.hits).toEqual({ 1: 1, 2: 1, 3: 1 });
  });

  it('decides nothing by time that the backlog may still cancel', async () => {
    const stage = await started('one', { limits: { batchRecords: 1 } });
    stage.consumer.assign([0]);
    hit('a', { id: '1', until_ms: clock.nowMs() + 100 });
    await steps(stage);
    clock.turn(50);
    hit('a', { id: '2', until_ms: clock.nowMs() + 10_000 });
    hit('a', { id: '3', until_ms: clock.nowMs() + 10_000 });
    clock.turn(1_000);
    await steps(stage);
    expect(tallies().map(({ live, cause }) => [cause, live])).toEqual([
      ['record', 1],
      ['record', 2],
      ['record', 3],
      ['wake', 2],
    ]);
  });

  it('wakes no key of a partition that is held', async () => {
    const stage = await started('one');
    stage.consumer.assign([0]);
    hit('a', { id: '1', until_ms: clock.nowMs() + 100 });
    await steps(stage);
    put('hits', 'b', { id: '2' }, { 'hilo-origin': 'up/0/x', 'hilo-seq': '1' });
    put('hits', 'a', { id: '3' }, { 'hilo-origin': 'up/0/x', 'hilo-seq': '3' });
    await steps(stage);
    clock.turn(1_000);
    await steps(stage);
    expect(tallies().map(({ key, live }) => [key, live])).toEqual([
      ['a', 1],
      ['b', 1],
    ]);
  });

  it('decides nothing by time in a sweep of a partition that is held, nor for a bar that moved', async () => {
    const stage = await started('one', { limits: { batchKeys: 1 } });
    stage.consumer.assign([0]);
    hit('a', { id: '1', until_ms: clock.nowMs() + 100 });
    hit('A', { id: '2' });
    await steps(stage);
    put('bars', 'x', { least: 2 });
    put('hits', 'b', { id: '3' }, { 'hilo-origin': 'up/0/x', 'hilo-seq': '1' });
    put('hits', 'a', { id: '5' }, { 'hilo-origin': 'up/0/x', 'hilo-seq': '3' });
    await stage.runtime.step(0);
    clock.turn(1_000);
    await steps(stage);
    expect(
      tallies()
        .filter(({ key }) => key === 'a')
        .every(({ live }) => live === 1),
    ).toBe(true);
  });

  it('sets a record aside that names no usable key, with its bytes, and goes on', async () => {
    const stage = await started('one');
    stage.consumer.assign([0]);
    hit('', { id: '1' });
    hit('a\0b', { id: '2' });
    put('toy.handover', 'a', { kind: 'state', from_key: 'x', to_key: '', merge_id: 'm', state: null, awaiting: [] });
    hit('a', { id: '3' });
    await steps(stage);
    const dead = log.read('toy.dead-letter', 0);
    expect(dead.map(({ headers }) => headers['hilo-reason']?.toString())).toEqual(['bad_key', 'bad_key', 'bad_key']);
    expect(dead.map(({ key }) => key?.toString())).toEqual(['', 'a\0b', 'a']);
    expect(tallies()).toHaveLength(1);
  });

  it('ends with an error where a batch meets conflicts for ever', async () => {
    const stage = await started('one', {
      around: { store: (store: StageStore) => intercept(store, { commit: async () => ({ kind: 'conflict' }) }) },
    });
    stage.consumer.assign([0]);
    hit('a', { id: '1' });
    await expect(steps(stage)).rejects.toThrow('200 conflicts in a row');
  });

  it('is ready once all that is assigned is read, and also where nothing is', async () => {
    const stage = await started('one');
    expect(stage.runtime.ready).toBe(false);
    stage.consumer.assign([0]);
    await steps(stage);
    expect(stage.runtime.ready).toBe(true);
    stage.consumer.assign([]);
    await steps(stage);
    expect(stage.runtime.ready).toBe(true);
  });
});
