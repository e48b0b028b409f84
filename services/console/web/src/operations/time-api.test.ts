import { describe, expect, it } from 'vitest';
import { type Origin, type WaitingExits, waitedSeconds, withOrigin } from './time-api.ts';

const origin = (partition: number, released = false): Origin => ({
  ...{ stage: 'identity', partition, read_to: '2026-11-30T11:58:30.000Z', behind_s: 90, released },
});
const EXITS: WaitingExits = {
  ...{ people: 2, more: false, since: '2026-11-30T12:00:00.000Z' },
  origins: [origin(0), origin(1), { ...origin(1), stage: 'profile' }],
};

describe('what exits wait for', () => {
  it('shows an origin as it is once it was released, and the others as they were', () => {
    expect(withOrigin(EXITS, origin(1, true)).origins.map(({ released }) => released)).toEqual([false, true, false]);
  });

  it('says for how long the first has waited, and never less than nothing', () => {
    expect(waitedSeconds(EXITS, Date.parse('2026-11-30T12:01:30.000Z'))).toBe(90);
    expect(waitedSeconds(EXITS, 0)).toBe(0);
    expect(waitedSeconds({ since: null }, 0)).toBe(0);
  });
});
