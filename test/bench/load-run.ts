import { jsonOf, ownProcess } from './own-process.ts';
import type { LoadPlan, LoadResult } from './load-generator.ts';
import type { LagByStage, Pipeline } from './pipeline.ts';
import { memoryOf, watchUsage } from './memory-watch.ts';
import type { ProcessUsage } from './process-usage.ts';
import { growthOf } from './sustained-rate.ts';
import type { Arrivals, WebhookLatency } from './webhook-latency.ts';

/** What a process used during a run. */
export interface RunUsage {
  readonly name: string;
  readonly cpu_us_per_event: number;
  /** Share of one core. */
  readonly cores: number;
  /** In the first fifth of the run, and in the last. */
  readonly memory_start_mib: number;
  readonly memory_end_mib: number;
}

/** One run at one rate. */
export interface LoadRun {
  readonly rate: number;
  readonly load: LoadResult;
  readonly sustained: boolean;
  /** Why not, where not. */
  readonly verdict: string;
  readonly lag_growth_per_s: number;
  readonly lag_max: LagByStage;
  readonly arrivals: Arrivals;
  readonly usage: readonly RunUsage[];
}

/** What a run needs. */
export interface RunContext {
  readonly pipeline: Pipeline;
  readonly webhook: WebhookLatency;
  /** Data folder of the stack. */
  readonly data: string;
}

/** Lag may grow by this share of the rate and still count as flat: it is read once a second, mid-batch. */
const GROWTH_AT_MOST = 0.02;

/** No more may wait at the end than arrives in this time. */
const WAITING_AT_MOST_S = 2;

const MIB = 1_048_576;

let runs = 0;

/** Sends `seconds` of load at `rate`, watches, and waits until the pipeline has nothing left to do. */
export async function runLoad(context: RunContext, rate: number, seconds: number, batch: number): Promise<LoadRun> {
  const { pipeline, webhook, data } = context;
  const run = `b${Date.now().toString(36)}${runs++}`;
  const { ingestionUrl, writeKey } = pipeline.credentials;
  const plan: LoadPlan = { url: ingestionUrl, write_key: writeKey, run, rate, seconds, batch };
  webhook.measure(run);
  const started_ms = performance.now();
  let sending = true;
  const loading = jsonOf<LoadResult>(ownProcess('load-generator', ['--plan', JSON.stringify(plan)])).finally(() => {
    sending = false;
  });
  const [load, samples, readings] = await Promise.all([
    loading,
    pipeline.watchLag(() => !sending),
    watchUsage(data, () => !sending),
  ]);
  const took_s = (performance.now() - started_ms) / 1000;
  const lag_growth_per_s = growthOf(samples);
  await pipeline.drained(Math.max(60_000, seconds * 4000));
  const arrivals = webhook.arrivals();
  const verdict = verdictOf({ load, rate, arrivals, lag_growth_per_s, waiting: samples.at(-1)?.value ?? 0 });
  return {
    rate,
    load,
    sustained: verdict === 'flat',
    verdict,
    lag_growth_per_s,
    lag_max: highest(samples.map((sample) => sample.by_stage)),
    arrivals,
    usage: usageOf(readings, load.accepted, took_s),
  };
}

/** Events of one request: single ones while few come, as from a browser; then as servers batch them. */
export function batchFor(rate: number): number {
  return rate <= 200 ? 1 : Math.min(100, Math.ceil(rate / 50));
}

interface Evidence extends Pick<LoadRun, 'load' | 'rate' | 'arrivals' | 'lag_growth_per_s'> {
  /** Records that waited when the load ended. */
  readonly waiting: number;
}

function verdictOf({ load, rate, arrivals, lag_growth_per_s, waiting }: Evidence): string {
  if (load.refused > 0) return `${load.refused} events refused`;
  if (load.achieved_rate < rate * 0.98) return `only ${Math.round(load.achieved_rate)}/s could be sent`;
  if (lag_growth_per_s > rate * GROWTH_AT_MOST) return `lag grows by ${Math.round(lag_growth_per_s)}/s`;
  if (arrivals.growth > GROWTH_AT_MOST) return `entries come ${(arrivals.growth * 1000).toFixed(0)} ms/s later`;
  if (waiting > rate * WAITING_AT_MOST_S) return `${waiting} records wait at the end`;
  return 'flat';
}

function highest(looks: readonly LagByStage[]): LagByStage {
  const most: Record<string, number> = {};
  for (const look of looks)
    for (const [stage, lag] of Object.entries(look)) most[stage] = Math.max(most[stage] ?? 0, lag);
  return most;
}

function usageOf(readings: readonly (readonly ProcessUsage[])[], events: number, took_s: number): readonly RunUsage[] {
  const before = readings[0] ?? [];
  return (readings.at(-1) ?? []).map(({ name, cpu_s }) => {
    const used_s = cpu_s - (before.find((usage) => usage.name === name)?.cpu_s ?? 0);
    const memory = memoryOf(name, readings);
    return {
      name,
      cpu_us_per_event: events === 0 ? 0 : (used_s * 1e6) / events,
      cores: used_s / took_s,
      memory_start_mib: memory.start_bytes / MIB,
      memory_end_mib: memory.end_bytes / MIB,
    };
  });
}
