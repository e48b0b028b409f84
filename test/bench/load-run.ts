import { type Judgement, judgeRun } from './judge-run.ts';
import type { LoadPlan, LoadResult } from './load-generator.ts';
import { type MachineSpeed, machineSpeed } from './machine-speed.ts';
import { jsonOf, ownProcess } from './own-process.ts';
import type { LagByStage, LagSample, Pipeline } from './pipeline.ts';
import { type ProcessUsage, readUsage } from './process-usage.ts';
import { costWindows, foreignCores, steadyReadings } from './stack-cost.ts';
import { memoryOf, type UsageReading, watchUsage } from './usage-watch.ts';
import type { Arrivals, WebhookLatency } from './webhook-latency.ts';

/** What a process used during a run. */
export interface RunUsage {
  readonly name: string;
  /** From the first event until nothing waits any longer. */
  readonly cpu_us_per_event: number;
  /** Share of one core while the pipeline was full. */
  readonly cores: number;
  /** In the first fifth of the run, and in the last. */
  readonly memory_start_mib: number;
  readonly memory_end_mib: number;
}

/** One run at one rate. */
export interface LoadRun extends Judgement {
  readonly rate: number;
  readonly load: LoadResult;
  readonly sustained: boolean;
  /** What one core of the machine did around this run. */
  readonly speed: MachineSpeed;
  /** CPU microseconds per event of the whole stack, by windows of five seconds of a full pipeline. */
  readonly costsUs: readonly number[];
  readonly lagMax: LagByStage;
  readonly arrivals: Arrivals;
  readonly usage: readonly RunUsage[];
}

/** What a run needs. */
export interface RunContext {
  readonly pipeline: Pipeline;
  readonly webhook: WebhookLatency;
  /** Whether the traffic has fifty names of events, for stacks with many segments. Absent: no. */
  readonly manyNames?: boolean | undefined;
  /** Data folder of the stack. */
  readonly data: string;
}

const MIB = 1_048_576;

let runs = 0;

/** Called every five seconds with the usage so far and how many records wait; true ends the load. */
type Listener = (readings: readonly UsageReading[], waiting: number) => boolean;

/**
 * Sends `seconds` of load at `rate`, watches, and waits until the pipeline has nothing left to do. Measures the
 * machine's own speed just before and just after.
 */
export async function runLoad(
  context: RunContext,
  rate: number,
  seconds: number,
  batch: number,
  enough: Listener = () => false,
): Promise<LoadRun> {
  const { pipeline, webhook, data, manyNames } = context;
  const run = `b${Date.now().toString(36)}${runs++}`;
  const { ingestionUrl, writeKey } = pipeline.credentials;
  const plan: LoadPlan = { url: ingestionUrl, write_key: writeKey, run, rate, seconds, batch, manyNames };
  const before = await machineSpeed();
  webhook.measure(run);
  const ownBefore = process.cpuUsage();
  let sending = true;
  const over = (): boolean => !sending;
  const generator = ownProcess('load-generator', ['--plan', JSON.stringify(plan)]);
  const loading = jsonOf<LoadResult>(generator).finally(() => {
    sending = false;
  });
  const lag: LagSample[] = [];
  const [load, readings] = await Promise.all([
    loading,
    watchUsage(data, over, (soFar) => {
      if (enough(soFar, lag.at(-1)?.value ?? 0)) generator.kill('SIGTERM');
    }),
    pipeline.watchLag(over, (sample) => lag.push(sample)),
  ]);
  const own = process.cpuUsage(ownBefore);
  const foreign = foreignCores(readings, load.cpuS + (own.user + own.system) / 1e6);
  await pipeline.drained(Math.max(60_000, seconds * 4000));
  const end = readUsage(data);
  const after = await machineSpeed();
  const judgement = judgeRun({ ...load, rate, lag, latenessS: webhook.lateness() });
  const steady = steadyReadings(readings);
  return {
    ...judgement,
    rate,
    load,
    sustained: judgement.verdict === 'flat',
    speed: { before, after, foreignCores: foreign },
    costsUs: costWindows(steady, rate).map(({ usPerEvent }) => usPerEvent),
    lagMax: highest(lag.map((sample) => sample.byStage)),
    arrivals: webhook.arrivals(),
    usage: usageOf(readings, steady, end, load.accepted),
  };
}

/** CPU microseconds that all processes of the stack together spent per event, or those with this prefix. */
export function costOf({ usage }: LoadRun, named = ''): number {
  return usage
    .filter(({ name }) => name.startsWith(named))
    .reduce((total, { cpu_us_per_event }) => total + cpu_us_per_event, 0);
}

/** Events per request: single ones while few come, as from a browser; batches later, as from servers. */
export function batchFor(rate: number): number {
  return rate <= 200 ? 1 : Math.min(100, Math.ceil(rate / 50));
}

function highest(looks: readonly LagByStage[]): LagByStage {
  const most: Record<string, number> = {};
  for (const look of looks)
    for (const [stage, lag] of Object.entries(look)) most[stage] = Math.max(most[stage] ?? 0, lag);
  return most;
}

/**
 * CPU from before the first event until nothing waits any longer: all that the events cost, however much waited when
 * the load ended. Cores only while the pipeline was full.
 */
function usageOf(
  readings: readonly UsageReading[],
  steady: readonly UsageReading[],
  end: readonly ProcessUsage[],
  events: number,
): readonly RunUsage[] {
  const [start] = readings;
  const [from] = steady;
  const to = steady.at(-1);
  return end.map((usage) => {
    const { name } = usage;
    const memory = memoryOf(name, readings);
    const fullS = ((to?.at_ms ?? 0) - (from?.at_ms ?? 0)) / 1000;
    return {
      name,
      cpu_us_per_event: events === 0 ? 0 : (cpuSince(start?.processes, usage) * 1e6) / events,
      cores:
        fullS === 0
          ? 0
          : cpuSince(
              from?.processes,
              to?.processes.find((one) => one.name === name),
            ) / fullS,
      memory_start_mib: memory.startBytes / MIB,
      memory_end_mib: memory.endBytes / MIB,
    };
  });
}

/** CPU seconds that a process has used since an earlier reading; all of its own if it is a new one. */
function cpuSince(earlier: readonly ProcessUsage[] | undefined, now: ProcessUsage | undefined): number {
  if (now === undefined) return 0;
  const beforeS = earlier?.find(({ name }) => name === now.name)?.cpuS ?? 0;
  return now.cpuS >= beforeS ? now.cpuS - beforeS : now.cpuS;
}
