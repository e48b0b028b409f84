import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MUTATIONS, mutated } from '../specification/mutations.ts';
import { EVENTS_SEEN, SPECIFICATION, simulate } from '../specification/simulate.ts';

const STEPS_PER_RUN = 100;

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hilo-specification-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the protocol between stages', () => {
  it('breaks no rule in 100,000 steps, in which everything happens that could go wrong', async () => {
    const seeds = ['0x5eed', '0xcafe'];
    const halves = await Promise.all(
      seeds.map((seed) => simulate(SPECIFICATION, { runs: 500, stepsPerRun: STEPS_PER_RUN, seed })),
    );
    for (const { broken, report } of halves) expect(broken, report).toEqual([]);
    for (const event of EVENTS_SEEN)
      expect(
        halves.reduce((sum, { seen }) => sum + (seen.get(event) ?? 0), 0),
        event,
      ).toBeGreaterThan(0);
  });

  it.each(MUTATIONS.map((mutation, index) => ({ ...mutation, index })))(
    'breaks one with $fault',
    async ({ index, ...mutation }) => {
      const file = join(folder, `${index}.qnt`);
      writeFileSync(file, mutated(mutation));
      const { broken } = await simulate(file, { runs: 1_000, stepsPerRun: STEPS_PER_RUN, seed: '0x5eed' });
      expect(broken).not.toEqual([]);
    },
  );
});
