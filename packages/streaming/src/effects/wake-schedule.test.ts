import { beforeEach, describe, expect, it } from 'vitest';
import { MemoryDatabase, MemoryStageStore } from '../testing/memory-stage-store.ts';
import { TurnedClock } from '../testing/turned-clock.ts';
import { WakeSchedule } from './wake-schedule.ts';

const OWNED = [{ partition: 0 }, { partition: 1 }];
const FREE = () => false;

describe('WakeSchedule', () => {
  let database: MemoryDatabase;
  let schedule: WakeSchedule;
  let caughtUp: Map<number, number>;
  const momentOf = (partition: number) => caughtUp.get(partition) ?? -Infinity;

  beforeEach(() => {
    database = new MemoryDatabase();
    const store = new MemoryStageStore({ database, clock: new TurnedClock(0), owner: 'one' });
    schedule = new WakeSchedule(store, 3);
    caughtUp = new Map([
      [0, 1_000],
      [1, 1_000],
    ]);
  });

  function due(key: string, due_ms: number | null, partition = 0): void {
    database.states.set(`${partition}/${key}`, { partition, key, body: Buffer.alloc(0), due_ms, protocol: null });
  }

  async function take(nowMs: number, isBusy: (partition: number, key: string) => boolean = FREE): Promise<string[]> {
    const keys = await schedule.take(OWNED, momentOf, nowMs, isBusy);
    // As a batch does: a key that was woken has another time.
    for (const { partition, key } of keys) due(key, null, partition);
    return keys.map(({ key }) => key);
  }

  it('wakes keys when they are due and not before, earliest first', async () => {
    due('b', 200);
    due('a', 100);
    due('c', 150, 1);
    await schedule.load([0, 1]);
    expect(await take(99)).toEqual([]);
    expect(await take(100)).toEqual(['a']);
    expect(await take(199)).toEqual(['c']);
    expect(await take(200)).toEqual(['b']);
    expect(await take(900)).toEqual([]);
  });

  it('reports how long the oldest has been due, and apart from it the oldest that nothing holds back', async () => {
    const lateness = (nowMs: number) => schedule.lateness(OWNED, momentOf, nowMs);
    due('a', 100);
    due('b', 300, 1);
    await schedule.load([0, 1]);
    expect(lateness(99)).toEqual({ due_ms: 0, overdueMs: 0 });
    caughtUp.set(0, 99);
    expect(lateness(400)).toEqual({ due_ms: 300, overdueMs: 100 });
    caughtUp.set(0, 100);
    expect(lateness(400)).toEqual({ due_ms: 300, overdueMs: 300 });
    caughtUp.set(1, 299);
    expect(await take(400)).toEqual(['a']);
    expect(lateness(400)).toEqual({ due_ms: 100, overdueMs: 0 });
    caughtUp.set(1, 300);
    expect(lateness(400)).toEqual({ due_ms: 100, overdueMs: 100 });
    expect(await take(400)).toEqual(['b']);
    expect(lateness(400)).toEqual({ due_ms: 0, overdueMs: 0 });
  });

  it('holds a partition back that is not consumed up to the time, and not the others', async () => {
    due('a', 100);
    due('b', 100, 1);
    due('c', 300);
    await schedule.load([0, 1]);
    caughtUp = new Map([
      [0, 99],
      [1, 1_000],
    ]);
    expect(await take(500)).toEqual(['b']);
    caughtUp.set(0, 299);
    expect(await take(500)).toEqual(['a']);
    caughtUp.set(0, 300);
    expect(await take(500)).toEqual(['c']);
  });

  it('holds nothing of one partition back because another one with much to wake is read slowly', async () => {
    for (let time = 100; time < 400; time += 10) due(`a${time}`, time);
    due('b', 350, 1);
    await schedule.load([0, 1]);
    caughtUp.set(0, 100);
    expect(await take(500)).toEqual(['a100', 'b']);
    caughtUp.set(0, 125);
    expect([...(await take(500)), ...(await take(500))]).toEqual(['a110', 'a120']);
  });

  it('wakes a key in time though another partition, which is far behind, has more to wake than one batch takes', async () => {
    const [nowMs, behindMs] = [10_000_000, 600_000];
    for (let index = 0; index < 60; index += 1) due(`a${index}`, nowMs - 700_000 + index * 10);
    due('b', nowMs - 1_000, 1);
    await schedule.load([0, 1]);
    caughtUp.set(1, nowMs);
    const woken: string[] = [];
    for (let turn = 0; turn < 4; turn += 1) {
      caughtUp.set(0, nowMs - behindMs + turn * 100);
      woken.push(...(await take(nowMs + turn * 50)));
    }
    expect(woken).toContain('b');
    expect(woken.length).toBeGreaterThan(6);
  });

  it('is late for nobody because others have effects under way', async () => {
    due('a', 100);
    due('b', 110);
    await schedule.load([0, 1]);
    expect(await take(100, () => true)).toEqual([]);
    expect(schedule.patience(OWNED, momentOf, 100, 10_000)).toBe(10);
    expect(await take(110, (_partition, key) => key === 'a')).toEqual(['b']);
    // The result of its effect, which the stage takes as an input, says when it is due next.
    expect(await take(900)).toEqual([]);
    schedule.noteAll(new Map([[0, 100]]));
    expect(await take(900)).toEqual(['a']);
  });

  it('wakes all of many, a few at a time', async () => {
    const keys = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    for (const [index, key] of keys.entries()) due(key, 100 + index);
    await schedule.load([0, 1]);
    const woken = [await take(500), await take(500), await take(500), await take(500)];
    expect(woken).toEqual([['a', 'b', 'c'], ['d', 'e', 'f'], ['g'], []]);
  });

  it('leaves a key alone while its effect is under way, looks again soon, and forgets it not', async () => {
    for (const key of ['a', 'b', 'c', 'd']) due(key, 100);
    await schedule.load([0, 1]);
    const busy = (_partition: number, key: string) => key !== 'd';
    expect(await take(100, busy)).toEqual([]);
    expect(await take(150, busy)).toEqual([]);
    expect(schedule.patience(OWNED, momentOf, 150, 10_000)).toBe(150);
    expect(await take(300)).toEqual(['a', 'b', 'c']);
    expect(await take(300)).toEqual(['d']);
  });

  it('learns of times that a batch wrote, and of those it finds at taking over', async () => {
    await schedule.load([0, 1]);
    expect(schedule.patience(OWNED, momentOf, 0, 10_000)).toBe(10_000);
    due('a', 700);
    schedule.noteAll(new Map([[0, 700]]));
    due('b', 400);
    schedule.noteAll(new Map([[0, 400]]));
    expect(schedule.patience(OWNED, momentOf, 100, 10_000)).toBe(300);
    expect(await take(400)).toEqual(['b']);
    expect(schedule.patience(OWNED, momentOf, 400, 10_000)).toBe(300);
    expect(await take(700)).toEqual(['a']);
  });

  it('has a poll wait for whatever comes while a due partition is behind, and forgets partitions', async () => {
    due('a', 100);
    await schedule.load([0, 1]);
    caughtUp.set(0, 50);
    expect(schedule.isDue(99)).toBe(false);
    expect(schedule.isDue(100)).toBe(true);
    expect(schedule.patience(OWNED, momentOf, 500, 10_000)).toBe(10_000);
    caughtUp.set(0, 100);
    expect(schedule.patience(OWNED, momentOf, 500, 10_000)).toBe(0);
    schedule.forget(0);
    expect(schedule.isDue(100)).toBe(false);
    expect(schedule.patience(OWNED, momentOf, 500, 10_000)).toBe(10_000);
  });
});
