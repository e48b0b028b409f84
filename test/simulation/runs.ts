import { inspect } from 'node:util';
import type { World } from './world.ts';

/** Failures that one run tells of, at most: more say nothing new. */
const MOST_FAILURES = 10;

/**
 * Runs a scenario once for each seed. `HILO_SEED` is the first seed (1), `HILO_RUNS` how many there are. Each failure names
 * its seed, and the rest of the seeds is run all the same; with `HILO_TRACE` it tells the last things that happened. Hands back
 * whether all those were run that a scenario is to be tried with: fewer need not meet everything that may happen.
 */
export async function forEachSeed(
  runs: number,
  scenario: (seed: number, watch: (world: World) => void) => Promise<void>,
): Promise<boolean> {
  const first = Number(process.env['HILO_SEED'] ?? 1);
  const count = Number(process.env['HILO_RUNS'] ?? runs);
  const failures: string[] = [];
  for (let seed = first; seed < first + count && failures.length < MOST_FAILURES; seed += 1) {
    let watched: World | undefined;
    try {
      await scenario(seed, (world) => {
        watched = world;
      });
    } catch (error) {
      const trace = process.env['HILO_TRACE'] === undefined ? '' : `\n${watched?.trace.slice(-800).join('\n')}`;
      failures.push(`HILO_SEED=${seed} HILO_RUNS=1 shows it again: ${inspect(error)}${trace}`);
    }
  }
  if (failures.length > 0) throw new Error(failures.join('\n\n'));
  return count >= runs;
}
