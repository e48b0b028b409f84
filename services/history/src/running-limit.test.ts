import { expect, it } from 'vitest';
import { RunningLimit, TooManyWaiting } from './running-limit.ts';

const patient = new AbortController().signal;

it('lets in as many as it may, and the next when one leaves, in their order', async () => {
  const limit = new RunningLimit(1, 2);
  const order: number[] = [];
  const leave = await limit.enter(patient);
  const visit = async (name: number) => {
    const done = await limit.enter(patient);
    order.push(name);
    done();
  };
  const visits = [visit(2), visit(3)];
  await expect(limit.enter(patient)).rejects.toBeInstanceOf(TooManyWaiting);
  leave();
  leave();
  await Promise.all(visits);
  expect(order).toEqual([2, 3]);
  (await limit.enter(patient))();
});

it('forgets who stops waiting', async () => {
  const limit = new RunningLimit(1, 1);
  const leave = await limit.enter(patient);
  const impatient = new AbortController();
  const waiting = limit.enter(impatient.signal);
  impatient.abort(new Error('gone'));
  await expect(waiting).rejects.toThrow('gone');
  const next = limit.enter(patient);
  leave();
  (await next)();
  await expect(limit.enter(impatient.signal)).rejects.toThrow('gone');
});
