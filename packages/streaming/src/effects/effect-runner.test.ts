import { beforeEach, describe, expect, it } from 'vitest';
import type { Effect } from '../language/logic.ts';
import { EffectRunner } from './effect-runner.ts';

describe('EffectRunner', () => {
  let answers: Map<string, (result: unknown) => void>;
  let arrived: number;
  let released: number[];
  let effectRunner: EffectRunner;

  beforeEach(() => {
    answers = new Map();
    arrived = 0;
    const perform = ({ id }: Effect) => new Promise<unknown>((resolve) => answers.set(id, resolve));
    released = [];
    effectRunner = new EffectRunner(
      { perform },
      { nowMs: () => 7, arrived: () => (arrived += 1), released: (partition) => released.push(partition) },
    );
  });

  function ask(key: string, id: string, partition = 0): void {
    effectRunner.perform([{ partition, key, effect: { id, payload: null }, cause: null }]);
  }

  async function answer(id: string, result: unknown): Promise<void> {
    answers.get(id)?.(result);
    await new Promise((resolve) => setImmediate(resolve));
  }

  it('hands results over once, and keeps a key under way until all of its results are taken', async () => {
    ask('a', '1');
    ask('a', '2');
    ask('b', '3');
    expect([effectRunner.underWay, effectRunner.hasResults]).toEqual([3, false]);
    await answer('1', 'x');
    expect([effectRunner.underWay, effectRunner.hasResults, arrived]).toEqual([3, true, 1]);
    expect(effectRunner.takeResults()).toEqual([{ kind: 'effect', partition: 0, key: 'a', id: '1', result: 'x' }]);
    expect(effectRunner.takeResults()).toEqual([]);
    expect([effectRunner.underWay, effectRunner.isUnderWay(0, 'a'), effectRunner.isUnderWay(1, 'a')]).toEqual([
      2,
      true,
      false,
    ]);
    await answer('2', null);
    expect(effectRunner.isUnderWay(0, 'a')).toBe(true);
    effectRunner.takeResults();
    expect([effectRunner.isUnderWay(0, 'a'), effectRunner.isUnderWay(0, 'b'), effectRunner.underWay]).toEqual([
      false,
      true,
      1,
    ]);
  });

  it('takes no result of a partition that was let go, not even after it came back', async () => {
    ask('a', '1');
    ask('a', '2');
    ask('a', '3', 1);
    await answer('1', 'x');
    effectRunner.forget(0);
    expect([effectRunner.hasResults, effectRunner.isUnderWay(0, 'a')]).toEqual([false, true]);
    ask('a', '4');
    await answer('2', 'late');
    await answer('3', 'y');
    await answer('4', 'z');
    expect(effectRunner.takeResults().map(({ id }) => id)).toEqual(['3', '4']);
    expect([effectRunner.underWay, effectRunner.isUnderWay(0, 'a')]).toEqual([0, false]);
  });

  it('wakes a key with effects under way when it asked for it, with the ids of those effects, once', async () => {
    const always = () => true;
    ask('a', '1');
    ask('a', '2');
    ask('b', '3', 1);
    const idle = { partition: 0, key: 'idle', wakeMs: 1, due_ms: 9 };
    expect(
      effectRunner.noteWakes([
        { partition: 0, key: 'a', wakeMs: 100, due_ms: 9 },
        { partition: 1, key: 'b', wakeMs: 50, due_ms: 9 },
        idle,
      ]),
    ).toEqual([idle]);
    expect([effectRunner.nextWakeMs, effectRunner.takeDue(49, 10, always)]).toEqual([50, []]);
    expect(effectRunner.takeDue(100, 10, (partition) => partition === 0)).toEqual([
      { kind: 'wake', partition: 0, key: 'a', due_ms: 100, underWay: new Set(['1', '2']) },
    ]);
    expect(effectRunner.nextWakeMs).toBe(50);
    expect(effectRunner.takeDue(100, 0, always)).toEqual([]);
    expect(effectRunner.takeDue(100, 10, always).map(({ key }) => key)).toEqual(['b']);
    expect([effectRunner.nextWakeMs, effectRunner.takeDue(100, 10, always)]).toEqual([Infinity, []]);
    await answer('1', 'x');
    effectRunner.takeResults();
    effectRunner.noteWakes([{ partition: 0, key: 'a', wakeMs: 200, due_ms: 9 }]);
    expect(effectRunner.takeDue(200, 10, always)).toMatchObject([{ key: 'a', underWay: new Set(['2']) }]);
    effectRunner.noteWakes([{ partition: 0, key: 'a', wakeMs: 300, due_ms: 9 }]);
    effectRunner.noteWakes([{ partition: 0, key: 'a', wakeMs: null, due_ms: 9 }]);
    expect(effectRunner.takeDue(300, 10, always)).toEqual([]);
    effectRunner.noteWakes([{ partition: 0, key: 'a', wakeMs: 400, due_ms: 9 }]);
    effectRunner.forget(0);
    expect(effectRunner.takeDue(400, 10, always)).toEqual([]);
    expect(released).toEqual([]);
    await answer('2', 'late');
    expect([released, effectRunner.isUnderWay(0, 'a')]).toEqual([[0], false]);
  });

  it('wakes a key at once when an effect of its earlier life is over, while another goes on', async () => {
    ask('a', '1');
    effectRunner.forget(0);
    ask('a', '2');
    await answer('1', 'late');
    expect([released, effectRunner.nextWakeMs]).toEqual([[], 7]);
    expect(effectRunner.takeDue(7, 10, () => true)).toMatchObject([{ key: 'a', due_ms: 7, underWay: new Set(['2']) }]);
  });

  it('refuses effects where nothing performs them', () => {
    const none = new EffectRunner(null, { nowMs: () => 0, arrived: () => undefined, released: () => undefined });
    expect(() => none.perform([])).not.toThrow();
    expect(() => none.perform([{ partition: 0, key: 'a', effect: { id: '1', payload: null }, cause: null }])).toThrow(
      'no effector',
    );
  });
});
