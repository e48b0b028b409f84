import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStack } from '@hilo/test-stack';
import { type RunContext, runLoad } from '../bench/load-run.ts';
import { watchSegments } from '../bench/measured-segments.ts';
import { Pipeline } from '../bench/pipeline.ts';
import { WebhookLatency } from '../bench/webhook-latency.ts';

/** Processes compile their hot code in the first minute: until then, all takes two or three times as long. */
const WARM_UP = { rate: 1_000, seconds: 60, batch: 20 };

/** A stack of one's own, warm, with the bench's segments and webhook. */
export interface MeasuredStack extends RunContext {
  close(): Promise<void>;
}

/** Starts and warms up a stack on embedded stores, so that all of it is on this machine and can be measured. */
export async function openMeasuredStack(): Promise<MeasuredStack> {
  const data = await mkdtemp(join(tmpdir(), 'hilo-accept-'));
  const opened = await openStack({ embedded: true, data });
  const webhook = new WebhookLatency();
  const close = async (): Promise<void> => {
    webhook.close();
    await opened.close();
    await rm(data, { recursive: true, force: true });
  };
  try {
    const context = { pipeline: new Pipeline(opened.credentials), webhook, data };
    await watchSegments(context.pipeline, await webhook.listen());
    await runLoad(context, WARM_UP.rate, WARM_UP.seconds, WARM_UP.batch);
    return { ...context, close };
  } catch (error) {
    await close();
    throw error;
  }
}
