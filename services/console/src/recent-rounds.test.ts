import { describe, expect, it } from 'vitest';
import type { Reading } from './domain/overview.ts';
import { RecentRounds } from './recent-rounds.ts';

/** Rounds whose only reading says when it was read. */
function underTest() {
  const clock = { ms: 1_000_000, nowMs: () => clock.ms };
  let reads = 0;
  const rounds = new RecentRounds(async () => {
    reads += 1;
    const reading: Reading = { service: 'identity', instance: 'a', state: 'ready', at_ms: clock.ms, samples: [] };
    return [reading];
  }, clock);
  const read = async () => (await rounds.read()).map(([reading]) => (reading?.at_ms ?? 0) - 1_000_000);
  return { clock, read, reads: () => reads };
}

describe('the rounds of readings', () => {
  it('are shared by all who ask within a second', async () => {
    const { clock, read, reads } = underTest();
    expect(await Promise.all([read(), read()])).toEqual([[0], [0]]);
    clock.ms += 500;
    expect(await read()).toEqual([0]);
    expect(reads()).toBe(1);
  });

  it('go back a minute, with the one before the newest', async () => {
    const { clock, read } = underTest();
    let last: readonly number[] = [];
    for (let second = 0; second <= 63; second += 1) {
      last = await read();
      clock.ms += 1000;
    }
    expect(last).toEqual([5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 62, 63].map((second) => second * 1000));
  });

  it('begin anew after a rest', async () => {
    const { clock, read } = underTest();
    await read();
    clock.ms += 1000;
    expect(await read()).toEqual([0, 1000]);
    clock.ms += 6000;
    expect(await read()).toEqual([7000]);
  });
});
