import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { refuseUnbuilt } from './build-stack.ts';
import { type BuildRun, comparisonOf } from './compare-builds.ts';
import { comparisonText } from './comparison-report.ts';

const BUILDS = { before: '/before', after: '/after' };
const PLAN = { rate: 1500, seconds: 20 };

function run(round: number, build: BuildRun['build'], costUs: number, other: Partial<BuildRun> = {}): BuildRun {
  return {
    ...{ round, build, costUs, costUsByProcess: { 'identity-0': costUs }, costsUs: [costUs] },
    ...{ warmUp: { steady: true, seconds: 35, costsUs: [1200, costUs] }, verdict: 'flat' },
    ...{ p50Ms: 45, p99Ms: 120, entries: 170, memoryMib: 2900 },
    speed: { before: 160, after: 164, foreignCores: 0.02 },
    ...other,
  };
}

it('counts the rounds that have both builds', () => {
  const runs = [run(1, 'before', 500), run(1, 'after', 505), run(2, 'after', 900), run(3, 'before', 520)];
  const { cost, failed } = comparisonOf(BUILDS, PLAN, runs, ['round 2 of 3, before: no stack']);
  expect(cost).toMatchObject({ rounds: 1, ratio: { median: 1.01 } });
  expect(failed).toHaveLength(1);
});

it('leaves a figure out that a round lacks, and keeps the others', () => {
  const runs = [
    run(1, 'before', 500, { p99Ms: null }),
    run(1, 'after', 505),
    run(2, 'after', 505),
    run(2, 'before', 500),
  ];
  const { cost, p99 } = comparisonOf(BUILDS, PLAN, runs, []);
  expect([cost?.rounds, p99?.rounds]).toEqual([2, 1]);
});

it('is reported with every run, a sentence for each figure, and what speaks against trusting it', () => {
  const runs = [
    run(1, 'before', 500),
    run(1, 'after', 510, { verdict: 'lag grows by 90 ± 9 records/s' }),
    run(2, 'after', 515),
    run(2, 'before', 520),
  ];
  const text = comparisonText(comparisonOf(BUILDS, PLAN, runs, ['round 3 of 3, after: no stack']));
  expect(text).toContain('before: /before\nafter:  /after');
  expect(text).toMatch(/^1 +after +510 +45\.0 +120\.0 +2900 +162 +0\.02 +lag grows by 90 ± 9 records\/s +yes$/m);
  expect(text).toMatch(/^CPU µs\/event +510 \(500 to 520\) +513 \(510 to 515\) +1\.005 \(0\.990 to 1\.020\)$/m);
  expect(text).toContain('CPU an event: +0.5 % (median of 2; by round −1.0 % to +2.0 %): within the measured spread');
  expect(text).toContain('1 of 4 runs were not yet steady or did not have flat lag.');
  expect(text).toContain('FAILED: round 3 of 3, after: no stack');
});

it('says so where nothing can be compared', () => {
  expect(comparisonText(comparisonOf(BUILDS, PLAN, [], []))).toContain('No round has figures of both builds.');
});

it('is refused for a folder that is not built, by what it lacks', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hilo-unbuilt-'));
  try {
    expect(() => refuseUnbuilt(folder)).toThrow(`${folder} is not built (no node_modules)`);
    mkdirSync(join(folder, 'node_modules'));
    expect(() => refuseUnbuilt(folder)).toThrow('no infra/dist/stack/start.js');
    for (const file of ['infra/dist/stack/start.js', 'services/console/web/dist/index.html', '.cache/kafka/x']) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), '');
    }
    expect(() => refuseUnbuilt(folder)).not.toThrow();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
