/** `npm run bench`: what this machine carries, how fast, and what it costs; beside the floors of the tools below. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { type Credentials, freePortBase, startStack } from '@hilo/infra';
import { measureFloors } from './floors.ts';
import { latencyPlot } from './latency-plot.ts';
import { batchFor, type LoadRun, type RunContext, runLoad } from './load-run.ts';
import { watchSegments } from './measured-segments.ts';
import { type BenchOptions, benchOptions, USAGE } from './options.ts';
import { Pipeline } from './pipeline.ts';
import { type BenchResult, reportText } from './report.ts';
import { highestSustained } from './sustained-rate.ts';
import { WebhookLatency } from './webhook-latency.ts';

const note = (line: string): void => void process.stderr.write(`${line}\n`);

/** A process compiles its hot code in the first seconds: what is measured then says little. */
const WARM_UP = { rate: 500, seconds: 20 };
const SHARES = [0.1, 0.5, 0.9];
const PROMISED_RATE = 200;

interface RunningStack {
  readonly credentials: Credentials;
  readonly data: string;
  stop(): Promise<void>;
}

async function openStack(options: BenchOptions): Promise<RunningStack> {
  if (options.credentials !== null) {
    const credentials = JSON.parse(readFileSync(options.credentials, 'utf8')) as Credentials;
    return { credentials, data: dirname(resolve(options.credentials)), stop: async () => {} };
  }
  const data = mkdtempSync(join(tmpdir(), 'hilo-bench-'));
  const port_base = await freePortBase();
  const stack = await startStack({ data, port_base, instances: 1, partitions: 6, report: note });
  const stop = async (): Promise<void> => {
    await stack.stop();
    rmSync(data, { recursive: true, force: true });
  };
  return { credentials: stack.credentials, data, stop };
}

async function measured(context: RunContext, rate: number, seconds: number): Promise<LoadRun> {
  const run = await runLoad(context, rate, seconds, batchFor(rate));
  const { p50, p99 } = run.arrivals.entered_ms;
  note(
    `  ${rate}/s for ${seconds} s: ${run.verdict}; p50 ${p50?.toFixed(1) ?? '–'} ms, p99 ${p99?.toFixed(1) ?? '–'} ms`,
  );
  return run;
}

async function searchRate(context: RunContext, options: BenchOptions): Promise<number> {
  if (options.rate !== null) return options.rate;
  note('Searching for the highest rate with flat lag …');
  const seconds = options.quick ? 10 : 20;
  const precision = options.quick ? 0.2 : 0.07;
  const found = await highestSustained({ from: 1000, to: 50_000, precision }, (rate) =>
    measured(context, rate, seconds),
  );
  if (found === 0) throw new Error('not even 1,000 events/s are sustained on this machine');
  return found;
}

/** A rate that held for seconds may not hold for a minute: goes down in small steps until one does. */
async function confirm(context: RunContext, rate: number, seconds: number): Promise<LoadRun> {
  note('Confirming it …');
  for (let tried = rate; ; tried = Math.round(tried * 0.93)) {
    const run = await measured(context, tried, seconds);
    if (run.sustained || tried < rate / 4) return run;
  }
}

async function measureAll(context: RunContext, options: BenchOptions): Promise<BenchResult> {
  note('Warming up …');
  await measured(context, WARM_UP.rate, WARM_UP.seconds);
  const sustained = await confirm(context, await searchRate(context, options), options.seconds);
  note('Measuring latency …');
  const latency: LoadRun[] = [];
  const rates = new Set([PROMISED_RATE, ...SHARES.map((share) => Math.round(sustained.rate * share))]);
  for (const rate of [...rates].sort((a, b) => a - b))
    latency.push(await measured(context, rate, options.quick ? 15 : 30));
  note('Measuring the floors …');
  const floors = await measureFloors(context.pipeline.credentials.kafkaBrokers, options.quick ? 3 : 10);
  const machine = {
    cpus: cpus().length,
    model: cpus()[0]?.model.trim() ?? 'unknown',
    memory_gib: totalmem() / 2 ** 30,
  };
  return { at: new Date().toISOString(), machine, sustained_rate: sustained.rate, sustained, latency, floors };
}

async function bench(options: BenchOptions): Promise<void> {
  const stack = await openStack(options);
  const pipeline = new Pipeline(stack.credentials);
  const webhook = new WebhookLatency();
  try {
    const unwatch = await watchSegments(pipeline, await webhook.listen());
    const result = await measureAll({ pipeline, webhook, data: stack.data }, options);
    await unwatch();
    mkdirSync(options.out, { recursive: true });
    writeFileSync(join(options.out, 'result.json'), `${JSON.stringify(result, null, 2)}\n`);
    writeFileSync(join(options.out, 'latency.svg'), latencyPlot(result.latency));
    process.stdout.write(`${options.json ? JSON.stringify(result) : reportText(result)}\n`);
    note(`Written to ${options.out}: result.json, latency.svg`);
  } finally {
    webhook.close();
    await stack.stop();
  }
}

try {
  const options = benchOptions(process.argv.slice(2));
  if (options === null) process.stdout.write(`${USAGE}\n`);
  else await bench(options);
} catch (error) {
  note(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
