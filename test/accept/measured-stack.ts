import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStack } from '@hilo/test-stack';
import { BENCH_ENVIRONMENT } from '../bench/build-stack.ts';
import type { RunContext } from '../bench/load-run.ts';
import { watchSegments } from '../bench/measured-segments.ts';
import { Pipeline } from '../bench/pipeline.ts';
import { startingRate, warmUp, warmUpText } from '../bench/warm-up.ts';
import { WebhookLatency } from '../bench/webhook-latency.ts';

/** Until the cost of an event is steady: the compilers of Node and Java need a minute or so. */
const WARM_UP = { rate: 1_000, secondsAtLeast: 60, secondsAtMost: 180 };

/** A stack of one's own, warm, with the bench's segments and webhook. */
export interface MeasuredStack extends RunContext {
  /** Events per second at which a search for the sustained rate begins. */
  readonly startingRate: number;
  close(): Promise<void>;
}

/**
 * Starts and warms up a stack on embedded stores, so that all of it is on this machine and can be measured. Says how
 * warm it is.
 */
export async function openMeasuredStack(): Promise<MeasuredStack> {
  const data = await mkdtemp(join(tmpdir(), 'hilo-accept-'));
  const opened = await openStack({ embedded: true, data, env: BENCH_ENVIRONMENT });
  const webhook = new WebhookLatency();
  const close = async (): Promise<void> => {
    webhook.close();
    await opened.close();
    await rm(data, { recursive: true, force: true });
  };
  try {
    const context = { pipeline: new Pipeline(opened.credentials), webhook, data };
    await watchSegments(context.pipeline, await webhook.listen());
    const warm = await warmUp(context, WARM_UP);
    process.stdout.write(`${warmUpText(warm)}\n`);
    return { ...context, startingRate: startingRate(warm), close };
  } catch (error) {
    await close();
    throw error;
  }
}
