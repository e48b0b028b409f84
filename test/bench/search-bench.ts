import { measureFloors } from './floors.ts';
import { batchFor, costOf, type LoadRun, type RunContext, runLoad } from './load-run.ts';
import { speedText } from './machine-speed.ts';
import type { BenchOptions } from './options.ts';
import { type BenchResult, machineOf } from './report.ts';
import { highestSustained } from './sustained-rate.ts';
import { startingRate, warmUp, warmUpText } from './warm-up.ts';

/** How long each part takes, and how exact the search is. */
interface Pace {
  readonly warm_up_s: number;
  readonly trial_s: number;
  readonly precision: number;
  /** After this long since the start the search takes what it has. */
  readonly search_until_s: number;
  /** After this long no further rate is tried for the confirming run. */
  readonly confirm_until_s: number;
  readonly latency_s: number;
  readonly shares: readonly number[];
  readonly floors_s: number;
}

/** Ten minutes in all, stack and floors included. */
const WHOLE: Pace = {
  warm_up_s: 120,
  trial_s: 20,
  precision: 0.04,
  search_until_s: 350,
  confirm_until_s: 430,
  latency_s: 20,
  shares: [0.1, 0.5, 0.9],
  floors_s: 5,
};

/** Three minutes in all. */
const QUICK: Pace = {
  warm_up_s: 60,
  trial_s: 12,
  precision: 0.08,
  search_until_s: 105,
  confirm_until_s: 115,
  latency_s: 12,
  shares: [0.5],
  floors_s: 2,
};

const WARM_UP_RATE = 1_000;
const PROMISED_RATE = 200;
const LEAST = 100;
const MOST = 50_000;

/** From one rate that does not hold to the next one that is tried. */
const DOWN = 0.95;

type Note = (line: string) => void;

/** Finds the sustained rate of a stack, confirms it, and measures latency below it and the floors beside it. */
export async function searchBench(context: RunContext, options: BenchOptions, note: Note): Promise<BenchResult> {
  const pace = options.quick ? QUICK : WHOLE;
  const started_ms = performance.now();
  const timeLeft = (until_s: number) => () => performance.now() - started_ms < until_s * 1000;
  const measured = (rate: number, seconds: number) => measure(context, rate, seconds, note);
  note('Warming up …');
  const warm = await warmUp(context, {
    rate: Math.min(WARM_UP_RATE, options.rate ?? WARM_UP_RATE),
    seconds_at_most: pace.warm_up_s,
    seconds_at_least: 0,
  });
  note(`  ${warmUpText(warm)}`);
  const rate = options.rate ?? (await search(measured, pace, startingRate(warm), timeLeft(pace.search_until_s), note));
  note('Confirming it …');
  const sustained = await confirm(measured, rate, options.seconds, timeLeft(pace.confirm_until_s));
  note('Measuring latency …');
  const latency: LoadRun[] = [];
  const rates = new Set([PROMISED_RATE, ...pace.shares.map((share) => Math.round(sustained.rate * share))]);
  for (const at of [...rates].sort((a, b) => a - b)) latency.push(await measured(at, pace.latency_s));
  note('Measuring the floors …');
  const floors = await measureFloors(context.pipeline.credentials.kafkaBrokers, pace.floors_s);
  return {
    at: new Date().toISOString(),
    machine: machineOf(),
    warm_up: warm,
    sustained_rate: sustained.sustained ? sustained.rate : 0,
    sustained,
    latency,
    floors,
  };
}

async function measure(context: RunContext, rate: number, seconds: number, note: Note): Promise<LoadRun> {
  const run = await runLoad(context, rate, seconds, batchFor(rate));
  const { p50, p99 } = run.arrivals.entered_ms;
  note(
    `  ${rate}/s for ${seconds} s: ${run.verdict}; p50 ${p50?.toFixed(0) ?? '–'} ms, p99 ${p99?.toFixed(0) ?? '–'} ms; ` +
      `${costOf(run).toFixed(0)} µs of CPU an event; ${speedText(run.speed)}`,
  );
  return run;
}

async function search(
  measured: (rate: number, seconds: number) => Promise<LoadRun>,
  { trial_s, precision }: Pace,
  start: number,
  timeLeft: () => boolean,
  note: Note,
): Promise<number> {
  note('Searching for the highest rate with flat lag …');
  const found = await highestSustained({ start, least: LEAST, most: MOST, precision, timeLeft }, (rate) =>
    measured(rate, trial_s),
  );
  if (found === 0) throw new Error(`not even ${LEAST} events/s are sustained on this machine`);
  return found;
}

/** A rate that held for seconds may not hold for a minute: goes down in small steps until one does, or time is up. */
async function confirm(
  measured: (rate: number, seconds: number) => Promise<LoadRun>,
  rate: number,
  seconds: number,
  timeLeft: () => boolean,
): Promise<LoadRun> {
  for (let tried = rate; ; tried = Math.round(tried * DOWN)) {
    const run = await measured(tried, seconds);
    if (run.sustained || !timeLeft()) return run;
  }
}
