import { inspect } from 'node:util';
import { expect } from 'vitest';
import { type Met, type Scenario, sumOfMet } from './scenario.ts';
import type { World } from './world.ts';

/** Most failures that one run reports: more add nothing. */
const MOST_FAILURES = 10;

/**
 * Expects a scenario to pass with each of so many seeds, and with all of them together to meet what it is made for. `HILO_SEED` is
 * the first seed (1), `HILO_RUNS` how many there are: with fewer, not everything need be met. Each failure names its seed, and the
 * rest of the seeds is run all the same; with `HILO_TRACE` it prints the last things that happened.
 */
export async function expectToPass(scenario: Scenario, runs: number): Promise<void> {
  const first = Number(process.env['HILO_SEED'] ?? 1);
  const count = Number(process.env['HILO_RUNS'] ?? runs);
  const failures: string[] = [];
  const all: Met[] = [];
  for (let seed = first; seed < first + count && failures.length < MOST_FAILURES; seed += 1) {
    let watched: World | undefined;
    try {
      all.push(await scenario.live(seed, (world) => (watched = world)));
    } catch (error) {
      failures.push(`HILO_SEED=${seed} HILO_RUNS=1 shows it again: ${inspect(error)}${watched?.lastOfTrace() ?? ''}`);
    }
  }
  if (failures.length > 0) throw new Error(failures.join('\n\n'));
  if (count < runs) return;
  const met = sumOfMet(all);
  for (const name of scenario.meets) expect(met[name] ?? 0, name).toBeGreaterThan(0);
}
