import { beforeEach, describe, expect, it } from 'vitest';
import { MemoryLog } from './memory/memory-log.ts';
import { MemoryDatabase } from './memory/memory-stage-store.ts';
import { TurnedClock } from './memory/turned-clock.ts';
import { type LogProducer, type StageStore, TransientFault } from './ports.ts';
import { intercept } from './testing/faults.ts';
import { type Instance, type InstanceOptions, instanceOf } from './testing/instance.ts';
import { JsonCodec } from './testing/json-codec.ts';
import {
  type Bar,
  type Hit,
  type Tally,
  TOY_LOGIC,
  TOY_TOPOLOGY,
  type ToyState,
  type ToyTopics,
} from './testing/toy-stage.ts';

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
  function away(...calls: readonly number[]) {
    let count = 0;
    return async (call: () => Promise<unknown>) => {
      count += 1;
      if (calls.includes(count)) throw new TransientFault('away');
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
        producer: (producer: LogProducer) => intercept(producer, { send: away(1) }),
        store: (store: StageStore) => intercept(store, { nextDue: away(1) }),
      },
    });
    next.consumer.assign([0]);
    await steps(next);
    expect(tallies().map((tally) => tally.version)).toEqual([1, 2]);
  });

  it('forgets the states of a partition it let go, though the store was away then', async () => {
    const first = await started('first', {
      around: { store: (store: StageStore) => intercept(store, { release: away(1) }) },
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
});
