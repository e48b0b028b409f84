import { inspect } from 'node:util';
import type { World } from './world.ts';

/**
 * Runs a scenario once for each seed. `HILO_SEED` is the first seed (1), `HILO_RUNS` how many there are. A failure names
 * its seed; with `HILO_TRACE` it tells the last things that happened.
 */
export async function forEachSeed(
  runs: number,
  scenario: (seed: number, watch: (world: World) => void) => Promise<void>,
): Promise<void> {
  const first = Number(process.env['HILO_SEED'] ?? 1);
  const count = Number(process.env['HILO_RUNS'] ?? runs);
  for (let seed = first; seed < first + count; seed += 1) {
    let watched: World | undefined;
    try {
      await scenario(seed, (world) => {
        watched = world;
      });
    } catch (error) {
      const trace = process.env['HILO_TRACE'] === undefined ? '' : `\n${watched?.trace.slice(-80).join('\n')}`;
      throw new Error(`HILO_SEED=${seed} HILO_RUNS=1 shows it again: ${inspect(error)}${trace}`, { cause: error });
    }
  }
}
