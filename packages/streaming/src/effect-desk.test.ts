import { beforeEach, describe, expect, it } from 'vitest';
import { EffectDesk } from './effect-desk.ts';
import type { Effect } from './logic.ts';

describe('EffectDesk', () => {
  let answers: Map<string, (result: unknown) => void>;
  let arrived: number;
  let desk: EffectDesk;

  beforeEach(() => {
    answers = new Map();
    arrived = 0;
    const perform = ({ id }: Effect) => new Promise<unknown>((resolve) => answers.set(id, resolve));
    desk = new EffectDesk({ perform }, () => {
      arrived += 1;
    });
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

  it('refuses effects where nothing performs them', () => {
    const none = new EffectDesk(null, () => undefined);
    expect(() => none.perform([])).not.toThrow();
    expect(() => none.perform([{ partition: 0, key: 'a', effect: { id: '1', payload: null }, cause: null }])).toThrow(
      'no effector',
    );
  });
});
