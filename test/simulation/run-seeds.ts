/** Process that runs a row of seeds for `npm run simulate`: prints a line of JSON for each. Arguments: scenario, first seed, count. */
import { inspect } from 'node:util';
import type { Met } from './scenario.ts';
import { scenarioNamed } from './scenarios.ts';
import type { World } from './world.ts';

/** What a line says. */
export interface SeedResult {
  readonly seed: number;
  /** What was met; null: the seed failed. */
  readonly met: Met | null;
  /** Why it failed. */
  readonly error: string | null;
}

const [, , name = '', first = '1', count = '1'] = process.argv;
const scenario = scenarioNamed(name);

async function run(seed: number): Promise<SeedResult> {
  let watched: World | undefined;
  try {
    return { seed, met: await scenario.live(seed, (world) => (watched = world)), error: null };
  } catch (error) {
    return { seed, met: null, error: `${inspect(error)}${watched?.lastOfTrace() ?? ''}` };
  }
}

for (let seed = Number(first); seed < Number(first) + Number(count); seed += 1)
  process.stdout.write(`${JSON.stringify(await run(seed))}\n`);
