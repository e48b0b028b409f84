import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Guess, SignInLimits } from './sign-in-limits.ts';

const MINUTES_5 = 300_000;
const ANN = { account: 'ann', network: '192.0.2.1', device: null } as const;

/** How many guesses are taken before one has to wait. */
function taken(limits: SignInLimits, guessAt: (index: number) => Guess, atMost = 1000): number {
  for (let count = 0; count < atMost; count++) if (limits.takePassword(guessAt(count), 0) > 0) return count;
  return atMost;
}

describe('wrong passwords', () => {
  it.each([
    ['from one network at one account', 10, () => ANN],
    ['from one network at many accounts', 50, (n: number) => ({ ...ANN, account: `a${n}` })],
    ['from many networks at one account', 100, (n: number) => ({ ...ANN, network: `n${n}` })],
    ['from one known browser', 10, (n: number) => ({ ...ANN, network: `n${n}`, device: 'd' })],
  ])('%s are looked at %i times', (_, times, guessAt) => {
    expect(taken(new SignInLimits(), guessAt)).toBe(times);
  });

  it('are looked at again when the time is over', () => {
    const limits = new SignInLimits();
    expect(taken(limits, () => ANN)).toBe(10);
    expect(limits.takePassword(ANN, 60_000)).toBe(MINUTES_5 - 60_000);
    expect(limits.takePassword(ANN, MINUTES_5)).toBe(0);
  });

  it('that must wait use up nothing of others in the same network', () => {
    const limits = new SignInLimits();
    for (let count = 0; count < 1000; count++) limits.takePassword(ANN, 0);
    expect(taken(limits, (n) => ({ ...ANN, account: `a${n}` }))).toBe(40);
  });

  it('are given back where they were right', () => {
    const limits = new SignInLimits();
    for (let count = 0; count < 1000; count++) {
      expect(limits.takePassword(ANN, 0)).toBe(0);
      limits.giveBackPassword(ANN);
    }
  });
});

describe('wrong codes', () => {
  it('are looked at ten times an hour, from however many networks', () => {
    const limits = new SignInLimits();
    const waits = Array.from({ length: 11 }, (_, n) => limits.takeCode({ ...ANN, network: `n${n}` }, 0));
    expect(waits).toEqual([...Array<number>(10).fill(0), 3_600_000]);
  });

  it('do not keep anybody from giving a password, nor a known browser from giving a code', () => {
    const limits = new SignInLimits();
    for (let n = 0; n < 11; n++) limits.takeCode({ ...ANN, network: `n${n}` }, 0);
    expect(limits.takePassword({ ...ANN, network: 'another' }, 0)).toBe(0);
    expect(limits.takeCode({ ...ANN, device: 'd' }, 0)).toBe(0);
  });
});

const name = fc.constantFrom('ann', 'bob', 'eve');
const network = fc.nat({ max: 40 }).map((n) => `192.0.2.${n}`);
const guess = fc.record({
  account: name,
  network,
  device: fc.option(fc.constantFrom('d1', 'd2', 'd3'), { nil: null }),
});
const guesses = fc.array(fc.tuple(guess, fc.nat({ max: 1_000 }), fc.boolean()), { maxLength: 400 });

describe('whatever others do', () => {
  /** Lets others guess, one after the other. */
  function attacked(others: readonly (readonly [Guess, number, boolean])[]) {
    const limits = new SignInLimits();
    let nowMs = 0;
    for (const [other, laterMs, isCode] of others) {
      nowMs += laterMs;
      if (isCode) limits.takeCode(other, nowMs);
      else limits.takePassword(other, nowMs);
    }
    return { limits, nowMs };
  }

  it('a browser that has signed in before may guess, in whichever network', () => {
    fc.assert(
      fc.property(guesses, name, network, (others, account, from) => {
        const { limits, nowMs } = attacked(others);
        const own = { account, network: from, device: 'own' };
        expect(limits.takePassword(own, nowMs)).toBe(0);
        expect(limits.takeCode(own, nowMs)).toBe(0);
      }),
    );
  });

  it('a newcomer from another network waits only where a hundred guesses of strangers were made within the hour', () => {
    fc.assert(
      fc.property(guesses, name, (others, account) => {
        const { limits, nowMs } = attacked(others);
        const strange = others.filter(([other]) => other.account === account && other.device === null).length;
        const waitMs = limits.takePassword({ account, network: '198.51.100.7', device: null }, nowMs);
        expect(waitMs === 0 || strange >= 100).toBe(true);
      }),
    );
  });
});
