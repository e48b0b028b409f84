import { beforeEach, describe, expect, it } from 'vitest';
import type { Effect } from '../language/logic.ts';
import { EffectDesk } from './effect-desk.ts';

describe('EffectDesk', () => {
  let answers: Map<string, (result: unknown) => void>;
  let arrived: number;
  let released: number[];
  let desk: EffectDesk;

  beforeEach(() => {
    answers = new Map();
    arrived = 0;
    const perform = ({ id }: Effect) => new Promise<unknown>((resolve) => answers.set(id, resolve));
    released = [];
    desk = new EffectDesk(
      { perform },
      { nowMs: () => 7, arrived: () => (arrived += 1), released: (partition) => released.push(partition) },
    );
  });

  function ask(key: string, id: string, partition = 0): void {
    desk.perform([{ partition, key, effect: { id, payload: null }, cause: null }]);
  }

  async function answer(id: string, result: unknown): Promise<void> {
    answers.get(id)?.(result);
    await new Promise((resolve) => setImmediate(resolve));
  }

  it('hands results over once, and keeps a key under way until all of its results are taken', async () => {
    ask('a', '1');
    ask('a', '2');
    ask('b', '3');
    expect([desk.underWay, desk.hasResults]).toEqual([3, false]);
    await answer('1', 'x');
    expect([desk.underWay, desk.hasResults, arrived]).toEqual([3, true, 1]);
    expect(desk.takeResults()).toEqual([{ kind: 'effect', partition: 0, key: 'a', id: '1', result: 'x' }]);
    expect(desk.takeResults()).toEqual([]);
    expect([desk.underWay, desk.isUnderWay(0, 'a'), desk.isUnderWay(1, 'a')]).toEqual([2, true, false]);
    await answer('2', null);
    expect(desk.isUnderWay(0, 'a')).toBe(true);
    desk.takeResults();
    expect([desk.isUnderWay(0, 'a'), desk.isUnderWay(0, 'b'), desk.underWay]).toEqual([false, true, 1]);
  });

  it('takes no result of a partition that was let go, not even after it came back', async () => {
    ask('a', '1');
    ask('a', '2');
    ask('a', '3', 1);
    await answer('1', 'x');
    desk.forget(0);
    expect([desk.hasResults, desk.isUnderWay(0, 'a')]).toEqual([false, true]);
    ask('a', '4');
    await answer('2', 'late');
    await answer('3', 'y');
    await answer('4', 'z');
    expect(desk.takeResults().map(({ id }) => id)).toEqual(['3', '4']);
    expect([desk.underWay, desk.isUnderWay(0, 'a')]).toEqual([0, false]);
  });

  it('wakes a key with effects under way when it asked for it, with the ids of those effects, once', async () => {
    const always = () => true;
    ask('a', '1');
    ask('a', '2');
    ask('b', '3', 1);
    const idle = { partition: 0, key: 'idle', wakeMs: 1, due_ms: 9 };
    expect(
      desk.noteWakes([
        { partition: 0, key: 'a', wakeMs: 100, due_ms: 9 },
        { partition: 1, key: 'b', wakeMs: 50, due_ms: 9 },
        idle,
      ]),
    ).toEqual([idle]);
    expect([desk.nextWakeMs, desk.takeDue(49, 10, always)]).toEqual([50, []]);
    expect(desk.takeDue(100, 10, (partition) => partition === 0)).toEqual([
      { kind: 'wake', partition: 0, key: 'a', due_ms: 100, underWay: new Set(['1', '2']) },
    ]);
    expect(desk.nextWakeMs).toBe(50);
    expect(desk.takeDue(100, 0, always)).toEqual([]);
    expect(desk.takeDue(100, 10, always).map(({ key }) => key)).toEqual(['b']);
    expect([desk.nextWakeMs, desk.takeDue(100, 10, always)]).toEqual([Infinity, []]);
    await answer('1', 'x');
    desk.takeResults();
    desk.noteWakes([{ partition: 0, key: 'a', wakeMs: 200, due_ms: 9 }]);
    expect(desk.takeDue(200, 10, always)).toMatchObject([{ key: 'a', underWay: new Set(['2']) }]);
    desk.noteWakes([{ partition: 0, key: 'a', wakeMs: 300, due_ms: 9 }]);
    desk.noteWakes([{ partition: 0, key: 'a', wakeMs: null, due_ms: 9 }]);
    expect(desk.takeDue(300, 10, always)).toEqual([]);
    desk.noteWakes([{ partition: 0, key: 'a', wakeMs: 400, due_ms: 9 }]);
    desk.forget(0);
    expect(desk.takeDue(400, 10, always)).toEqual([]);
    expect(released).toEqual([]);
    await answer('2', 'late');
    expect([released, desk.isUnderWay(0, 'a')]).toEqual([[0], false]);
  });

  it('wakes a key at once when an effect of its earlier life is over, while another goes on', async () => {
    ask('a', '1');
    desk.forget(0);
    ask('a', '2');
    await answer('1', 'late');
    expect([released, desk.nextWakeMs]).toEqual([[], 7]);
    expect(desk.takeDue(7, 10, () => true)).toMatchObject([{ key: 'a', due_ms: 7, underWay: new Set(['2']) }]);
  });

  it('refuses effects where nothing performs them', () => {
    const none = new EffectDesk(null, { nowMs: () => 0, arrived: () => undefined, released: () => undefined });
    expect(() => none.perform([])).not.toThrow();
    expect(() => none.perform([{ partition: 0, key: 'a', effect: { id: '1', payload: null }, cause: null }])).toThrow(
      'no effector',
    );
  });
});
