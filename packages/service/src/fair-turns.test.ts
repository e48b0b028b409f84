import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FairTurns, TooManyWaitingError } from './fair-turns.ts';

const patient = new AbortController().signal;
const LIMITS = { atOnce: 4, atOnceEach: 2, keptFrom: 2, waiting: 6, waitingEach: 3 };

/** Waits until everybody who got a turn has noticed it. */
const settle = () => new Promise(setImmediate);

describe('turns', () => {
  it('are bounded for one person, and others are served at once beside', async () => {
    const turns = new FairTurns(LIMITS);
    const [first, second] = [turns.take('ann'), turns.take('ann')];
    expect([first, second, turns.take('ann')].map((turn) => turn !== null)).toEqual([true, true, false]);
    expect(turns.take('bob')).not.toBeNull();
    // The rest is reserved for people without a turn.
    expect(turns.take('bob')).toBeNull();
    expect(turns.take('eve')).not.toBeNull();
    expect(turns.take('dan')).toBeNull();
  });

  it('go to people without one first, then round and round', async () => {
    const turns = new FairTurns({ atOnce: 2, atOnceEach: 2, keptFrom: 2, waiting: 20, waitingEach: 10 });
    const leave = [turns.take('ann'), turns.take('ann')];
    const order: string[] = [];
    const visit = async (name: string) => {
      const done = await turns.enter(name, patient);
      order.push(name);
      await settle();
      done();
    };
    const visits = ['ann', 'ann', 'ann', 'bob', 'bob', 'eve'].map(visit);
    leave[0]?.();
    await settle();
    expect(order).toEqual(['bob']);
    leave[1]?.();
    await Promise.all(visits);
    expect(order.slice(0, 3)).toEqual(['bob', 'ann', 'eve']);
    expect(order.toSorted()).toEqual(['ann', 'ann', 'ann', 'bob', 'bob', 'eve']);
  });

  it('are refused where a person waits for as many as one may, and never for that of others', async () => {
    const turns = new FairTurns(LIMITS);
    for (const name of ['ann', 'ann', 'bob', 'eve']) expect(turns.take(name)).not.toBeNull();
    const gone = new AbortController();
    const waiting = ['ann', 'ann', 'ann', 'bob', 'bob', 'bob'].map((name) => turns.enter(name, gone.signal));
    await expect(turns.enter('ann', patient)).rejects.toMatchObject({ isOwn: true });
    // All turns are taken, but a person without one can still wait.
    await expect(turns.enter('eve', AbortSignal.timeout(1))).rejects.not.toBeInstanceOf(TooManyWaitingError);
    gone.abort(new Error('gone'));
    for (const one of waiting) await expect(one).rejects.toThrow('gone');
  });

  it('are given back once, and who stops waiting is forgotten', async () => {
    const turns = new FairTurns({ atOnce: 1, atOnceEach: 1, keptFrom: 1, waiting: 1, waitingEach: 1 });
    const leave = turns.take('ann');
    const impatient = new AbortController();
    const waiting = turns.enter('bob', impatient.signal);
    impatient.abort(new Error('gone'));
    await expect(waiting).rejects.toThrow('gone');
    leave?.();
    leave?.();
    const next = turns.take('eve');
    expect(next).not.toBeNull();
    expect(turns.take('bob')).toBeNull();
    next?.();
    await expect(turns.enter('bob', impatient.signal)).rejects.toThrow('gone');
  });

  it('keep every bound whatever comes, and serve everybody in the end', async () => {
    const step = fc.record({ name: fc.constantFrom('a', 'b', 'c', 'd', 'e'), isLeave: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const turns = new FairTurns(LIMITS);
        const held: { name: string; leave: () => void }[] = [];
        let open = 0;
        for (const { name, isLeave } of steps) {
          if (isLeave) held.shift()?.leave();
          else {
            open += 1;
            void turns.enter(name, patient).then(
              (leave) => held.push({ name, leave }),
              () => (open -= 1),
            );
          }
          await settle();
          expect(held.length).toBeLessThanOrEqual(LIMITS.atOnce);
          for (const [, own] of Map.groupBy(held, (one) => one.name)) expect(own.length).toBeLessThanOrEqual(2);
        }
        let served = 0;
        for (let next = held.shift(); next !== undefined; next = held.shift()) {
          next.leave();
          served += 1;
          await settle();
        }
        expect(served).toBeLessThanOrEqual(open);
        // No turn is left taken.
        for (const name of ['a', 'b', 'c', 'd']) expect(turns.take(name)).not.toBeNull();
      }),
      { numRuns: 100 },
    );
  });
});
