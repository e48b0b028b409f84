import { describe, expect, it } from 'vitest';
import { judgeRun, type RunEvidence } from './judge-run.ts';
import { randomFrom } from './shop-traffic.ts';
import type { Sample } from './trend.ts';

const RATE = 3000;
const seedsFor = (seconds: number) => Array.from({ length: seconds > 100 ? 20 : 200 }, (_, n) => n + 1);

/** How a backlog looks that is read once a second: it fills in two seconds, then a batch is anywhere in its way. */
function backlog(seed: number, seconds: number, growsPerS: number): readonly Sample[] {
  const random = randomFrom(seed * 7919);
  for (let n = 0; n < 20; n++) random();
  let drift = 0;
  return Array.from({ length: seconds }, (_, atS) => {
    // Neighbours resemble each other: a merge or a collection holds a stage up for a few seconds.
    drift = drift * 0.6 + (random() - 0.5) * 600;
    const full = Math.min(1, (atS + 1) / 2) * RATE * 0.5;
    return { atS, value: Math.max(0, full + drift + random() * 1200 + growsPerS * atS) };
  });
}

/** Entries of each second come 0.4 s late, give or take, and one in fifty much later; later and later where it falls behind. */
function lateness(seed: number, seconds: number, growth: number): readonly Sample[] {
  const random = randomFrom(seed * 104_729);
  return Array.from({ length: seconds * 20 }, (_, n) => {
    const atS = n / 20;
    const stray = random() < 0.02 ? 2 : 0;
    return { atS, value: 0.3 + random() * 0.2 + stray + growth * atS };
  });
}

function evidence(seed: number, seconds: number, growth: number, other: Partial<RunEvidence> = {}): RunEvidence {
  const lag = backlog(seed, seconds, growth * RATE);
  return { rate: RATE, achievedRate: RATE, refused: 0, lag, latenessS: lateness(seed, seconds, growth), ...other };
}

const flatOf = (runs: readonly RunEvidence[]) => runs.filter((run) => judgeRun(run).verdict === 'flat').length;

describe('the judge of a run', () => {
  it.each([12, 20, 60, 600])('calls a flat backlog flat, however noisy, in %i seconds', (seconds) => {
    const flat = flatOf(seedsFor(seconds).map((seed) => evidence(seed, seconds, 0)));
    expect(flat).toBeGreaterThanOrEqual(seedsFor(seconds).length * 0.97);
  });

  it.each([
    [12, 0.1],
    [20, 0.05],
    [60, 0.02],
    [600, 0.006],
  ])('finds in %i seconds that the stack falls behind by a share of %f', (seconds, growth) => {
    const flat = flatOf(seedsFor(seconds).map((seed) => evidence(seed, seconds, growth)));
    expect(flat).toBeLessThanOrEqual(seedsFor(seconds).length * 0.03);
  });

  it('finds a stage that falls behind where entries do not pass, by its lag alone', () => {
    const judged = judgeRun({ ...evidence(1, 60, 0), lag: backlog(1, 60, 150) });
    expect(judged.verdict).toMatch(/^lag grows by \d+ ± \d+ records\/s$/);
    expect(judged.lagGrowthPerS).toBeGreaterThan(100);
    expect(judged.lagGrowthErrorPerS).toBeGreaterThan(0);
  });

  it('finds a backlog where no lag is counted, by how late entries come', () => {
    const judged = judgeRun({ ...evidence(1, 20, 0), latenessS: lateness(1, 20, 0.05) });
    expect(judged.verdict).toMatch(/^entries come 5\d ± \d+ ms\/s later$/);
  });

  it('does not judge how the pipeline fills', () => {
    const filling = Array.from({ length: 30 }, (_, atS) => ({ atS, value: Math.min(atS * 500, 4000) }));
    expect(judgeRun({ ...evidence(1, 30, 0), lag: filling }).verdict).toBe('flat');
  });

  it('finds a backlog that was there before it looked for growth', () => {
    const standing = Array.from({ length: 30 }, (_, atS) => ({ atS, value: Math.min(atS * 2000, 9000) }));
    expect(judgeRun({ ...evidence(1, 30, 0), lag: standing }).verdict).toBe('9000 records wait at the end');
  });

  it('finds entries that are late all along, where no lag is counted', () => {
    const latenessS = lateness(1, 30, 0).map(({ atS, value }) => ({ atS, value: value + 3 }));
    expect(judgeRun({ ...evidence(1, 30, 0), latenessS }).verdict).toMatch(/^entries come 3\.\d s late at the end$/);
  });

  it('takes no single reading in the middle of a batch for a backlog', () => {
    const lag = [...backlog(1, 30, 0).slice(0, -1), { atS: 29, value: 9000 }];
    expect(judgeRun({ ...evidence(1, 30, 0), lag }).verdict).toBe('flat');
  });

  it('names events that were refused, or could not be sent, before anything else', () => {
    expect(judgeRun(evidence(1, 20, 0.2, { refused: 3 })).verdict).toBe('3 events refused');
    expect(judgeRun(evidence(1, 20, 0.2, { achievedRate: 2900 })).verdict).toBe('only 2900/s could be sent');
  });
});
