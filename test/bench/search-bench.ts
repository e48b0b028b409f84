import { measureFloors } from './floors.ts';
import { batchFor, costOf, type LoadRun, type RunContext, runLoad } from './load-run.ts';
import { speedText } from './machine-speed.ts';
import type { BenchOptions } from './options.ts';
import { type BenchResult, machineOf } from './report.ts';
import { highestSustained } from './sustained-rate.ts';
import { startingRate, warmUp, warmUpText } from './warm-up.ts';

/** How long each part takes, and how precise the search is. */
interface Pace {
  readonly warmUpS: number;
  /** Length of the short runs that find between which two steps the limit lies. */
  readonly climbS: number;
  /** How precise the rate is that a long run confirms. */
  readonly precision: number;
  /** After this long since the start, no further long run begins. */
  readonly searchUntilS: number;
  readonly latencyS: number;
  readonly shares: readonly number[];
  readonly floorsS: number;
}

/** Ten minutes in all, stack and floors included. */
const WHOLE: Pace = {
  warmUpS: 120,
  climbS: 8,
  precision: 0.05,
  searchUntilS: 430,
  latencyS: 20,
  shares: [0.1, 0.5, 0.9],
  floorsS: 5,
};

/** Three minutes in all. */
const QUICK: Pace = {
  warmUpS: 60,
  climbS: 6,
  precision: 0.1,
  searchUntilS: 105,
  latencyS: 12,
  shares: [0.5],
  floorsS: 2,
};

const WARM_UP_RATE = 1_000;
const PROMISED_RATE = 200;
const LEAST = 100;
const MOST = 50_000;

/** From one rate to the next, in the short runs and in the long ones. */
const STRIDE = 1.44;
const STEP = 1.12;

/** The share of a rate that held for seconds and may hold for a minute: the first long run tries that. */
const LASTING_SHARE = 0.85;

type Note = (line: string) => void;

/** Finds the sustained rate of a stack, confirms it, and measures latency below it and the floors beside it. */
export async function searchBench(context: RunContext, options: BenchOptions, note: Note): Promise<BenchResult> {
  const pace = options.quick ? QUICK : WHOLE;
  const startedMs = performance.now();
  const timeLeft = (untilS: number) => () => performance.now() - startedMs < untilS * 1000;
  const measured = (rate: number, seconds: number) => measure(context, rate, seconds, note);
  note('Warming up …');
  const warm = await warmUp(context, {
    rate: Math.min(WARM_UP_RATE, options.rate ?? WARM_UP_RATE),
    secondsAtMost: pace.warmUpS,
    secondsAtLeast: 0,
  });
  note(`  ${warmUpText(warm)}`);
  const sustained =
    options.rate === null
      ? await search(measured, pace, startingRate(warm), options.seconds, timeLeft(pace.searchUntilS), note)
      : await measured(options.rate, options.seconds);
  note('Measuring latency …');
  const latency: LoadRun[] = [];
  const rates = new Set([PROMISED_RATE, ...pace.shares.map((share) => Math.round(sustained.rate * share))]);
  for (const at of [...rates].sort((a, b) => a - b)) latency.push(await measured(at, pace.latencyS));
  note('Measuring the floors …');
  const floors = await measureFloors(context.pipeline.credentials.kafkaBrokers, pace.floorsS);
  return {
    at: new Date().toISOString(),
    machine: machineOf(),
    warmUp: warm,
    sustainedRate: sustained.sustained ? sustained.rate : 0,
    sustained,
    latency,
    floors,
  };
}

async function measure(context: RunContext, rate: number, seconds: number, note: Note): Promise<LoadRun> {
  const run = await runLoad(context, rate, seconds, batchFor(rate));
  const { p50, p99 } = run.arrivals.enteredMs;
  note(
    `  ${rate}/s for ${seconds} s: ${run.verdict}; p50 ${p50?.toFixed(0) ?? '–'} ms, p99 ${p99?.toFixed(0) ?? '–'} ms; ` +
      `${costOf(run).toFixed(0)} µs of CPU an event; ${speedText(run.speed)}`,
  );
  return run;
}

/**
 * The run at the highest rate that holds for `seconds`. Short runs find between which two steps the limit lies. A rate
 * that held for seconds may not hold for a minute, with its checkpoints and merges, so only long runs decide. If none
 * of those held in time, the answer is the last of them.
 */
async function search(
  measured: (rate: number, seconds: number) => Promise<LoadRun>,
  { climbS, precision }: Pace,
  start: number,
  seconds: number,
  timeLeft: () => boolean,
  note: Note,
): Promise<LoadRun> {
  note('Climbing to where lag is not flat any more …');
  const bounds = { least: LEAST, most: MOST };
  const reached = await highestSustained({ ...bounds, start, step: STRIDE, precision: STRIDE - 1 }, (rate) =>
    measured(rate, climbS),
  );
  if (reached === 0) throw new Error(`not even ${LEAST} events/s are sustained on this machine`);
  note(`Searching for the highest rate that holds for ${seconds} s …`);
  const runs: LoadRun[] = [];
  await highestSustained(
    { ...bounds, start: reached * LASTING_SHARE, step: STEP, precision, timeLeft },
    async (rate) => {
      const run = await measured(rate, seconds);
      runs.push(run);
      return run;
    },
  );
  const best = runs.filter((run) => run.sustained).sort((a, b) => b.rate - a.rate)[0] ?? runs.at(-1);
  if (best === undefined) throw new Error('no rate was tried');
  return best;
}
