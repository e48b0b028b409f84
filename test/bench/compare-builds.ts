import { BENCH_ENVIRONMENT, startBuild } from './build-stack.ts';
import { type Compared, compare, orderOf } from './comparison.ts';
import { batchFor, costOf, type LoadRun, type RunContext, runLoad } from './load-run.ts';
import { type MachineSpeed, speedText } from './machine-speed.ts';
import { watchSegments } from './measured-segments.ts';
import type { BenchOptions } from './options.ts';
import { Pipeline } from './pipeline.ts';
import { machineOf } from './report.ts';
import { type WarmUp, warmUp, warmUpText } from './warm-up.ts';
import { WebhookLatency } from './webhook-latency.ts';

/** The two builds: folders of built checkouts. */
export interface Builds {
  readonly before: string;
  readonly after: string;
}

/** One build in one round. */
export interface BuildRun {
  readonly round: number;
  readonly build: keyof Builds;
  readonly warmUp: WarmUp;
  readonly verdict: string;
  /** CPU microseconds per event at the rate, of all processes of the stack, and of each. */
  readonly costUs: number;
  readonly costUsByProcess: Readonly<Record<string, number>>;
  /** The same in windows of five seconds: how much it varies within the run. */
  readonly costsUs: readonly number[];
  /** From event to webhook at 200 events per second. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly entries: number;
  readonly memoryMib: number;
  readonly speed: MachineSpeed;
}

/** Everything a comparison found; the JSON file holds exactly this. */
export interface Comparison {
  /** ISO time. */
  readonly at: string;
  readonly machine: ReturnType<typeof machineOf>;
  readonly builds: Builds;
  readonly rate: number;
  readonly seconds: number;
  readonly runs: readonly BuildRun[];
  /** Null if no round has both builds. */
  readonly cost: Compared | null;
  readonly p50: Compared | null;
  readonly p99: Compared | null;
  /** Of the machine, so that its own drift is not taken for the builds'. */
  readonly speed: Compared | null;
  /** Runs that failed, and why. */
  readonly failed: readonly string[];
}

/** Both builds are equally old when they are measured: this long at the rate, whether steady or not. */
const WARM_UP_S = 40;

const LATENCY_RATE = 200;
const LATENCY_S = 10;

type Note = (line: string) => void;

/**
 * Measures two builds in turns, each time on a fresh, warm stack of their own code, with this checkout's traffic and
 * measuring code. Leaves out a run that fails, with its round. Reports what it has after each run.
 */
export async function compareBuilds(
  builds: Builds,
  options: Pick<BenchOptions, 'rounds' | 'rate' | 'seconds' | 'environment'>,
  note: Note,
  heard: (soFar: Comparison) => void,
): Promise<Comparison> {
  const runs: BuildRun[] = [];
  const failed: string[] = [];
  const rate = options.rate ?? COMPARED_RATE;
  const plan = { rate, seconds: options.seconds, environment: { ...BENCH_ENVIRONMENT, ...options.environment } };
  for (let round = 0; round < options.rounds; round++) {
    for (const build of orderOf(round)) {
      const name = `round ${round + 1} of ${options.rounds}, ${build}`;
      note(`${name} …`);
      try {
        const run = { round: round + 1, build, ...(await measureBuild(builds[build], plan)) };
        runs.push(run);
        note(`${name}: ${lineOf(run)}`);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        failed.push(`${name}: ${why}`);
        note(`${name} failed: ${why}`);
      }
      heard(comparisonOf(builds, plan, runs, failed));
    }
  }
  return comparisonOf(builds, plan, runs, failed);
}

/**
 * Far below what fills the processors of a small machine on a slow day: compilers need some of them, and a backlog is
 * cheap.
 */
const COMPARED_RATE = 1_000;

interface Plan {
  readonly rate: number;
  readonly seconds: number;
  readonly environment: Readonly<Record<string, string>>;
}

async function measureBuild(folder: string, plan: Plan): Promise<Omit<BuildRun, 'round' | 'build'>> {
  const { rate, seconds } = plan;
  const stack = await startBuild(folder, plan.environment);
  const webhook = new WebhookLatency();
  try {
    const pipeline = new Pipeline(stack.credentials);
    const context: RunContext = { pipeline, webhook, data: stack.data };
    await watchSegments(pipeline, await webhook.listen());
    const warm = await warmUp(context, { rate, secondsAtMost: WARM_UP_S, secondsAtLeast: WARM_UP_S });
    const run = await runLoad(context, rate, seconds, batchFor(rate));
    const slow = await runLoad(context, LATENCY_RATE, LATENCY_S, 1);
    return { warmUp: warm, ...figuresOf(run, slow) };
  } finally {
    webhook.close();
    await stack.stop();
  }
}

function figuresOf(run: LoadRun, slow: LoadRun): Omit<BuildRun, 'round' | 'build' | 'warmUp'> {
  return {
    verdict: run.verdict,
    costUs: costOf(run),
    costUsByProcess: Object.fromEntries(run.usage.map(({ name, cpu_us_per_event }) => [name, cpu_us_per_event])),
    costsUs: run.costsUs,
    p50Ms: slow.arrivals.enteredMs.p50,
    p99Ms: slow.arrivals.enteredMs.p99,
    entries: slow.arrivals.enteredMs.count,
    memoryMib: run.usage.reduce((total, { memory_end_mib }) => total + memory_end_mib, 0),
    speed: run.speed,
  };
}

function lineOf(run: BuildRun): string {
  const latency = `p50 ${run.p50Ms?.toFixed(0) ?? '–'} ms, p99 ${run.p99Ms?.toFixed(0) ?? '–'} ms at ${LATENCY_RATE}/s`;
  return `${run.costUs.toFixed(0)} µs an event, ${run.verdict}; ${latency}; ${speedText(run.speed)}; ${warmUpText(run.warmUp)}`;
}

/** Sums up the measurements so far; a round counts if both builds have the figure. */
export function comparisonOf(
  builds: Builds,
  { rate, seconds }: Pick<Plan, 'rate' | 'seconds'>,
  runs: readonly BuildRun[],
  failed: readonly string[],
): Comparison {
  const pairsOf = (figure: (run: BuildRun) => number | null) =>
    [...Map.groupBy(runs, ({ round }) => round).values()].flatMap((round) => {
      const [before, after] = (['before', 'after'] as const).map((build) => {
        const run = round.find((one) => one.build === build);
        return run === undefined ? null : figure(run);
      });
      return before == null || after == null ? [] : [{ before, after }];
    });
  return {
    at: new Date().toISOString(),
    machine: machineOf(),
    builds,
    rate,
    seconds,
    runs: [...runs],
    cost: compare(pairsOf(({ costUs }) => costUs)),
    p50: compare(pairsOf(({ p50Ms }) => p50Ms)),
    p99: compare(pairsOf(({ p99Ms }) => p99Ms)),
    speed: compare(pairsOf(({ speed }) => (speed.before + speed.after) / 2)),
    failed: [...failed],
  };
}
