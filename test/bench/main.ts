/**
 * `npm run bench`: how much this machine sustains, how fast, and at what cost, beside the floors of the underlying
 * tools; or, with `--against`, another build's cost in alternating rounds.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, extname, join, resolve } from 'node:path';
import type { Credentials } from '@hilo/infra';
import { BENCH_ENVIRONMENT, type BenchStack, refuseUnbuilt, startBuild } from './build-stack.ts';
import { compareBuilds } from './compare-builds.ts';
import { comparisonText } from './comparison-report.ts';
import { latencyPlot } from './latency-plot.ts';
import { saveFurther } from './many-segments.ts';
import { watchSegments } from './measured-segments.ts';
import { type BenchOptions, benchOptions, USAGE } from './options.ts';
import { Pipeline } from './pipeline.ts';
import { reportText } from './report.ts';
import { searchBench } from './search-bench.ts';
import { WebhookLatency } from './webhook-latency.ts';

const note = (line: string): void => void process.stderr.write(`${line}\n`);

/** This checkout, whether this runs built (`test/dist/bench`) or from the sources (`test/bench`). */
const here = join(import.meta.dirname, extname(import.meta.filename) === '.ts' ? '../..' : '../../..');

async function openStack({ credentials: file, environment }: BenchOptions): Promise<BenchStack> {
  if (file !== null) {
    const credentials = JSON.parse(readFileSync(file, 'utf8')) as Credentials;
    return { credentials, data: dirname(resolve(file)), stop: async () => {} };
  }
  note('Starting a stack …');
  return startBuild(here, { ...BENCH_ENVIRONMENT, ...environment });
}

async function search(options: BenchOptions): Promise<void> {
  const stack = await openStack(options);
  const pipeline = new Pipeline(stack.credentials);
  const webhook = new WebhookLatency();
  try {
    const unwatch = await watchSegments(pipeline, await webhook.listen());
    const { segments } = options;
    if (segments > 0) note(`Saving ${segments} more segments …`);
    const removeFurther = await saveFurther(pipeline, segments);
    const context = { pipeline, webhook, data: stack.data, manyNames: segments > 0 };
    const result = await searchBench(context, options, note);
    await removeFurther();
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

async function compare(before: string, options: BenchOptions): Promise<void> {
  for (const folder of [before, here]) refuseUnbuilt(folder);
  mkdirSync(options.out, { recursive: true });
  const file = join(options.out, 'comparison.json');
  const result = await compareBuilds({ before, after: here }, options, note, (soFar) =>
    writeFileSync(file, `${JSON.stringify(soFar, null, 2)}\n`),
  );
  process.stdout.write(`${options.json ? JSON.stringify(result) : comparisonText(result)}\n`);
  note(`Written to ${file}`);
}

try {
  const options = benchOptions(process.argv.slice(2));
  if (options === null) process.stdout.write(`${USAGE}\n`);
  else if (options.against !== null) await compare(resolve(options.against), options);
  else await search(options);
} catch (error) {
  note(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
