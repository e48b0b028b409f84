/**
 * Program behind `npm run simulate`: runs many seeds of a scenario (of each, where none is named), prints those that fail, and
 * goes on. A process runs a few hundred at most, so that one that hangs or eats the memory takes only its seed with it.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { SeedResult } from './run-seeds.ts';
import { type Met, sumOfMet } from './scenario.ts';
import { SCENARIOS, scenarioNamed } from './scenarios.ts';

const RUN_SEEDS = fileURLToPath(new URL('run-seeds.ts', import.meta.url));
/** Seeds that one process runs, at most. */
const SEEDS_A_PROCESS = 250;
/** How long a seed may take, on a machine that has much else to do. */
const SEED_MS = 120_000;
const HEAP_MB = 1_024;
/** Most of what a seed makes is soon over. */
const YOUNG_MB = 32;

const say = (line: string): boolean => process.stdout.write(`${line}\n`);

/** Runs seeds in one process, and hands back what it printed: fewer than asked for where it ended early. */
async function runInProcess(name: string, first: number, count: number): Promise<SeedResult[]> {
  const memory = [`--max-old-space-size=${HEAP_MB}`, `--max-semi-space-size=${YOUNG_MB}`];
  const args = ['--conditions=hilo-source', ...memory, RUN_SEEDS, name, `${first}`, `${count}`];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const stop = () => child.kill('SIGKILL');
  let timer = setTimeout(stop, SEED_MS);
  const results: SeedResult[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    clearTimeout(timer);
    timer = setTimeout(stop, SEED_MS);
    results.push(JSON.parse(line) as SeedResult);
  }
  clearTimeout(timer);
  return results;
}

/** Runs seeds of a scenario; hands back how many failed. */
async function simulate(name: string, from: number, seeds: number): Promise<number> {
  const begun_ms = Date.now();
  const all: Met[] = [];
  let failed = 0;
  const end = from + seeds;
  for (let next = from; next < end; ) {
    const count = Math.min(SEEDS_A_PROCESS, end - next);
    const results = await runInProcess(name, next, count);
    next += results.length;
    for (const { seed, met, error } of results) {
      if (met !== null) all.push(met);
      else {
        failed += 1;
        say(`${name}: seed ${seed} failed: ${error}`);
      }
    }
    if (results.length === count) continue;
    failed += 1;
    say(`${name}: seed ${next} does not end, or ends its process`);
    next += 1;
  }
  const eachMs = Math.round((Date.now() - begun_ms) / seeds);
  const met = Object.entries(sumOfMet(all)).map(([what, times]) => `${what} ${times}`);
  say(
    `${name}: seeds ${from} to ${end - 1}: ${seeds - failed} passed, ${failed} failed, ${eachMs} ms each; ${met.join(', ')}`,
  );
  return failed;
}

const { values } = parseArgs({
  options: {
    topology: { type: 'string', multiple: true },
    seeds: { type: 'string', default: '100' },
    from: { type: 'string', default: '1' },
  },
});
const names = values.topology ?? SCENARIOS.map(({ name }) => name);
let failed = 0;
for (const name of names) failed += await simulate(scenarioNamed(name).name, Number(values.from), Number(values.seeds));
process.exitCode = failed === 0 ? 0 : 1;
