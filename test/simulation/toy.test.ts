import { describe, it } from 'vitest';
import { expectToPass } from './runs.ts';
import { TOY, TOY_BUGS, TOY_LAPSES, TOY_LOST_DEAD_LETTERS, TOY_RELEASES } from './toy-scenarios.ts';

describe('simulation: a stage with merges, timers and sweeps, one after it, and a loader', () => {
  it('ends as a naive fold of its inputs, whatever happens on the way', { timeout: 600_000 }, async () => {
    await expectToPass(TOY, 12);
  });

  it('ends so, too, while instances of two releases run side by side', { timeout: 600_000 }, async () => {
    await expectToPass(TOY_RELEASES, 6);
  });
});

describe('simulation: a stage of which some inputs meet bugs', () => {
  it('holds only the keys of those, and ends as a naive fold once the bugs are mended and all dead letters replayed', {
    timeout: 600_000,
  }, async () => {
    await expectToPass(TOY_BUGS, 20);
  });
});

describe('simulation: stages whose store loses its last commits', () => {
  it('notice it before they say anything that passes for a repeat, and lose nothing once they are repaired', {
    timeout: 600_000,
  }, async () => {
    await expectToPass(TOY_LAPSES, 8);
  });

  it('count a record once whose dead letter a lost commit sent, however often that is replayed', {
    timeout: 600_000,
  }, async () => {
    await expectToPass(TOY_LOST_DEAD_LETTERS, 8);
  });
});
