import { beforeEach, describe, expect, it } from 'vitest';
import type { At } from '../language/input.ts';
import type { KeyedInput, KeyedLogic } from '../language/logic.ts';
import { instanceOf } from '../testing/instance.ts';
import { JsonCodec } from '../testing/json-codec.ts';
import { MemoryLog } from '../testing/memory-log.ts';
import { MemoryDatabase } from '../testing/memory-stage-store.ts';
import { StageDriver } from '../testing/stage-driver.ts';
import { TOY_TOPOLOGY, type ToyTopics } from '../testing/toy-stage.ts';
import { TurnedClock } from '../testing/turned-clock.ts';

const START_MS = 1_700_000_000_000;
const WAITING = JSON.stringify({ open: ['again'], tries: 1, retryAtMs: null });

/** Calls once for each hit, and again after a failure, a second later. */
interface Calls {
  readonly open: readonly string[];
  readonly tries: number;
  readonly retryAtMs: number | null;
}

const CALLER: KeyedLogic<Calls, Pick<ToyTopics, 'hits'>> = {
  kind: 'keyed',
  codec: {
    encode: (state) => Buffer.from(JSON.stringify(state)),
    decode: (bytes) => JSON.parse(bytes.toString()) as Calls,
  },
  keyOf: ({ key }) => key,
  initial: () => ({ open: [], tries: 0, retryAtMs: null }),
  apply: (state, input) => ({ state: afterCall(state, input) }),
  publish: (_key, state, _cause, at) => callNext(state, at),
};

function afterCall(state: Calls, input: KeyedInput<Pick<ToyTopics, 'hits'>>): Calls {
  if (input.kind === 'record') return { ...state, open: [...state.open, input.value.id] };
  if (input.kind !== 'effect') return state;
  if (input.result === 'ok') return { open: state.open.slice(1), tries: 0, retryAtMs: null };
  return { ...state, tries: state.tries + 1, retryAtMs: Number(input.result) };
}

function callNext(state: Calls, { nowMs }: At) {
  const [next] = state.open;
  if (next === undefined) return { state, outcomes: [], wakeAtMs: null };
  if (state.retryAtMs !== null && state.retryAtMs > nowMs) {
    return { state, outcomes: [], wakeAtMs: state.retryAtMs };
  }
  return { state, outcomes: [], wakeAtMs: nowMs, effects: [{ id: next, payload: null }] };
}

/** Asks for a slow call once, and for a quick one four times, a second apart. */
interface Pair {
  readonly slow: 'wanted' | 'asked' | 'done';
  readonly quick: number;
  readonly quickAsked: boolean;
  readonly quickAtMs: number;
}

const PAIR: KeyedLogic<Pair, Pick<ToyTopics, 'hits'>> = {
  kind: 'keyed',
  codec: {
    encode: (state) => Buffer.from(JSON.stringify(state)),
    decode: (bytes) => JSON.parse(bytes.toString()) as Pair,
  },
  keyOf: ({ key }) => key,
  initial: () => ({ slow: 'wanted', quick: 0, quickAsked: false, quickAtMs: 0 }),
  apply: (state, input, { nowMs }) => {
    if (input.kind === 'wake') expect(input.underWay).toEqual(state.slow === 'asked' ? new Set(['slow']) : undefined);
    if (input.kind !== 'effect') return { state };
    if (input.id === 'slow') return { state: { ...state, slow: 'done' } };
    return { state: { ...state, quick: state.quick + 1, quickAsked: false, quickAtMs: nowMs + 1_000 } };
  },
  publish: (_key, state, _cause, { nowMs }) => {
    const isDue = !state.quickAsked && state.quick < 4 && state.quickAtMs <= nowMs;
    const asks = [...(isDue ? [`quick ${state.quick}`] : []), ...(state.slow === 'wanted' ? ['slow'] : [])];
    const after: Pair = {
      ...state,
      slow: state.slow === 'wanted' ? 'asked' : state.slow,
      quickAsked: state.quickAsked || isDue,
    };
    const nextMs = after.quickAsked || after.quick === 4 ? null : after.quickAtMs;
    const isUnderWay = after.slow === 'asked' || after.quickAsked;
    return {
      state: after,
      outcomes: [],
      wakeAtMs: isUnderWay ? nowMs : nextMs,
      ...(isUnderWay ? { wakeUnderWayMs: nextMs } : {}),
      effects: asks.map((id) => ({ id, payload: null })),
    };
  },
};

describe('a stage with effects', () => {
  let called: string[];
  let answer: (id: string) => Promise<unknown>;

  beforeEach(() => {
    called = [];
    answer = () => Promise.resolve('ok');
  });

  function caller() {
    return new StageDriver({
      topology: { ...TOY_TOPOLOGY, sources: ['hits'] },
      logic: CALLER,
      startMs: START_MS,
      codec: new JsonCodec(),
      effector: {
        perform: ({ id }) => {
          called.push(id);
          return answer(id);
        },
      },
    });
  }

  it('performs what a commit asked for, after it, and commits what came of it', async () => {
    const driver = caller();
    driver.pipe('hits', 'a', { id: '1' });
    await driver.run();
    expect(driver.journal.map((entry) => (entry.kind === 'effect' ? entry.id : entry.kind))).toEqual([
      'commit',
      '1',
      'commit',
    ]);
  });

  it('asks again after a crash, and for what was never answered', async () => {
    const driver = caller();
    let open: (result: unknown) => void = () => undefined;
    answer = () => new Promise((resolve) => (open = resolve));
    driver.pipe('hits', 'a', { id: '1' });
    const killed = expect(driver.run()).rejects.toThrow('killed');
    await expect.poll(() => called.length).toBe(1);
    driver.crash();
    await killed;
    answer = () => Promise.resolve('ok');
    await driver.advance(1);
    expect(called).toEqual(['1', '1']);
    open('ok');
    await driver.advance(10_000);
    expect(called).toEqual(['1', '1']);
  });

  it('does not ask twice while an answer is on its way, though the key is due', async () => {
    const driver = caller();
    let open: (result: unknown) => void = () => undefined;
    answer = () => new Promise((resolve) => (open = resolve));
    driver.pipe('hits', 'a', { id: '1' });
    const running = driver.run();
    await expect.poll(() => called.length).toBe(1);
    driver.clock.turn(60_000);
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(called).toEqual(['1']);
    open('ok');
    await running;
    expect(called).toEqual(['1']);
  });

  it('waits as long as it asked for before it tries again', async () => {
    const driver = caller();
    answer = () => Promise.resolve(called.length < 3 ? driver.clock.nowMs() + 1_000 : 'ok');
    driver.pipe('hits', 'a', { id: '1' });
    await driver.run();
    await driver.advance(999);
    expect(called).toHaveLength(1);
    await driver.advance(1);
    expect(called).toHaveLength(2);
    await driver.advance(1_000);
    await driver.advance(60_000);
    expect(called).toHaveLength(3);
  });

  it('wakes a key at its time while another effect of it is under way, and asks for nothing twice', async () => {
    const slow = Promise.withResolvers<unknown>();
    const asked: [string, number][] = [];
    const driver = new StageDriver({
      topology: { ...TOY_TOPOLOGY, sources: ['hits'] },
      logic: PAIR,
      startMs: START_MS,
      codec: new JsonCodec(),
      effector: {
        perform: ({ id }) => {
          asked.push([id, driver.clock.nowMs() - START_MS]);
          return id.startsWith('slow') ? slow.promise : Promise.resolve('again');
        },
      },
    });
    driver.pipe('hits', 'a', { id: '1' });
    const running = driver.run();
    for (let ms = 0; ms < 3_500; ms += 100) {
      for (let turn = 0; turn < 4; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      driver.clock.turn(100);
    }
    slow.resolve('done');
    await running;
    expect(asked.map(([id]) => id)).toEqual(['quick 0', 'slow', 'quick 1', 'quick 2', 'quick 3']);
    for (const [id, ms] of asked.filter(([one]) => one !== 'slow')) {
      const due_ms = 1_000 * Number(id.slice(-1));
      expect(ms, id).toBeGreaterThanOrEqual(due_ms);
      expect(ms, id).toBeLessThanOrEqual(due_ms + 200);
    }
  });

  it('neither reads nor wakes keys while too many effects are under way, and goes on when they are answered', async () => {
    const clock = new TurnedClock(START_MS);
    const log = new MemoryLog(1, clock);
    const database = new MemoryDatabase();
    for (let index = 0; index < 60; index += 1) {
      const value = new JsonCodec().encode('hits', { id: String(index) });
      log.append({ topic: 'hits', partition: 0, key: Buffer.from(`k${index}`), value, headers: {} });
    }
    const open: (() => void)[] = [];
    const start = async (owner: string) => {
      const stage = instanceOf({
        topology: { ...TOY_TOPOLOGY, sources: ['hits'] },
        logic: CALLER,
        log,
        database,
        clock,
        owner,
        effector: { perform: () => new Promise<string>((resolve) => open.push(() => resolve('ok'))) },
        limits: { effects: 3, batchRecords: 2, batchKeys: 2 },
      });
      await stage.runtime.start();
      stage.consumer.assign([0]);
      return stage;
    };
    const killed = await start('killed');
    for (let turn = 0; turn < 200; turn += 1) {
      await killed.runtime.step(0);
      for (const answered of turn < 40 ? [] : open.splice(0)) answered();
      if (turn === 30) expect(open.length).toBeLessThanOrEqual(3 + 2);
      await new Promise((resolve) => setImmediate(resolve));
    }
    // All keys wait for a call at once, as after an outage of the destination.
    for (const [id, row] of database.states)
      database.states.set(id, { ...row, due_ms: START_MS, body: Buffer.from(WAITING) });
    clock.turn(60_000);
    open.length = 0;
    const next = await start('next');
    for (let turn = 0; turn < 50; turn += 1) await next.runtime.step(0);
    expect(open.length).toBeGreaterThan(0);
    expect(open.length).toBeLessThanOrEqual(3 + 2 + 3);
    for (let turn = 0; turn < 400; turn += 1) {
      for (const answered of open.splice(0)) answered();
      await new Promise((resolve) => setImmediate(resolve));
      clock.turn(10);
      await next.runtime.step(0);
    }
    const left = [...database.states.values()].filter(({ due_ms }) => due_ms !== null);
    expect(left).toEqual([]);
  });
});
