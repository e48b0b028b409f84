import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** Quint's own program; its JavaScript simulator, because the other one is downloaded from elsewhere. */
const QUINT = createRequire(import.meta.url).resolve('@informalsystems/quint/dist/src/cli.js');

/** Most of what a step makes is over with it. */
const YOUNG = '--max-semi-space-size=32';

/** The specification. */
export const SPECIFICATION = fileURLToPath(new URL('../../docs/specification/streaming.qnt', import.meta.url));

/** What must hold in every state. */
export const RULES = ['nothingBroken', 'sequencesAreUnique', 'everyEventCountsOnce', 'absorbedKeysAreGone'] as const;

/** What some of many runs must meet, or they have shown nothing. */
export const EVENTS_SEEN = [
  ...['exit', 'merge', 'forwarded', 'forwarded twice', 'exit after a merge'],
  ...['two instances', 'repeat', 'record lost'],
];

/** How much to try. */
export interface Effort {
  readonly runs: number;
  readonly stepsPerRun: number;
  /** The same seed tries the same. */
  readonly seed: string;
}

/** What the simulator found. */
export interface Simulated {
  /** The rules that a run broke; empty if all held. The search ends with the first such run. */
  readonly broken: readonly string[];
  /** How many of the runs met each of {@link EVENTS_SEEN}. */
  readonly seen: ReadonlyMap<string, number>;
  /** What the simulator wrote. */
  readonly report: string;
}

/** Simulates a specification. Rejects if it cannot be simulated at all. */
export async function simulate(file: string, { runs, stepsPerRun, seed }: Effort): Promise<Simulated> {
  const report = await run([
    ...['run', file, '--backend=typescript', '--verbosity=1', `--seed=${seed}`],
    ...[`--max-samples=${runs}`, `--max-steps=${stepsPerRun}`],
    ...['--invariants', ...RULES],
    ...['--witnesses', ...EVENTS_SEEN.map((event) => `seen.contains("${event}")`)],
  ]);
  const broken = [...report.matchAll(/❌ (\w+)/g)].map(([, rule = '']) => rule);
  const isDecided = report.includes('[ok]') || broken.length > 0;
  if (!isDecided) throw new Error(`the specification can't be simulated:\n${report}`);
  const seen = new Map(
    [...report.matchAll(/seen\.contains\("([^"]+)"\) was witnessed in (\d+)/g)].map(([, event = '', count]) => [
      event,
      Number(count),
    ]),
  );
  return { broken, seen, report };
}

/** A run that finds something ends with 1, as one that fails does: the report distinguishes them. */
function run(args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [YOUNG, QUINT, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    const parts: Buffer[] = [];
    child.stdout.on('data', (part: Buffer) => parts.push(part));
    child.stderr.on('data', (part: Buffer) => parts.push(part));
    child.on('error', reject);
    child.on('close', () => resolve(Buffer.concat(parts).toString()));
  });
}
